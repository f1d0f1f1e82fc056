"""Text as it was meant: mojibake put right, what nobody can see taken out, every bit of it listed as a change.

ftfy does the mojibake, line by line, and only its `fix_encoding`: the other fixes of ftfy would touch words (curly quotes,
ligatures, widths, HTML entities, normal forms), or are done here with a record of each character (control characters,
surrogates, terminal escapes, line ends).

Whom it could harm: somebody whose text is about mojibake gets it repaired; every repair is listed and can be taken back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from ftfy import TextFixerConfig, fix_encoding_and_explain
from ftfy.badness import BADNESS_RE, MOJIBAKE_CATEGORIES, badness
from rapidfuzz.distance import Levenshtein

from copydesk.transforms.decode.charset import Malformed
from copydesk.transforms.decode.invisible import invisible_edits
from copydesk.transforms.explain import Edit, apply_edits
from copydesk.transforms.shapes import Change

_CONFIG: Final = TextFixerConfig(
    unescape_html=False,
    uncurl_quotes=False,
    fix_character_width=False,
    fix_latin_ligatures=False,
    normalization=None,
    fix_line_breaks=False,
    remove_terminal_escapes=False,  # these three are done in `invisible`, which lists what goes
    fix_surrogates=False,
    remove_control_chars=False,
    replace_lossy_sequences=False,  # it would put U+FFFD where characters stand: a loss, and not what was meant
)
MOJIBAKE_CONFIDENCE: Final = 0.95
"""A judgement, not a measurement: ftfy is built to leave text alone unless it is sure, and a listed repair is still a claim."""
MAX_PIECE: Final = 2_000
"""Characters of a line that are mended at once: the comparison of before and after grows with their square."""
MAX_GAP: Final = 2
"""Unchanged characters between two differences that are still one change."""

_KIND: Final = {name: letters for name, letters in MOJIBAKE_CATEGORIES.items() if name != "common"}
_START: Final = _KIND["start_punctuation"]
_SIGN: Final = "".join(_KIND[name] for name in ("bad", "law", "currency", "end_punctuation", "numeric", "box")) + "°µ´®©\xad·»"
_ACCENTED: Final = _KIND["upper_accented"] + _KIND["lower_accented"] + _KIND["kaomoji"]
_SUSPECT: Final = re.compile(
    rf"[{_KIND['c1']}{_SIGN}{_START}{_KIND['upper_accented']}ŒœÙЂ]"
    "(?:"
    rf"(?<=[{_KIND['c1']}])"
    "|(?<=[ÃÂÎÐØÙŒœ])(?![A-Za-z])"
    rf"|(?<=[{_ACCENTED}][{_SIGN}{_START}])"
    rf"|(?<=[{_SIGN}])(?=[{_ACCENTED}{_SIGN}{_START}])"
    rf"|(?<=[{_START}])(?=[{_SIGN}])|(?<=‚)(?=[Äâó])"
    rf"|(?<=[^\x00-\x7f][{_KIND['bad']}])"
    rf"|(?<=[{_KIND['lower_accented']}{_KIND['lower_common']}{_SIGN}][{_KIND['upper_accented']}])"
    rf"|(?<=[ВГРСвβΒΓΞΟ][{_SIGN}{_START}Ђ])"
    ")",
)
"""What every match of ftfy's badness holds (a property test asks): a sign beside an accented letter or another sign, a capital
after what no capital follows, a C1 control, a letter that starts UTF-8 read as Latin. It opens with one character class, along
which the regex engine skips at about 10 ns a character, many times faster than badness itself."""
_REACH: Final = 5
"""Characters around a suspect that badness needs to see: its longest pattern has six."""


def mend(text: str, malformed: Sequence[Malformed] = ()) -> tuple[str, tuple[Change, ...]]:
    """The text with mojibake, control and zero-width characters mended.

    Args:
        text: of unified line ends.
        malformed: runs of U+FFFD in it that stand for malformed bytes; each is listed as a change of nothing.

    Returns:
        The mended text, and the changes; no two of them touch, so `explain.undo` gives back the text.

    >>> mend("The cafÃ© is open")[0]
    'The café is open'
    >>> mend("NÃO, ÂNGELA: À VOLTA")[1]
    ()
    """
    if text.isascii() and text.isprintable():
        return text, ()
    edits: list[Edit] = [
        Edit(
            start=run.start,
            end=run.end,
            after=text[run.start : run.end],
            rule="malformed_bytes",
            confidence=1.0,
            evidence=run.evidence,
        )
        for run in malformed
    ]
    for find in (mojibake_edits, invisible_edits):
        middle, changes = apply_edits(text, edits) if edits else (text, ())
        if found := find(middle):
            edits = list(compose(middle, changes, found)) if changes or _touch(found) else found
    return apply_edits(text, edits) if edits else (text, ())


def compose(middle: str, changes: Sequence[Change], edits: Sequence[Edit]) -> Iterator[Edit]:
    """Edits of the first text that do what `changes` did to it and `edits` then do to the second; what touches is one edit.

    Args:
        middle: the text that `changes` led to and that `edits` start from.
        changes: offsets into `middle`, in order.
        edits: likewise; where one touches a change or another edit, they are made together, under the first one's rule.
    """
    pieces = [(change.start, change.end, 0, change) for change in changes] + [(edit.start, edit.end, 1, edit) for edit in edits]
    pieces.sort(key=lambda piece: piece[:3])
    grown = 0
    at = 0
    while at < len(pieces):
        start, end = pieces[at][:2]
        stop = at + 1
        while stop < len(pieces) and pieces[stop][0] <= end:
            end = max(end, pieces[stop][1])
            stop += 1
        cluster = pieces[at:stop]
        done = [(piece.start, piece.end, piece.before) for *_, piece in cluster if isinstance(piece, Change)]
        to_do = [(piece.start, piece.end, piece.after) for *_, piece in cluster if isinstance(piece, Edit)]
        before, after = _rewritten(middle, start, end, done), _rewritten(middle, start, end, to_do)
        lead = min((piece for *_, piece in cluster), key=lambda piece: piece.rule != "mojibake")
        notes = dict.fromkeys(
            piece.evidence if piece.rule == lead.rule else f"{piece.rule}: {piece.evidence}" for *_, piece in cluster
        )
        yield Edit(
            start=start - grown,
            end=start - grown + len(before),
            after=after,
            rule=lead.rule,
            confidence=min(piece.confidence for *_, piece in cluster),
            evidence="; ".join([*notes][:4]),
        )
        grown += end - start - len(before)
        at = stop


def _touch(edits: Sequence[Edit]) -> bool:
    return any(first.end >= second.start for first, second in pairwise(edits))


def _rewritten(text: str, start: int, end: int, pieces: Iterable[tuple[int, int, str]]) -> str:
    parts: list[str] = []
    at = start
    for first, last, instead in pieces:
        parts += [text[at:first], instead]
        at = last
    return "".join([*parts, text[at:end]])


# --- mojibake ----------------------------------------------------------------------------------------------------------


def mojibake_edits(text: str) -> list[Edit]:
    r"""Repairs of text that was encoded in one charset and decoded in another, in order; nothing where ftfy is not sure.

    >>> [(edit.start, edit.after) for edit in mojibake_edits("Itâ€™s fine, voilÃ\xa0!")]
    [(2, '’'), (17, 'à')]
    """
    edits: list[Edit] = []
    for start, end in _suspect_pieces(text):
        edits += _piece_edits(text[start:end], start)
    return edits


def _suspect_pieces(text: str) -> Iterator[tuple[int, int]]:
    """Lines (of a very long one, pieces that end at a space) in which badness finds something."""
    at = done = 0
    while suspect := _SUSPECT.search(text, at):
        at = suspect.end()
        near = text[max(0, suspect.start() - _REACH) : suspect.end() + _REACH]
        if not BADNESS_RE.search(near):
            continue
        start, end = _piece_around(text, suspect.start(), done)
        yield start, end
        at = done = max(at, end)


def _piece_around(text: str, at: int, done: int) -> tuple[int, int]:
    """[start, end) of the line around an offset, or of as much of it as is mended at once; nothing before `done`."""
    floor = max(done, at - MAX_PIECE // 2)
    line = text.rfind("\n", floor, at)
    space = -1 if floor == done else text.find(" ", floor, at)
    start = line + 1 if line >= 0 else space + 1 if space >= 0 else min(floor, at)
    end = text.find("\n", at, at + MAX_PIECE // 2)
    if end < 0:
        end = min(len(text), at + MAX_PIECE // 2)
        if end < len(text):
            space = text.rfind(" ", at, end)
            end = space if space > at else end
    return start, end


def _piece_edits(piece: str, offset: int) -> list[Edit]:
    fixed, steps = fix_encoding_and_explain(piece, _CONFIG)
    if fixed == piece or not _is_better(piece, fixed):
        return []
    plan = ", ".join(" ".join(step) for step in steps or ())
    return [
        Edit(
            start=offset + start,
            end=offset + end,
            after=after,
            rule="mojibake",
            confidence=MOJIBAKE_CONFIDENCE,
            evidence=plan,
        )
        for start, end, after in _differences(piece, fixed)
    ]


_UNLIKELY: Final = re.compile("[\x80-\x9f\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff\U000e0080-\U0010ffff]")


def _is_better(before: str, after: str) -> bool:
    """A repair has to leave less badness, and may bring in no character that text does not have."""
    if after.count("\ufffd") > before.count("\ufffd") or len(_UNLIKELY.findall(after)) > len(_UNLIKELY.findall(before)):
        return False
    return bool(badness(after) < badness(before))


def _differences(before: str, after: str) -> list[tuple[int, int, str]]:
    """Where two versions of a line differ: [start, end) of the first, and what stands there in the second."""
    found: list[list[int]] = []
    for step in Levenshtein.opcodes(before, after):
        start, end, other_start, other_end = step.src_start, step.src_end, step.dest_start, step.dest_end
        if step.tag == "equal":
            continue
        if found and start - found[-1][1] <= MAX_GAP:
            found[-1][1], found[-1][3] = end, other_end
        else:
            found.append([start, end, other_start, other_end])
    return [(start, end, after[other_start:other_end]) for start, end, other_start, other_end in found]


def note_malformed(text: str, evidence: str, limit: int) -> tuple[Malformed, ...]:
    """Runs of U+FFFD of a flattened page as malformed bytes whose place in the markup is not known one by one."""
    runs = [match.span() for match in re.finditer("\ufffd+", text)]
    return tuple(
        Malformed(start=start, end=end, data=b"", offset=0, note=evidence, more=max(0, len(runs) - limit) * (i == limit - 1))
        for i, (start, end) in enumerate(runs[:limit])
    )
