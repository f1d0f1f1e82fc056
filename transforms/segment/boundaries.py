"""Where one story ends and the next begins, by the roles of the blocks.

A headline starts a story; what belongs to its head may stand right above it (a section, a date, a byline, a caption). Kept
blocks before the first headline are a story without one: its page begins in the middle. A story without a headline farther
down is known by the rule of its first paragraph. Nothing else starts a story, so interviews, lists, guides and live blogs stay
whole.

Between two stories stands what ends the one above ("Posted by A at 9:41") or opens the one below (the day's heading of a blog);
which of the two it is, the page's first head and last foot tell (`place_heads`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from copydesk.transforms.extract.bylines import read_names
from copydesk.transforms.extract.dates import find_dates
from copydesk.transforms.extract.roles import OPENING
from copydesk.transforms.rules import PhrasePack
from copydesk.transforms.shapes import KEPT, Block, Role

_HEAD_ROLES: Final = frozenset({"section", "byline", "date"})
_PARTS_OF_HEADS: Final = _HEAD_ROLES | {"caption", "headline"}
"""What does not part a signature from the headline below it."""
_BARE_HEAD_ROLES: Final = frozenset({"caption", "deck", "byline", "date"})
"""What can open a story without a headline."""
_LOOK_BEFORE: Final = 8
"""Blocks before the first kept one that can belong to a story without a headline."""
_LOOK_ABOVE: Final = 4
"""Blocks above a headline that can belong to its head."""
_LOOK_BELOW: Final = 6
"""Blocks below a story's last kept one that can belong to its foot: a line of comments, a signature, buttons between them."""
_SIGNATURES: Final[frozenset[Role]] = frozenset({"byline", "date"})
"""What may stand in a head or in a foot; each is asked about by itself, since a blog has its days above and its names below."""
REPEATED: Final = "headline_repeated"
"""The rule of a headline's second occurrence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Blocks [start, end) of one story; `headline` is its headline's index."""

    start: int
    end: int
    headline: int | None


def find_ranges(blocks: Sequence[Block], packs: Sequence[PhrasePack] = ()) -> list[Range]:
    """The ranges of a page's stories, in order, those without kept blocks left out.

    Args:
        blocks: a page's blocks with their roles.
        packs: the packs of the document's languages, which tell a day from a name where the roles do not.

    A range ends where the next one's head begins: what stands between them belongs to neither's text.
    """
    starts: list[tuple[int, int | None]] = []
    waiting = False  # a headline stands above, and no text below it yet
    for index, block in enumerate(blocks):
        if block.role == "headline" and block.rule != REPEATED:
            starts.append((index, index))
            waiting = True
        elif block.role in KEPT:
            if (block.rule == OPENING and not waiting) or not starts:
                starts.append((index, None))
            waiting = False
    ranges = place_heads(blocks, starts, packs)
    return [found for found in ranges if any(blocks[i].role in KEPT for i in range(found.start, found.end))]


def place_heads(
    blocks: Sequence[Block], starts: Sequence[tuple[int, int | None]], packs: Sequence[PhrasePack] = (),
) -> list[Range]:  # fmt: skip
    """The ranges of stories of which only the first line is known: each takes in what belongs to its head above that line.

    Args:
        blocks: a page's blocks with their roles.
        starts: for each story, in order, the index of its headline, or of its first kept block where it has none, and of
            its headline once more, or None.
        packs: as for `find_ranges`.

    Returns:
        One range for each start; the last one ends with the page.

    Harm: where neither the page's first head nor its last foot tells, a date between two stories goes to the one below.
    """
    if not starts:
        return []
    feet = [_kept_before(blocks, start) + 1 for start, _ in starts]
    heads: list[int] = []
    signed = [sign(block, packs) for block in blocks]
    above = _signatures_above(blocks, signed, starts, feet)
    kinds = _sign_names(blocks, signed, packs)
    for number, (start, headline) in enumerate(starts):
        floor = starts[number - 1][0] + 1 if number else 0
        if headline is None and not number:
            heads.append(_bare_start(blocks, start))
            continue
        heads.append(_head_start(blocks, kinds, start, max(floor, feet[number]), above if number else _SIGNATURES))
    ends = [*heads[1:], len(blocks)]
    return [Range(start=head, end=end, headline=start[1]) for head, end, start in zip(heads, ends, starts, strict=True)]


def sign(block: Block, packs: Sequence[PhrasePack]) -> Role:
    """A block's role; of a byline that holds a date and nobody's name, "date": a labeller may take one for the other."""
    if block.role != "byline" or not find_dates(block.text, packs) or read_names(block.text, packs):
        return block.role
    return "date"


def _sign_names(blocks: Sequence[Block], signed: Sequence[Role], packs: Sequence[PhrasePack]) -> list[Role]:
    """The roles, where a name alone right beside a date is a byline, as in every head."""
    kinds = list(signed)
    for at, role in enumerate(signed):
        if role == "date":
            for index in range(max(0, at - 1), min(len(blocks), at + 2)):
                if blocks[index].role == "chrome" and read_names(blocks[index].text, packs):
                    kinds[index] = "byline"
    return kinds


def _kept_before(blocks: Sequence[Block], start: int) -> int:
    return next((i for i in range(start - 1, -1, -1) if _is_text(blocks[i])), -1)


def _is_text(block: Block) -> bool:
    return block.role in KEPT or (block.role == "headline" and block.rule != REPEATED)


def _signatures_above(
    blocks: Sequence[Block], kinds: Sequence[Role], starts: Sequence[tuple[int, int | None]], feet: Sequence[int],
) -> frozenset[Role]:  # fmt: skip
    """The kinds of signature that this page sets above its headlines.

    A page sets all of its stories by one template. Nothing ends above the first headline and nothing begins below the last
    text, so a kind that stands at one of these two places and not at the other has its place in every gap between. Where
    both have it, or neither (the page was cut, has a masthead's date above or readers' below), the gaps say it: a foot stands
    closer to the text above, a head to the headline below. Where that is even, it goes to the story below.
    """
    last = next((i for i in range(len(blocks) - 1, -1, -1) if blocks[i].role in KEPT), len(blocks)) + 1
    opens = frozenset(kinds[max(0, starts[0][0] - _LOOK_ABOVE) : starts[0][0]])
    closes = frozenset(kinds[last : last + _LOOK_BELOW])
    return frozenset(
        kind
        for kind in _SIGNATURES
        if (kind in opens and kind not in closes)
        or (((kind in opens) == (kind in closes)) and not _is_nearer_above(kinds, starts, feet, kind))
    )


def _is_nearer_above(
    kinds: Sequence[Role], starts: Sequence[tuple[int, int | None]], feet: Sequence[int], kind: Role,
) -> bool:  # fmt: skip
    """Whether a page's signatures of a kind stand closer to the text above them than to the headline below."""
    up = down = 0
    for (start, _), foot in zip(starts[1:], feet[1:], strict=True):
        between = 0
        for index in range(start - 1, foot - 1, -1):
            if kinds[index] == kind:
                up += index - foot
                down += between
            between += kinds[index] not in _PARTS_OF_HEADS
    return up < down


def _bare_start(blocks: Sequence[Block], first: int) -> int:
    near = range(max(0, first - _LOOK_BEFORE), min(first, len(blocks)))
    return next((i for i in near if blocks[i].role in _BARE_HEAD_ROLES), first)


def _head_start(
    blocks: Sequence[Block], kinds: Sequence[Role], headline: int, floor: int, above: frozenset[Role],
) -> int:  # fmt: skip
    start = headline
    for index in range(headline - 1, max(floor, headline - _LOOK_ABOVE) - 1, -1):
        role = kinds[index]
        if role in _SIGNATURES and role not in above:
            break  # the foot of the story above
        repeated = role == "headline" and blocks[index].rule == REPEATED
        if role in _HEAD_ROLES or repeated or (role == "caption" and _is_own(blocks, index, headline)):
            start = index
        elif role != "caption" and floor:
            break  # furniture; above the first story it may stand within its head, and nothing else can be meant
    return start


def _is_own(blocks: Sequence[Block], caption: int, headline: int) -> bool:
    """Whether markup puts a caption into an element with the headline below it and not with the text above."""
    mine, theirs = set(blocks[caption].layout.parents), set(blocks[headline].layout.parents)
    before = range(caption - 1, max(-1, caption - _LOOK_BEFORE), -1)
    above = next((blocks[i].layout.parents for i in before if blocks[i].role in KEPT), ())
    return not mine.isdisjoint(theirs.difference(above))
