"""Document -> Document: each story's language, topics and number of words; and the fingerprint by which it is known again.

`language` says in which language (by `scripts`, and by the `detectors` among the `candidates` of a script), `mixed` in which
several; `topics` about what, `words` how long, `fingerprints` makes what `publish` compares of two stories.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from copydesk.transforms.rules import Rules
from copydesk.transforms.shapes import Document, Story
from copydesk.transforms.tag.fingerprints import fingerprint_story
from copydesk.transforms.tag.language import detect_language
from copydesk.transforms.tag.mixed import mixed_languages
from copydesk.transforms.tag.topics import name_topics
from copydesk.transforms.tag.words import count_words

__all__ = ["count_words", "detect_language", "fingerprint_story", "mixed_languages", "name_topics", "tag_stories"]

SHORT_TEXT: Final = 200
"""A text of fewer characters is read together with its headline when its language is asked."""


def tag_stories(document: Document, rules: Rules) -> Document:
    """Tag every story of a document; nothing else of it changes.

    Args:
        document: cut into stories.
        rules: settings, taxonomy and topic terms.

    Returns:
        The document, with `language`, `language_score`, `languages`, `topics` and `words` of each story filled in.
    """
    return replace(document, stories=tuple(_tag(story, _hint(document, story), rules) for story in document.stories))


def _hint(document: Document, story: Story) -> str | None:
    """What else than a story's own text tells its language: the page's word, or what the page around it was taken for.

    A guess about a page that is the story itself was made from the same words by a weaker method, and is not weighed once more.
    """
    around = len(document.text) - len(story.text)
    return document.metadata.language or (document.language_hint if around > len(story.text) else None)


def _tag(story: Story, hint: str | None, rules: Rules) -> Story:
    read = f"{story.headline or ''}\n{story.text}" if len(story.text) < SHORT_TEXT else story.text
    language, score = detect_language(read, rules.settings.tag, hint)
    languages = mixed_languages(story, language, rules)
    if languages:  # the largest share names the story, and the score is that share: nothing else is sure
        language, score = languages[0].tag, languages[0].share
    return replace(
        story,
        language=language,
        language_score=score,
        languages=languages,
        topics=name_topics(story.headline, story.text, language, rules),
        words=count_words(story.text),
    )
