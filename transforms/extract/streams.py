"""Streams of teasers beside an HTML page's text: linked headlines, each with the first sentence of another story.

A text extractor takes them for prose, and on a page with a short story they outweigh it. They are known by their template: the
same element again and again, a link in front of one paragraph, outside of the element that holds the text. In a list of things
with linked names, which looks the same, the items stand inside it.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from copydesk.transforms.extract.markup_page import HEADINGS, MarkupPage
from copydesk.transforms.extract.naming import template_of

_TEASERS: Final = 3
"""Items of one template that make a stream."""
_LINKED: Final = 0.5
"""Share of a teaser's headline that is a link: a kicker may stand in front of it."""
_LOOK_UP: Final = 2
"""Blocks above a teaser's sentence in which its headline stands: a date or an author may come between."""
_REST: Final = 0.2
"""Share of the page's words outside of streams from which there is a text that they stand beside; a page with less is nothing
but a list, whose items are its stories."""


def drop_teasers(page: MarkupPage) -> None:
    """Take streams of teasers out of the text.

    Harm: a roundup whose items are linked and stand outside of its introduction's element is lost to the removed records.
    """
    streams: defaultdict[str, list[int]] = defaultdict(list)
    for index in range(len(page.blocks)):
        if page.role(index) == "body" and (head := _headline_above(page, index)) is not None:
            streams[template_of(page.blocks[head]) + "/" + template_of(page.blocks[index])].append(index)
    members = {index for stream in streams.values() if len(stream) >= _TEASERS for index in stream}
    rest = [index for index in range(len(page.blocks)) if page.role(index) == "body" and index not in members]
    units = sum(page.lines[index].units for index in rest)
    if not members or units < _REST * (units + sum(page.lines[index].units for index in members)):
        return
    held = {number for index in rest for number in page.blocks[index].layout.parents}
    for index in sorted(members):
        if held.isdisjoint(page.blocks[index].layout.parents):
            page.give(index, "chrome", "markup.teaser", "one of a stream of linked headlines and first sentences")
            for above in range(max(0, index - _LOOK_UP), index):
                if page.role(above) == "subhead":
                    page.give(above, "chrome", "markup.teaser", "the headline of a teaser")


def _headline_above(page: MarkupPage, index: int) -> int | None:
    for above in range(index - 1, max(-1, index - 1 - _LOOK_UP), -1):
        if page.blocks[above].layout.links >= _LINKED and (page.tag(above) in HEADINGS or page.lines[above].units > _LOOK_UP):
            return above
        if page.lines[above].prose:
            return None
    return None
