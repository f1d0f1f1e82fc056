"""Names in speech that gets its marks: none is put inside one, and its capitals are the lexicon's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.pipeline.resources import load_rules
from copydesk.transforms.explain import apply_edits
from copydesk.transforms.lexicon import merge_lexicons, parse_lexicon
from copydesk.transforms.repair import consider, repair_speech
from copydesk.transforms.repair.network import Network
from copydesk.transforms.repair.punctuation import LIMITS, Punctuator
from copydesk.transforms.repair.speech import MAX_DOUBTFUL
from copydesk.transforms.repair.standing import Standing, standing_names
from copydesk.transforms.rules import Rules
from copydesk.transforms.shapes import Document

from .conftest import speech_of, wrap

Make = Callable[..., Document]
LINES = (
    "name\tkind\tfield\tsounds\tcontext",
    "Orvenda\tcompany\ttechnology\tcopper lantern|o r v a\tferry",
    "Port Velmira\tplace\tgeneral\t\t",
    "Velmira-Nord\tplace\tgeneral\t\t",
    "Bank of Velmira\tinstitution\tfinance\t\t",
    "Grendle Point\tplace\tgeneral\t\t",
    "Grendle Well\tcompany\tbusiness\t\t",
    "Hask & Morrow\tcompany\tbusiness\t\t",
    "tidal queue\tterm\ttechnology\t\t",
    "qPadrix\tproduct\ttechnology\t\t",
    "Velm's Yard\tplace\tgeneral\t\t",
    "Grendle's\tcompany\tbusiness\t\t",
)


@pytest.fixture(scope="module")
def named() -> Rules:
    """The shipped rules with a lexicon of a few made-up names."""
    return replace(load_rules(), lexicon=merge_lexicons([parse_lexicon("own.tsv", "\n".join(LINES))]))


def eager(*, capital: float) -> Punctuator:
    """A punctuator that ends a sentence after every word, and gives each the same probability of a capital."""
    bias = np.array([0, 0, 9, 0, np.log(capital / (1 - capital))], np.float32)
    network = Network(np.zeros((1, 1), np.float32), np.zeros((1, 1), np.float32), (), np.zeros((1, 5), np.float32), bias)
    return Punctuator(rows={"-": 0}, pairs=np.zeros(0, np.int64), cased={}, networks=(network,))


def marked(text: str, rules: Rules, capital: float = 0.01, turns: tuple[tuple[int, int], ...] = ()) -> str:
    """What becomes of a text where every place would get a mark."""
    return apply_edits(text, eager(capital=capital).restore(text, turns, standing_names(text, rules)))[0]


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("to port velmira then", "To. Port Velmira. Then."),
        ("the bank of velmira's port", "The. Bank of Velmira's. Port."),
        ("velmira-nord is velmira nord", "Velmira-Nord. Is. Velmira Nord."),
        ("at grendle point then", "At. Grendle Point. Then."),
        ("at grendle well well", "At. Grendle. Well. Well."),
        ("ask hask morrow", "Ask. Hask. Morrow."),
        ("a tidal queue", "A. Tidal queue."),
        ("see #port velmira", "See. #port. Velmira."),
        ("in port, velmira", "In. Port, velmira."),
        ("the PORT velmira", "The. PORT Velmira."),
        ("qpadrix", "Qpadrix."),
        ("to velm's yard's door", "To. Velm's Yard's. Door."),
        ("to velm’s yard", "To. Velm’s Yard."),
        ("in port's velmira", "In. Port's. Velmira."),
        ("velmira-Nord", "Velmira-Nord."),
        ("qPadrix in VELMIRA-nord", "qPadrix. In. VELMIRA-Nord."),
    ],
)
def test_no_mark_parts_a_name_of_the_lexicon(text: str, after: str, named: Rules) -> None:
    """A name of several words stays whole and is written as the lexicon does; what may be two things is parted."""
    assert marked(text, named) == after


def test_a_name_of_one_word_needs_half_of_what_another_needs(named: Rules) -> None:
    """A word that the lexicon spells is written so where the network finds a capital half as likely as elsewhere it must."""
    likely = LIMITS["capital"] / 2 + 0.01
    assert marked("so qpadrix orvenda's one", named, likely) == "So. qPadrix. Orvenda's. One."
    assert marked("so grendle's grendle's' one", named, likely) == "So. Grendle's. Grendle's'. One."


def test_another_speaker_ends_a_sentence_inside_a_name_too(named: Rules) -> None:
    """What one speaker ends with and the next begins with is no name."""
    assert marked("to port velmira then", named, turns=((8, 8),)) == "To. Port. Velmira. Then."


def test_a_name_of_two_spellings_keeps_its_letters(named: Rules) -> None:
    """Where the lexicon has a name in two ways, it says nothing of the capitals, and no mark is put inside."""
    more = parse_lexicon("more.tsv", "\n".join([LINES[0], "Port VELMIRA\tproduct\tgeneral\t\t"]))
    both = replace(named, lexicon=merge_lexicons([named.lexicon.names, more]))
    assert marked("to port velmira", both) == "To. Port velmira."


WORDS = st.sampled_from(
    ["port", "velmira", "velmira's", "Velmira-Nord", "nord", "bank", "of", "tidal", "queue", "so", "well", "grendle", "(", "i"],
)


@given(words=st.lists(WORDS, min_size=1, max_size=30))
@settings(deadline=None)
def test_names_lose_no_letter(words: list[str]) -> None:
    """Whatever names stand side by side, each place is found once, in order, and the letters of the text stay."""
    rules = replace(load_rules(), lexicon=merge_lexicons([parse_lexicon("own.tsv", "\n".join(LINES))]))
    text = " ".join(words)
    found = list(standing_names(text, rules))
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert all(text[at : at + len(letters)].lower() == letters.lower() for one in found for at, letters in one.spelled)
    after = marked(text, rules, 0.9)
    assert "".join(filter(str.isalnum, after.lower())) == "".join(filter(str.isalnum, text.lower()))
    for name in found:
        before = text[: name.start].count(" ")
        whole = " ".join(after.split(" ")[before : before + text[name.start : name.end].count(" ") + 1])
        assert "." not in whole[:-1]


TALK = "then we went on board of the ship and they told me that {} would build the next one of them do you think so "


@pytest.mark.parametrize("heard", ["open A I", "copper lantern", "port velmira", "bank of velmira"])
def test_what_was_considered_for_a_name_stays_whole(heard: str, transcript: Make, rules: Rules, named: Rules) -> None:
    """Words that the repair took for one name get no mark inside, though it was not sure enough to change them."""
    knows = replace(rules if heard.startswith("open") else named, punctuator=eager(capital=0.01))
    text = TALK.format(heard) * 3
    after = " ".join(block.text for block in speech_of(repair_speech(transcript(wrap(text)), knows)))
    assert after.lower().count(f". {heard.lower()}.") == 3
    if heard != heard.lower():
        assert heard.removeprefix("open") in after


def test_a_repaired_name_stays_whole(transcript: Make, named: Rules) -> None:
    """A name of several words that was put in has no mark inside, and its change stands where it says."""
    lines = [LINES[0], "Port Velmira\tplace\tgeneral\tpour vell mera\tferry|ship|board"]
    knows = replace(named, lexicon=merge_lexicons([parse_lexicon("own.tsv", "\n".join(lines))]), punctuator=eager(capital=0.01))
    after = speech_of(repair_speech(transcript(wrap(TALK.format("pour vell mera") * 2)), knows))
    changes = [(block, change) for block in after for change in block.changes]
    assert len(changes) == 2
    assert all(block.text[change.start : change.end] == change.after == "Port Velmira" for block, change in changes)


def test_no_more_doubtful_repairs_are_listed_than_anyone_reads(transcript: Make, named: Rules) -> None:
    """What is listed for a person is bounded; what is held together is not."""
    text = TALK.format("copper lantern") * (MAX_DOUBTFUL + 50)
    knows = replace(named, punctuator=eager(capital=0.01))
    doubtful = [one for one in consider(transcript(wrap(text)), knows) if not one.made]
    assert len(doubtful) == MAX_DOUBTFUL
    after = " ".join(block.text for block in speech_of(repair_speech(transcript(wrap(text)), knows)))
    assert after.count(". Copper lantern.") == MAX_DOUBTFUL + 50


def test_standing_is_told_apart_from_its_spelling() -> None:
    """A place without a spelling holds its words together and gives no capital."""
    text = "to port velmira"
    after = apply_edits(text, eager(capital=0.01).restore(text, (), [Standing(3, 15)]))[0]
    assert after == "To. Port velmira."
