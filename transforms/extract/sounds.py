"""Sound marks in speech: "[Music]", "(laughter)", "♪", told from what is said and parted from it.

Nobody says brackets, but writers of transcripts put more into them than sounds: "[inaudible]" stands for words, "he [the
mayor] said" and "(which I like)" are text, "[ __ ]" stands for a word that YouTube will not print. So a mark is one if it is
short and names a sound (`configs/sounds.toml`), or, in captions, if it stands alone in its line, begins with a small letter and
is in square brackets ("[door creaks]").

Whom it could harm: who speaks of music and writes "(folk music)" in brackets loses these two words to the removed records.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Final

from copydesk.transforms.decode.text import collapse
from copydesk.transforms.shapes import Block, Document

RULE: Final = "speech.sound"
MAX_WORDS: Final = 5
"""Words of a mark in square brackets, or alone in its line: "[audience laughs and claps]"."""
MAX_SPOKEN: Final = 2
"""Words of one in round brackets or asterisks within a line, where a sentence's own aside may stand."""

_QUICK: Final = re.compile(r"[\[(（【*♪♫♬♩🎵🎶]")
_MARK: Final = re.compile(
    r"[\[【](?P<square>[^\[\]【】\n]{1,60})[\]】]|[(（](?P<round>[^()（）\n]{1,60})[)）]|\*(?P<star>[^*\n]{2,30})\*|[♪♫♬♩🎵🎶]+"
)
_WORD: Final = re.compile(r"[^\W\d_](?:[\w'’]*\w)?(?:[\u0300-\u036f\u0900-\u0903\u093a-\u094f]+[^\W\d_]*)*")
_SAID: Final = re.compile(r"\w")


def part_sounds(
    document: Document, blocks: Iterable[Block], sounds: Collection[str], *, captions: bool
) -> Iterator[Block]:
    """The blocks, every sound mark in speech a block of its own with the role `chrome`.

    Args:
        document: whose text the blocks' spans point into.
        blocks: with their roles; only `body` is looked at.
        sounds: the words that name sounds, folded.
        captions: the source is a caption file, where a bracketed line is a caption maker's.
    """
    for block in blocks:
        if block.role != "body" or len(block.spans) != 1 or not _QUICK.search(block.text):
            yield block
        else:
            yield from _parted(document.text, block, sounds, captions=captions)


def _parted(text: str, block: Block, sounds: Collection[str], *, captions: bool) -> Iterator[Block]:
    start, end = block.spans[0]
    marks = [match for match in _MARK.finditer(text, start, end) if _is_mark(match, block, sounds, captions=captions)]
    if not marks:
        yield block
        return
    rest = "".join(text[low:high] for low, high in _between(start, end, marks))
    if not _SAID.search(rest):  # ">> [Music]", "[Applause]."
        yield _mark(block, text, start, end)
        return
    at = start
    for match in marks:
        yield from _speech(block, text, at, match.start())
        yield _mark(block, text, match.start(), match.end())
        at = match.end()
    yield from _speech(block, text, at, end)


def _is_mark(match: re.Match[str], block: Block, sounds: Collection[str], *, captions: bool) -> bool:
    inner = match["square"] or match["round"] or match["star"]
    if inner is None:
        return True
    words = [word.casefold() for word in _WORD.findall(inner)]
    alone = len(match[0]) >= len(block.text.strip(" .-–—>"))
    if not words or len(words) > (MAX_WORDS if alone or match["square"] else MAX_SPOKEN):
        return False
    if any(word in sounds for word in words):
        return True
    own_line = captions and alone and match["square"] is not None
    return own_line and inner.strip()[0].islower() and not any(map(str.isdigit, inner)) and "inaudible" not in words


def _between(start: int, end: int, marks: Iterable[re.Match[str]]) -> Iterator[tuple[int, int]]:
    for match in marks:
        yield start, match.start()
        start = match.end()
    yield start, end


def _speech(block: Block, text: str, start: int, end: int) -> Iterator[Block]:
    """What stands between two marks, if it is more than space."""
    piece = text[start:end]
    if kept := piece.strip():
        start += len(piece) - len(piece.lstrip())
        yield replace(block, text=collapse(kept), spans=((start, start + len(kept)),))


def _mark(block: Block, text: str, start: int, end: int) -> Block:
    why = "names a sound that is no speech"
    return replace(block, text=collapse(text[start:end]), spans=((start, end),), role="chrome", rule=RULE, evidence=why)
