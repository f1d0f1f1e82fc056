"""Document -> Document: each story's language, topics and number of words; and the fingerprint by which it is known again.

`language` and `scripts` say in which language, `topics` about what, `words` how long, `fingerprints` makes of `sketches` what
`publish` compares of two stories, and `likeness` compares it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from copydesk.transforms.rules import Rules
from copydesk.transforms.shapes import Document, Story
from copydesk.transforms.tag.fingerprints import fingerprint_story
from copydesk.transforms.tag.language import detect_language
from copydesk.transforms.tag.topics import name_topics
from copydesk.transforms.tag.words import count_words

__all__ = ["count_words", "detect_language", "fingerprint_story", "name_topics", "tag_stories"]

SHORT_TEXT: Final = 200
"""A text of fewer characters is read together with its headline when its language is asked."""


def tag_stories(document: Document, rules: Rules) -> Document:
    """Tag every story of a document; nothing else of it changes.

    Args:
        document: cut into stories.
        rules: settings, taxonomy and topic terms.

    Returns:
        The document, with `language`, `language_score`, `topics` and `words` of each story filled in.
    """
    hint = document.metadata.language or document.language_hint
    return replace(document, stories=tuple(_tag(story, hint, rules) for story in document.stories))


def _tag(story: Story, hint: str | None, rules: Rules) -> Story:
    read = f"{story.headline or ''}\n{story.text}" if len(story.text) < SHORT_TEXT else story.text
    language, score = detect_language(read, rules.settings.tag, hint)
    return replace(
        story,
        language=language,
        language_score=score,
        topics=name_topics(story.headline, story.text, language, rules),
        words=count_words(story.text),
    )
