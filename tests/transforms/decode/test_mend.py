"""Mending: mojibake and invisible characters, each change listed, small and undoable."""

from __future__ import annotations

import re
import time
from itertools import pairwise
from typing import Any

import pytest
from ftfy.badness import BADNESS_RE, MOJIBAKE_CATEGORIES
from hypothesis import given
from hypothesis import strategies as st

from copydesk.transforms import explain
from copydesk.transforms.decode.charset import unify_lines
from copydesk.transforms.decode.invisible import invisible_edits
from copydesk.transforms.decode.mend import _SUSPECT, mend

from .conftest import cases

ODD = st.sampled_from(
    [*"aé \n\tÃ©â€™œ\x93\x00\x1f\x85\xad\u200b\u200c\u200d\u200e\u2028\ufeff\ufffd\x0bäم", "👩", "ก", "â€œ", "\ud800"]
)
TEXTS = st.one_of(st.text(), st.lists(ODD, max_size=40).map("".join)).map(unify_lines)
_LETTERS = "".join(MOJIBAKE_CATEGORIES.values())
BAD_CHARACTERS = [chr(i) for i in range(0x20, 0x2600) if re.match(f"[{_LETTERS}]", chr(i))] + list("aZ .,ÃÂâ€™œЂ√‚вВ\n")
GONE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\ufeff\u2028\u2029\u2060\ud800-\udfff]")


@pytest.mark.parametrize("case", cases("mojibake"))
def test_mojibake_is_put_right_and_what_only_looks_like_it_is_not(case: dict[str, Any]) -> None:
    """A repair gives the text that was meant; text that was meant as it stands is left alone."""
    text, changes = mend(case["before"])
    assert text == case.get("after", case["before"])
    assert bool(changes) == ("after" in case)
    assert all(change.rule == "mojibake" and change.evidence for change in changes)


@pytest.mark.parametrize("case", cases("invisible"))
def test_what_nobody_sees_goes_and_what_has_a_meaning_stays(case: dict[str, Any]) -> None:
    """Controls, zero-width characters and odd line ends are taken out by their rule; joiners and marks in use are not."""
    text, changes = mend(case["before"])
    assert text == case.get("after", case["before"])
    assert [change.rule for change in changes] == case.get("rules", [])


def test_changes_are_small() -> None:
    """A repair in a line names the characters that it changed, not the line."""
    _, changes = mend("A long line with one cafÃ© in it, and then a naÃ¯ve end.")
    assert [(change.before, change.after) for change in changes] == [("Ã©", "é"), ("Ã¯", "ï")]
    assert "decode utf-8" in changes[0].evidence


@given(TEXTS)
def test_every_text_can_be_had_back(text: str) -> None:
    """Undo gives the source's text, replay the mended one, no two changes touch, and nothing unseen is left."""
    mended, changes = mend(text)
    assert explain.undo(mended, changes) == text
    assert explain.replay(text, changes) == mended
    assert all(first.end < second.start for first, second in pairwise(changes))
    assert not GONE.search(mended)


@given(st.text(st.sampled_from(BAD_CHARACTERS), max_size=8))
def test_the_fast_path_lets_nothing_pass(text: str) -> None:
    """Whatever ftfy's badness would find, the one search over the whole text finds too."""
    assert _SUSPECT.search(text) or not BADNESS_RE.search(text)


@given(TEXTS)
def test_edits_of_the_unseen_are_in_order(text: str) -> None:
    """Edits neither overlap nor come out of order."""
    edits = invisible_edits(text)
    assert all(first.end <= second.start for first, second in pairwise(edits))


def test_a_very_long_line_is_mended_in_pieces() -> None:
    """A line of a megabyte takes time in proportion to its length, and is mended everywhere."""
    line = "cafÃ© au lait, " * 20_000
    began = time.process_time()
    mended, changes = mend(line)
    assert mended == "café au lait, " * 20_000
    assert len(changes) == 20_000
    assert time.process_time() - began < 10
