"""What the labeller saw of a line, told in plain words."""

from __future__ import annotations

import numpy as np
import pytest

from copydesk.transforms.extract.context import context_names, measure_context
from copydesk.transforms.extract.grammar import PLACES
from copydesk.transforms.extract.lines import observe_lines, packs_for
from copydesk.transforms.extract.signals import Signals, measure_signals
from copydesk.transforms.extract.telling import _NEAR, ABOUTS, tell_feature
from copydesk.transforms.rules import Rules
from tests.transforms.extract.conftest import make_document

PAGES = (
    "Ferries\n\nMenu\n\nThe ferry is back\n\nBy Ada Holm\n\n3 May 2024\n\n"
    + "\n\n".join(f"The ferry came back on day {day}, and the {day} people on the quay cheered, it said." for day in range(9))
    + "\n\n* * *\n\nShare\n\nTHE QUAY: 90% of it is old.\n\n- Read more\n\nShare\n\n“No!” he said…\n\nContinue reading",
    "一\n\n港の渡し船は月曜日から再び運航すると港の事務所は述べた。住民は喜んでいる。\n\n続きを読む",
    "Rain",
)


def _signals(text: str, rules: Rules) -> Signals:
    document = make_document(text.split("\n"))
    return measure_signals(observe_lines(document, rules, packs_for(document, rules)))


def test_every_column_has_words_and_no_words_are_left_over(rules: Rules) -> None:
    """What the labeller can name as its reason has words, and words of a column that is no more are noticed."""
    signals = _signals("Rain", rules)
    assert rules.labeller is not None
    names = {*rules.labeller.second.features, *signals.names, *context_names(signals)}
    assert {near[1] if (near := _NEAR.fullmatch(name)) else name for name in names} == set(ABOUTS)


@pytest.mark.parametrize("text", PAGES)
def test_every_value_of_a_page_can_be_told(text: str, rules: Rules) -> None:
    """Of every line of a page every column can be told, in words that are its own and name no column."""
    signals = _signals(text, rules)
    chance = np.full((len(signals.lines), len(PLACES)), np.log(1 / len(PLACES)), np.float32)
    names = (*signals.names, *context_names(signals))
    table = np.concatenate((signals.table, measure_context(signals, chance)), axis=1)
    for row in table:
        told = [tell_feature(name, round(float(value), 3)) for name, value in zip(names, row, strict=True)]
        assert all(told)
        assert not [words for words in told if "_" in words or "{" in words or "-1" in words or "inf" in words]


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("units", 12, "12 words in the line"),
        ("units", 1, "1 word in the line"),
        ("units", 150, "150 or more words in the line"),
        ("units+1", 12, "12 words in the line below"),
        ("units-4", -1, "the line 4 above is not there"),
        ("ending", 5, "the line ends as a sentence does"),
        ("titled", 2, "the line is in capitals"),
        ("titled", 0.5, "50 % of the words of the line begin with a capital"),
        ("first-1", -1, "the line above begins with a mark, or is not there"),
        ("kind", 2, "the line looks like a date"),
        ("kind+2", 15, "the line 2 below is not there"),
        ("phrase_sharing", 0, "the line is no set phrase of sharing"),
        ("repeats", 3, "3 times the line stands on the page"),
        ("back_prose", 0, "the line itself is a paragraph"),
        ("back_prose", 1, "the last paragraph is 1 line above"),
        ("ahead_date", 60, "no date within 60 lines below"),
        ("back_headline", 100, "no likely headline within 100 lines above"),
        ("behind_date", 0, "no dates between the line and the next paragraph or the page's end"),
        ("run", -3, "the line is one of 3 in a row that are no paragraphs"),
        ("dense_above_8", 0.25, "25 % of the 8 lines above are paragraphs"),
        ("gap", 80, "no paragraph on one side of the line, or 80 lines and more from the one above to the one below"),
        ("gap", 3, "3 lines from the paragraph above the line to the one below"),
        ("run", 1, "the line is a single paragraph"),
        ("next_units", 21, "21 words in the paragraph at the line or next below it"),
        ("last_run", -1, "no paragraph above the line"),
        ("from_gap", 0, "1 line since the last paragraph or the top"),
        ("relative_length", 20, "the line is longer than those of this gap"),
        ("kinship", 1, "all words of the paragraphs below stand in those above, or there are none to compare"),
        ("below", 0, "no word of the line stands in the two paragraphs below, or it was not compared"),
        ("is_best", 0, "the line is not the likeliest headline of its gap"),
        ("is_outside", 0.026, "first look: 3 % outside of stories"),
        ("headline-1", 0.6, "first look at the line above: 60 % a headline"),
        ("next_segment", -1, "no text begins below"),
        ("headlines_below_12", 2, "2 headlines in the 12 lines below at first look"),
        ("like_below_keep", -1, "nothing stands elsewhere above the same line"),
        ("like_below_keep", 0.8, "first look at what stands elsewhere above the same line: 80 % kept as text"),
    ],
)
def test_values_in_words(name: str, value: float, told: str) -> None:
    """A value is told as a person counts: one and many, a share in percent, what is not there as such."""
    assert tell_feature(name, value) == told


def test_what_is_told_is_true_of_the_page(rules: Rules) -> None:
    """At the head of a page, in a paragraph and below one, words are those that a reader would find there."""
    prose = "The ferry came back on day {}, and the {} people on the quay cheered, it said to all of them."
    signals = _signals(f"Menu\n{prose.format(1, 2)}\nShare\nThe ferry is back\n{prose.format(3, 4)}", rules)

    def told(name: str) -> list[str]:
        return [tell_feature(name, float(value)) for value in signals.column(name)]

    away = tell_feature("gap", 80)
    between = "3 lines from the paragraph above the line to the one below"
    assert told("gap") == [away, "the line is a paragraph", between, between, "the line is a paragraph"]
    assert told("from_gap")[2:4] == [f"{lines} since the last paragraph or the top" for lines in ("1 line", "2 lines")]
    assert told("next_units") == ["21 words in the paragraph at the line or next below it"] * 5
    assert told("relative_length")[1] == "the line is longer than those of this gap"
