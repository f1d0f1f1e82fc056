"""The headline of an HTML page with one story, and its deck."""

from __future__ import annotations

import re
from typing import Final

from rapidfuzz import fuzz

from copydesk.transforms.cells import fold
from copydesk.transforms.extract.markup_page import HEADINGS, MAX_LABEL_UNITS, MarkupPage
from copydesk.transforms.extract.naming import BYLINE_NAMES, DECK_NAMES, LEAD_NAMES, is_named
from copydesk.transforms.extract.verdict import OWN, Verdict

TITLE_LIKENESS: Final = 85.0
"""rapidfuzz's ratio (0 to 100) of a heading and the page's title: sites shorten the one and add their name to the other."""
_WHOLE: Final = 100.0
_SHORT_HEADING: Final = 12
"""Characters of a heading that may be a section's name; a longer one that stands whole in the title is the title's."""
DECK_UNITS: Final = 45.0
"""Words of a deck: two sentences."""
_LEAD_BELOW: Final = 12
"""Blocks below a headline in which a lead stands: names, dates, buttons and a picture's caption come between."""
_LEAD_UNITS: Final = 6.0
"""Words of a sentence that leads: shorter ones are slogans."""
_MOST_LINKS: Final = 0.5
_ABOVE_SHARE: Final = 0.2
"""Share of a page's text above its headline that is no introduction and no furniture."""
_DECK_BELOW: Final = 6
"""Blocks below a headline in which its deck stands: names, a date and a picture's caption may come first."""
_SHORT_UNITS: Final = 4.0
"""The same in words, for scripts whose words are written in few characters."""
_SHARED_WORDS: Final = 0.5
"""Share of a heading's words that stand in the title, too."""
_TITLE_BARS: Final = re.compile(r"\s[|·•–—-]\s")
_SHORTENED: Final = 20
"""Characters of a title's part with which a longer heading may begin: search engines show some 60, so sites cut titles."""
_COMPARED: Final = 1_000
"""Characters of a heading and a title that are compared, since the cost grows with their product; real ones have a third."""


def label_headline(page: MarkupPage) -> int | None:
    """Give one heading the role of headline; others that say the same are its repetition. Returns its index."""
    first = next((i for i in range(len(page.blocks)) if page.role(i) == "body"), None)
    if first is None:
        return None
    told = next((i for i, verdict in enumerate(page.verdicts) if verdict is not None and _is_own_headline(verdict)), None)
    chosen = _titled(page, first) if told is None else told
    if chosen is None:
        return None
    words = page.lines[chosen].folded
    for index, line in enumerate(page.lines[: first + 1]):
        if index == chosen:
            page.give(index, "headline", "markup.headline", f"<{page.tag(index)}>, as in the title")
        elif line.folded and line.folded == words and not page.blocks[index].layout.hidden:
            page.give(index, "headline", "headline_repeated", "the headline, said again")
    if chosen > first:
        _place_below(page, chosen)
    return chosen


def _is_own_headline(verdict: Verdict) -> bool:
    return verdict.role == "headline" and verdict.rule.startswith(OWN)


def _place_below(page: MarkupPage, chosen: int) -> None:
    """A headline below text: a little text above it is furniture; where there is much, the headline only says itself again."""
    above = [index for index in range(chosen) if page.is_kept(index)]
    below = [index for index in range(chosen, len(page.blocks)) if page.is_kept(index)]
    before, after = (sum(page.lines[index].units for index in part) for part in (above, below))
    if before > _ABOVE_SHARE * (before + after):
        page.give(chosen, "headline", "headline_repeated", "the headline, below the text")
        return
    page.give(chosen, "headline", "markup.headline", f"<{page.tag(chosen)}>, as in the title")
    for index in above:
        page.give(index, "chrome", "markup.above_headline", "a little text above the headline")


def label_deck(page: MarkupPage, headline: int, end: int) -> None:
    """Give the role of deck to what is named so right below a headline.

    Args:
        page: with the headline's verdict.
        headline: its index.
        end: where its story ends.

    Harm: the first paragraph of a template that names it "summary" is told beside the text, not in it.
    """
    for index in range(headline + 1, min(headline + 1 + _DECK_BELOW, end)):
        line = page.lines[index]
        if page.verdicts[index] is not None and page.role(index) not in {"body", "subhead"}:
            continue
        if is_named(page.blocks[index], DECK_NAMES):
            if line.units <= DECK_UNITS and line.units >= 2:
                page.give(index, "deck", "markup.deck", "marked as a deck, below the headline")
            return
        if page.role(index) == "body":
            return


def label_lead(page: MarkupPage, headline: int) -> None:
    """What stands between the headline and the text that was found is the story's own: its deck, or the text's beginning.

    Extractors pass over such a lead, because it stands in an element of its own ("intro", "teaser-text", a header). Of 30
    strings that were lost on 160 pages, 9 were in one.

    Harm: a sentence about something else right below a headline, under no telling name, is kept.
    """
    first = next((i for i in range(headline + 1, len(page.blocks)) if page.role(i) == "body"), headline)
    has_deck = any(page.role(i) == "deck" for i in range(headline, first))
    for index in range(headline + 1, min(first, headline + 1 + _LEAD_BELOW)):
        block, line = page.blocks[index], page.lines[index]
        sentence = line.prose or (line.units >= _LEAD_UNITS and line.ending in {"sentence", "question"})
        if not page.is_open(index) or not sentence:
            continue
        if block.layout.links >= _MOST_LINKS or is_named(block, page.furniture):
            continue
        apart = block.layout.tag in HEADINGS or "header" in block.layout.container or is_named(block, LEAD_NAMES)
        if apart and line.units <= DECK_UNITS and not has_deck:
            has_deck = True
            page.give(index, "deck", "markup.lead", "between the headline and the text")
        else:
            page.give(index, "body", "markup.lead", "between the headline and the text")


def _titled(page: MarkupPage, first: int) -> int | None:
    headings = [
        i
        for i, block in enumerate(page.blocks)
        if block.layout.tag in HEADINGS
        and not block.layout.hidden
        and page.lines[i].units <= 2 * MAX_LABEL_UNITS
        and (block.layout.tag == "h1" or not is_named(block, BYLINE_NAMES))
    ]
    if page.title:
        alike = [(title_likeness(page, i), i <= first, i if i <= first else -i) for i in headings]
        best = max(alike, default=(0.0, False, 0))
        if best[0] >= TITLE_LIKENESS:
            return abs(best[2])
        exact = [i for i in range(first + 1) if page.lines[i].folded == page.title and not page.blocks[i].layout.hidden]
        if exact:
            return exact[-1]
    tops = [i for i in headings if page.blocks[i].layout.tag == "h1"]
    above = [i for i in tops if i <= first]
    if not above and len(tops) == 1 and _shares_words(page, tops[0]) and not _has_prose(page, tops[0]):
        return tops[0]  # below the name of its section
    return above[-1] if above else None


def _shares_words(page: MarkupPage, index: int) -> bool:
    """Whether the title and a heading have so many words in common that they name one story, each in its own way."""
    heading, title = (set(text.split()) for text in (page.lines[index].folded, page.title))
    return len(heading & title) >= _SHARED_WORDS * max(len(heading), 1)


def _has_prose(page: MarkupPage, end: int) -> bool:
    return any(page.lines[index].prose and page.is_kept(index) for index in range(end))


def _parts(title: str) -> list[str]:
    """What stands between the bars of a title, as far as it is long enough to be a headline that was shortened."""
    return [part for part in _TITLE_BARS.split(title) if len(part) >= _SHORTENED]


def title_likeness(page: MarkupPage, index: int) -> float:
    """How alike a heading and the page's title are, from 0 to 101; the title may hold it whole, beside the site's name."""
    heading = page.lines[index].folded or fold(page.blocks[index].text)
    if heading == page.title:
        return _WHOLE + 1
    long = len(heading) >= _SHORT_HEADING or page.lines[index].units >= _SHORT_UNITS
    if long and heading in page.title:
        return _WHOLE
    if page.tag(index) == "h1" and any(heading.startswith(part) for part in _parts(page.title)):
        return _WHOLE - 1
    return fuzz.ratio(heading[:_COMPARED], page.title[:_COMPARED])
