"""Charts: numbers that fit their place, at 360 pixels too."""

from __future__ import annotations

import pytest

from copydesk.pipeline.report.charts import Bar, bars, columns, fan
from tests.pipeline.report import pages


@pytest.mark.parametrize(("total", "said"), [(999_999, "999,999"), (388_870_199, "389M")])
def test_what_flows_is_told_in_few_characters(total: int, said: str) -> None:
    """Left of the ribbons there is room for seven; what came of it is told in full on their right."""
    tree = pages.parse(str(fan("flow", "Flow", "told", ("characters", total), [Bar("in stories", total), Bar("none", 0)])))
    texts = [text.text_content() for text in tree.xpath("//text")]
    assert texts[:2] == [said, "characters"]
    assert texts[2].startswith(f"{total:,}")
    assert len(texts) == 4


def test_parts_of_a_bar_stand_side_by_side() -> None:
    """Each part begins where the one before ends, and the longest bar fills the width."""
    tree = pages.parse(str(bars("bars", "Bars", "told", [Bar("a", 10, parts=(4, 6)), Bar("others", 99, rest=True)])))
    found = [(part.get("x"), part.get("width")) for part in tree.xpath("//rect[not(@class='track')]")]
    assert found == [("0.00%", "40.00%"), ("40.00%", "60.00%")]


def test_columns_of_nothing_are_flat() -> None:
    """A chart of classes that are all empty has a column of no height for each."""
    tree = pages.parse(str(columns("columns", "Columns", "told", [Bar("0", 0), Bar("50", 0)])))
    assert [float(column.get("height")) for column in tree.xpath("//rect")] == [0, 0]
