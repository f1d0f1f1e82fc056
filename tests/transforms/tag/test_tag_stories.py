"""The stage as a whole, and the fingerprints of its stories."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from copydesk.transforms.rules import Rules
from copydesk.transforms.shapes import Document, Metadata, Source, Story, StorySource
from copydesk.transforms.tag import fingerprint_story, tag_stories

TEXT = "The central bank raised its interest rate by half a point to slow inflation, and the currency rose against the dollar."


def story(text: str, headline: str | None = None) -> Story:
    """A story with nothing but a text and perhaps a headline."""
    source = StorySource(
        uri="a.txt", sha256="00", format="txt", kind="page", url=None, site=None, channel=None, retrieved=None, index=0, count=1
    )
    return Story(id="0" * 32, source=source, headline=headline, text=text, paragraphs=(), spans=())


def document(*stories: Story, hint: str | None = None) -> Document:
    """A document that holds these stories."""
    source = Source(uri="a.txt", sha256="00", format="txt")
    text = "\n".join(one.text for one in stories)
    return Document(source=source, text=text, charset="utf-8", stories=stories, metadata=Metadata(language=hint))


def test_every_story_is_tagged(rules: Rules) -> None:
    """Each story gets language, score, topics, words and quality; nothing else of it or of its document changes."""
    before = document(story(TEXT, "Rates up"), story("Die Fähre zur Insel fährt ab Montag wieder, sagte der Hafenmeister."))
    after = tag_stories(before, rules)
    english, german = after.stories
    assert (english.language, english.words, english.languages) == ("en", 21, ())
    assert english.topics[0].top == "medtop:04000000"
    assert (german.language, german.words) == ("de", 11)
    assert german.language_score > 0.9
    assert (german.quality["word_count"], german.quality["stop_word_count"]) == (11, 3)
    blank = [replace(one, language=None, language_score=0.0, topics=(), words=0, quality={}) for one in after.stories]
    assert replace(after, stories=tuple(blank)) == before


@pytest.mark.parametrize("text", ["", "😀", "12 30 45", "Stop", "…\n\n---", "\ud800 lone surrogate"])
def test_odd_stories(text: str, rules: Rules) -> None:
    """A story of one word, of emoji, of digits or of nothing is tagged without a guess and without an error."""
    tagged = tag_stories(document(story(text)), rules).stories[0]
    assert tagged.topics == ()
    assert len(fingerprint_story(tagged).exact) == 32


def test_headline_helps_a_short_text(rules: Rules) -> None:
    """The language of a text of a few words is read with its headline."""
    tagged = tag_stories(document(story("Ja.", "Der Stadtrat entscheidet am Dienstag über die alte Brücke")), rules)
    assert tagged.stories[0].language == "de"


def test_what_the_page_says_of_a_short_story(rules: Rules) -> None:
    """A page's own word tips the scales, and so does the text around a story; a guess from the story's own words does not."""
    close = "Skolen får nye vinduer til høsten"
    alone = replace(document(story(close)), language_hint="no")
    around = replace(alone, text=f"{close}\n" * 3)
    told = [tag_stories(one, rules).stories[0].language for one in (alone, around, document(story(close), hint="nb-NO"))]
    assert told == ["da", "no", "no"]


def test_large_story(rules: Rules) -> None:
    """A story of 5 MB is tagged like a short one."""
    tagged = tag_stories(document(story(f"{TEXT} " * 42_000)), rules).stories[0]
    assert tagged.language == "en"
    assert tagged.topics[0].top == "medtop:04000000"
    assert tagged.words == 21 * 42_000


def test_fingerprint_forgets_typography() -> None:
    """Two scrapes of one article, with other capitals, quotes, dashes and line breaks, have one digest."""
    first = fingerprint_story(story("“It’s over,” she said – twice.\n\nThen: silence."))
    second = fingerprint_story(story('"IT\'S OVER", she said -- twice. Then: silence'))
    other = fingerprint_story(story("“It’s over,” she said – thrice.\n\nThen: silence."))
    assert first.exact == second.exact != other.exact
    assert re.fullmatch(r"[0-9a-f]{32}", first.exact)


def test_fingerprint_of_no_letters() -> None:
    """Stories without letters are not all the same story."""
    assert fingerprint_story(story("😀")).exact != fingerprint_story(story("🌧")).exact


def test_fingerprint_tells_the_better_copy() -> None:
    """A story is whole with headline, date and author, and not with two of them."""
    full = replace(story(TEXT, "Rates up"), authors=("A. Writer",), published="2024-05-01")
    assert fingerprint_story(full).whole
    assert fingerprint_story(full).characters == len(TEXT)
    assert not any(
        fingerprint_story(replace(full, **lack)).whole for lack in ({"headline": None}, {"authors": ()}, {"published": None})
    )
