"""Document -> Document: each story's language, topics, words and quality; and the fingerprint by which it is known again.

`language` says in which language (by `scripts`, and by the `detectors` among the `candidates` of a script), `mixed` in which
several; `topics` about what, by a `lexicon` of terms and an `overlay` of the user's, or a `classifier` of the user's; `words`
how long, `quality` and `repetition` how good a text. `filters` drops what the configuration does not want; `fingerprints`
makes of `sketches` what `publish` compares of two stories, and `likeness` compares it. `masking` takes personal data out of
all of it (`personal`, `phones`), where the configuration says so.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from copydesk.transforms.rules import Rules
from copydesk.transforms.shapes import Document, Story
from copydesk.transforms.tag.classifier import classify_topics
from copydesk.transforms.tag.filters import drop_stories
from copydesk.transforms.tag.fingerprints import fingerprint_story
from copydesk.transforms.tag.language import detect_language
from copydesk.transforms.tag.masking import mask_document
from copydesk.transforms.tag.mixed import mixed_languages
from copydesk.transforms.tag.quality import measure_quality
from copydesk.transforms.tag.topics import name_topics
from copydesk.transforms.tag.words import count_words

__all__ = [
    "count_words",
    "detect_language",
    "drop_stories",
    "fingerprint_story",
    "measure_quality",
    "mixed_languages",
    "name_topics",
    "tag_stories",
]

SHORT_TEXT: Final = 200
"""A text of fewer characters is read together with its headline when its language is asked."""


def tag_stories(document: Document, rules: Rules) -> Document:
    """Tag every story of a document; mask first what the configuration wants masked, and drop at last what its filters drop.

    Args:
        document: cut into stories.
        rules: settings, taxonomy, topic terms, stop words and filters.

    Returns:
        The document, with `language`, `language_score`, `languages`, `topics`, `words` and `quality` of each story filled in.
    """
    document = mask_document(document, rules)
    stories = tuple(_tag(story, _hint(document, story), rules) for story in document.stories)
    return drop_stories(replace(document, stories=stories), rules)


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
    words = count_words(story.text)
    topics = classify_topics if rules.classifier else name_topics
    return replace(
        story,
        language=language,
        language_score=score,
        languages=languages,
        topics=topics(story.headline, story.text, language, rules),
        words=words,
        quality=measure_quality(story.text, words, _stop_words(language, rules)),
    )


def _stop_words(language: str | None, rules: Rules) -> frozenset[str] | None:
    """The stop words of a language: its own list, else its commonest words; None where neither is known."""
    base = (language or "").split("-")[0]
    return rules.quality.stop_words.get(base) or rules.function_words.get(base)
