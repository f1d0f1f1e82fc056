"""Pasted transcripts: told from pages by their shape, and their furniture told from their speech.

Captions are broken to a narrow width without regard for sentences, so a pasted transcript has two marks that no other text
has together: its lines are filled (the next line's first word would not have fitted), and most of them end in mid-sentence.
Time stamps in ascending order and a segment counter are the other signs. All of them hold for any language with spaces.

`looks_like_speech` asks whether a text is such a transcript; `label_speech` gives its blocks their roles. What is told apart
is the furniture around the speech, by its place and its width, never a line within it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from copydesk.transforms.cells import fold
from copydesk.transforms.extract.turns import tells_turns
from copydesk.transforms.rules import Rules
from copydesk.transforms.shapes import Block, Document, Role

MIN_LINES: Final = 16
"""Lines of text: fewer are no evidence of how a text was wrapped."""
SAMPLE_LINES: Final = 2_000
"""Lines that are looked at: a text that is a transcript is one from its start."""
MAX_WIDTH: Final = 64
"""Characters of a caption line. Captions have 32 to 52; mail and plain-text books are wrapped at 65 to 80."""
MIN_FILLED: Final = 0.7
"""Share of lines that the next line's first word would not have fitted on. Captions: 0.8 and more; poems, lists: under 0.4."""
MIN_BROKEN: Final = 0.45
"""Share of lines that break in mid-sentence. Captions: 0.6 to 0.95; menus and lists: about 0."""
MIN_STAMPS: Final = 5
"""Time stamps that make a transcript of a text that is not wrapped."""
STAMP_SHARE: Final = 0.15
"""Share of the lines that carry a stamp there."""
STAMP_GAP: Final = 60.0
"""Seconds between two stamps at the median: captions have 2 to 30, a list of a film's chapters has minutes."""
SPOKEN_WORDS: Final = 4.0
"""Words for each stamp: fewer are a table of times."""
UNBROKEN_WORDS: Final = 300
"""Words of a line without sentence ends that is speech in one piece, as recognisers write it: two minutes of it. Writing has a
sentence end in 25 words."""
UNBROKEN_SHARE: Final = 0.9
"""Share of a text's words that stand in such lines."""
UNBROKEN_STOPS: Final = 0.01
"""Sentence ends a word that such a line may have: those of abbreviations."""
HEAD_BLOCKS: Final = 10
"""Blocks at the top among which the furniture before the speech is looked for."""
TAIL_BLOCKS: Final = 20
"""Blocks at the bottom among which the furniture after the speech is looked for."""
FAR_WIDER: Final = 2.5
"""Times the wrap width: a line so wide at the edge of a wrapped transcript is a description, not a caption."""
TITLE_WORDS: Final = 24
"""Words of the longest title."""

HEAD_WORDS: Final = 40
"""Words: a longer line at the top is prose, so that what is above a mark under it is not all furniture."""

_CLOCK = r"(?:(\d{1,2}):)?(\d{1,3}):(\d{2})(?:[.,]\d{1,3})?"
_STAMP = re.compile(rf"[\[(]?\s*{_CLOCK}(?:\s?([AaPp])\.?[Mm]\.?)?\s*[\])]?")
_LEADING_STAMP = re.compile(rf"[\[(]?{_CLOCK}(?:\s?([AaPp])\.?[Mm]\.?)?[\])]?(?=\s+\S)")
_COUNTER = re.compile(r"[\d.,]{1,9} (?:segments?|captions?|cues|subtitles|lines)")
_BUTTON = re.compile(
    r"(?:show|hide|copy|open|close|view|download|search) (?:the )?(?:full )?(?:video )?transcript|transcript|toggle timestamps|"
    r"(?:\w+ )?\(auto-generated\)|sync to video time|key moments|follow along using the transcript\.?|summary|description",
)
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)\]]*$")
_STOPS = re.compile(r"[^\W_][.!?…।؟۔]+[\"'”’»)\]]*(?=\s|\Z)")
_NO_TITLE = re.compile(
    r"^(?:>>|[*•-] |(?:location|date|speakers?|slides|video|topic|host|guests?|language):)|://", re.IGNORECASE
)
_SURE: Final = frozenset({"speech.counter", "speech.button", "speech.transcript"})
_MARKDOWN_TITLE = re.compile(r"#{1,2} +\S|title: *\S", re.IGNORECASE)


def looks_like_speech(document: Document) -> bool:
    """Whether a text dump is a pasted transcript rather than a page.

    Features only: how its lines are wrapped, its time stamps, the heads of its turns, and whether it is one endless line
    without a sentence end, in a language that is known by its function words (a list of keywords has none). A transcript with
    its marks that is one long line, or set in paragraphs, cannot be told from prose and has to be named by the caller
    (`--kind transcript`).
    Whom it could harm: verse that is both filled to one width and longer than sixteen lines; writing whose marks were stripped.
    """
    if document.source.format == "html":
        return False
    lines = [block.text for block in document.blocks[:SAMPLE_LINES] if block.text]
    if document.language_hint is not None and _is_unbroken(lines):
        return True
    if tells_turns(lines):
        return True
    if len(lines) < MIN_LINES:
        return False
    spoken = [line for line in lines if ":" not in line or not _STAMP.fullmatch(line)]
    return _is_stamped(lines, len(spoken)) or _is_wrapped(spoken) or (_is_counted(lines) and _is_wrapped(spoken, 0.8))


def label_speech(document: Document, rules: Rules) -> tuple[Block, ...]:
    """Roles for the blocks of a transcript: its title, its furniture, and everything else, which is speech.

    Args:
        document: of kind "transcript", as `decode` cut it.
        rules: phrase packs know buttons and prompts; they are asked at the edges of the transcript only.

    Returns:
        The same characters in the same order. A time stamp is `chrome`, and the speech after it knows its time; a line that
        begins with one is parted in two blocks.
    """
    blocks = _part_stamps(document)
    if not blocks:
        return ()
    furniture = _furniture(document, rules)
    spoken = [i for i, block in enumerate(blocks) if not _STAMP.fullmatch(block.text)]
    labels = _head_labels(blocks, spoken, furniture) | _tail_labels(blocks, spoken, furniture)
    return tuple(_with_times(blocks, labels, _seconds_of_stamps(blocks)))


# --- telling transcripts from pages --------------------------------------------------------------------------------------


def _is_unbroken(lines: Sequence[str]) -> bool:
    """Whether nearly all words stand in endless lines without sentence ends."""
    words = unbroken = 0
    for line in lines:
        count = line.count(" ") + 1
        words += count
        if count >= UNBROKEN_WORDS and len(_STOPS.findall(line)) <= UNBROKEN_STOPS * count:
            unbroken += count
    return unbroken > 0 and unbroken >= UNBROKEN_SHARE * words


def _is_wrapped(lines: Sequence[str], ease: float = 1.0) -> bool:
    """Whether lines are filled to one narrow width and break in mid-sentence; `ease` lowers what is asked."""
    if len(lines) < MIN_LINES:
        return False
    width = _width(lines)
    if width > MAX_WIDTH or width < 16:
        return False
    breaks = [(line, after) for line, after in pairwise(lines) if not _SENTENCE_END.search(line)]
    filled = sum(len(line) + 1 + len(after.split(" ", 1)[0]) >= width for line, after in breaks)
    broken = sum(after[0].isalpha() and not after[0].isupper() for _, after in breaks)
    return filled >= MIN_FILLED * ease * len(breaks) and broken >= MIN_BROKEN * ease * len(lines)


def _width(lines: Sequence[str]) -> int:
    """The width that lines are wrapped to: the widest but for the widest twentieth, which may be titles and descriptions."""
    widths = sorted(map(len, lines))
    return widths[(len(widths) - 1) * 19 // 20]


def _is_counted(lines: Sequence[str]) -> bool:
    return any(_COUNTER.fullmatch(line.casefold()) for line in lines[:HEAD_BLOCKS])


def _is_stamped(lines: Sequence[str], spoken: int) -> bool:
    """Whether time stamps ascend through the text, from its beginning and close together, with speech between them."""
    found = [match for line in lines if ":" in line and (match := _STAMP.fullmatch(line) or _LEADING_STAMP.match(line))]
    times = [_seconds(match) for match in found if not match[4]]
    if len(times) < MIN_STAMPS or len(times) < STAMP_SHARE * len(lines) or times[0] > STAMP_GAP:
        return False
    gaps = sorted(b - a for a, b in pairwise(times))
    words = sum(line.count(" ") + 1 for line in lines) - len(found)
    ascending = gaps[0] >= 0 and gaps[len(gaps) // 2] > 0
    return ascending and gaps[len(gaps) // 2] <= STAMP_GAP and words >= SPOKEN_WORDS * len(times) and spoken > 0


def _seconds(match: re.Match[str]) -> float:
    """Seconds that a stamp says: of "1:02:03" and "0:15"; of a time of day, since midnight."""
    hours, minutes, seconds, half = match[1], int(match[2]), int(match[3]), match[4]
    if half:  # "12:03 PM": the two numbers are hours and minutes
        whole = int(hours) if hours else minutes % 12
        rest = 60 * (minutes if hours else seconds) + (seconds if hours else 0)
        return float(3600 * (whole % 12 + 12 * (half in "pP")) + rest)
    return float(3600 * int(hours or 0) + 60 * minutes + seconds)


# --- time stamps ---------------------------------------------------------------------------------------------------------


def _part_stamps(document: Document) -> tuple[Block, ...]:
    """The blocks, each stamp at the head of a line parted from it, where stamps head most lines of the text."""
    blocks = document.blocks
    leading = sum(_LEADING_STAMP.match(block.text) is not None for block in blocks)
    if leading < 3 or 2 * leading < len(blocks):
        return blocks
    return tuple(part for block in blocks for part in _part_stamp(document, block))


def _part_stamp(document: Document, block: Block) -> Iterator[Block]:
    start, end = block.spans[0]
    match = _LEADING_STAMP.match(document.text, start, end)
    if match is None or len(block.spans) > 1:
        yield block
        return
    rest = document.text[match.end() : end]
    at = match.end() + len(rest) - len(rest.lstrip())
    yield replace(block, text=" ".join(match[0].split()), spans=((start, match.end()),))
    layout = replace(block.layout, blank_lines=0)
    yield replace(block, text=" ".join(rest.split()), spans=((at, end),), layout=layout)


def _seconds_of_stamps(blocks: Sequence[Block]) -> dict[int, float]:
    """Block number -> seconds, of the blocks that are a stamp.

    A lone "10:30" may be spoken, so one stamp without brackets in a whole text is none.
    """
    found = {i: match for i, block in enumerate(blocks) if (match := _STAMP.fullmatch(block.text))}
    if len(found) == 1 and all(match[0][0] not in "[(" for match in found.values()):
        return {}
    return {i: _seconds(match) for i, match in found.items()}


def _with_times(blocks: Sequence[Block], labels: dict[int, _Label], stamps: dict[int, float]) -> Iterator[Block]:
    time: float | None = None
    for i, block in enumerate(blocks):
        if i in stamps:
            time = stamps[i]
            yield replace(block, role="chrome", rule="speech.time", evidence="a time stamp that stands alone")
        elif label := labels.get(i):
            yield replace(block, role=label.role, rule=label.rule, evidence=label.evidence)
        else:
            layout = block.layout if time is None or block.layout.time is not None else replace(block.layout, time=time)
            time = None
            yield replace(block, role="body", rule="speech.line", evidence="", layout=layout)


# --- what stands before and after the speech -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Label:
    role: Role
    rule: str
    evidence: str


def _furniture(document: Document, rules: Rules) -> Callable[[str], _Label | None]:
    """Tells whether a block, at the edge of a transcript, is a counter, a button or a set phrase."""
    packs = [rules.phrases[language] for language in (document.language_hint or "en", "en") if language in rules.phrases]

    def label(text: str) -> _Label | None:
        if len(text) > 200:
            return None
        folded = fold(text)
        if _COUNTER.fullmatch(folded):
            return _Label("chrome", "speech.counter", "a count of segments")
        if _BUTTON.fullmatch(folded):
            return _Label("chrome", "speech.button", "a button of a transcript's page")
        if text[-1:] in ".?!,":  # spoken: "Subscribe." may be the speaker's word, a button has no full stop
            return None
        found = next((rule for pack in packs if (rule := pack.match(folded))), None)
        return _Label("chrome", f"speech.{found.kind}", f"set phrase {found.id}") if found else None

    return label


def _wrap_width(blocks: Sequence[Block], spoken: Sequence[int]) -> int:
    """The widest line between head and tail of a wrapped transcript; 0 where the transcript is not wrapped."""
    lines = [blocks[i].text for i in spoken]
    middle = lines[HEAD_BLOCKS:-TAIL_BLOCKS]
    if len(middle) < MIN_LINES:  # a short one: most of its lines are narrow
        middle = [line for line in lines if len(line) <= MAX_WIDTH]
        if 2 * len(middle) < len(lines):
            return 0
    if not _is_wrapped(middle, 0.8):
        return 0
    width = _width(middle)
    return max(len(line) for line in middle if len(line) <= FAR_WIDER * width)


def _head_labels(
    blocks: Sequence[Block], spoken: Sequence[int], furniture: Callable[[str], _Label | None]
) -> dict[int, _Label]:
    """Labels of the blocks before the speech: up to the last sure mark among the first ten, or the title alone.

    Sure are a counter, a button, a credit of the transcript and a line far wider than the speech; another set phrase could be
    spoken, so it is furniture only at the very top, under the title at most.
    """
    head = spoken[:HEAD_BLOCKS]
    width = _wrap_width(blocks, spoken)
    known = {i: label for i in head if (label := furniture(blocks[i].text))}
    wide = {i for i in head if width and len(blocks[i].text) > FAR_WIDER * width}
    prose = next((i for i in head if i not in wide and blocks[i].text.count(" ") > HEAD_WORDS), len(blocks))
    sure = [i for i in head if i < prose and (i in wide or (i in known and known[i].rule in _SURE))]
    last = max(sure, default=-1)
    for i in head[1:]:
        if i in known and i > last and all(j in known or j <= last or j == head[0] for j in head if j < i):
            last = i
    labels = {i: known.get(i) or _head_label(blocks[i].text, width) for i in head if i <= last}
    title = next((i for i in head if i not in known and (i > last or _may_head(blocks[i].text))), None)
    if title is not None and (title < last or (_may_head(blocks[title].text) and _is_title(blocks, spoken, title, width))):
        labels[title] = _Label("headline", "speech.title", "stands before the speech")
    return labels


def _head_label(text: str, width: int) -> _Label:
    if width and len(text) > FAR_WIDER * width:
        return _Label("chrome", "speech.summary", f"{len(text)} characters wide before speech wrapped to {width}")
    return _Label("chrome", "speech.head", "stands between the title and a counter or button")


def _may_head(text: str) -> bool:
    return text.count(" ") < TITLE_WORDS and _NO_TITLE.search(text) is None


def _is_title(blocks: Sequence[Block], spoken: Sequence[int], at: int, width: int) -> bool:
    """Whether the first line is a title though no furniture follows it: wider than the captions, marked, or set apart.

    Price: a title that is written like a sentence, of caption width, stays the first words of the speech.
    """
    text = blocks[at].text
    after = spoken[spoken.index(at) + 1] if spoken[-1] != at else None
    if after is None or text.endswith((".", ",", ";", ":")):
        return False
    follows = blocks[after]
    if not (follows.text[:1].isupper() or follows.text[:1] in "[(>\"'♪" or not follows.text[:1].islower()):
        return False
    if _MARKDOWN_TITLE.match(text):
        return True
    words = [word for word in text.split() if word[:1].isalpha()]
    capitals = sum(word[0].isupper() for word in words)
    titled = len(words) >= 3 and capitals >= 0.6 * len(words)
    apart = follows.layout.blank_lines > 0 and not any(blocks[i].layout.blank_lines for i in spoken[2:40])
    stamped = after - at > 1
    return titled and (bool(width and len(text) > width) or apart or stamped)


def _tail_labels(
    blocks: Sequence[Block], spoken: Sequence[int], furniture: Callable[[str], _Label | None]
) -> dict[int, _Label]:
    """Labels of the blocks after the speech: set phrases at the very end, and lines wider than any caption beside them.

    From the end upwards, as long as each line is a set phrase or wider than the speech was wrapped to; a line that is
    neither is furniture only if something "far wider" stands above it within three lines.
    """
    width = _wrap_width(blocks, spoken)
    labels: dict[int, _Label] = {}
    waiting: list[int] = []
    far = False
    for i in reversed(spoken[-TAIL_BLOCKS:]):
        text = blocks[i].text
        wide = bool(width) and len(text) > width
        far = far or (wide and len(text) > FAR_WIDER * width)
        if label := furniture(text):
            found = label
        elif wide:
            rule = "speech.summary" if len(text) > FAR_WIDER * width else "speech.footer"
            found = _Label("chrome", rule, f"{len(text)} characters wide after speech wrapped to {width}")
        elif width and len(waiting) < 3 and text[-1:] not in ".?!,":
            waiting.append(i)
            continue
        else:
            break
        labels[i] = found
        labels |= {j: _Label("chrome", "speech.footer", "stands under furniture at the end of the transcript") for j in waiting}
        waiting = []
    only_phrases = {i: label for i, label in labels.items() if label.rule != "speech.footer"}
    return labels if far else (only_phrases if not any(label.rule == "speech.footer" for label in labels.values()) else {})
