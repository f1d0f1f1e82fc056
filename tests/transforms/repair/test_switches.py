"""Where another language is spoken in English speech."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from copydesk.transforms.repair import consider
from copydesk.transforms.repair.switches import Switches
from copydesk.transforms.rules import Rules
from copydesk.transforms.shapes import Document

ENGLISH = "So we went down to the harbour in the morning and there was nobody there to ask about the boat that had left. "
SPANISH = "Pero la gente de este pueblo no sabe lo que pasa con los barcos que salen para las islas cada noche. "


@pytest.mark.parametrize(
    ("text", "covered"),
    [
        (ENGLISH * 3, ()),
        (ENGLISH + "It was die man so called an der Ecke in the Côte d'Azur, de facto and vis-à-vis. " + ENGLISH, ()),
        (SPANISH, ("pueblo",)),
        (ENGLISH + SPANISH + ENGLISH, ("pueblo", "barcos")),
        ("", ()),
    ],
)
def test_stretches_are_told_by_function_words(text: str, covered: tuple[str, ...], rules: Rules) -> None:
    """What is spoken in another language is covered, the English around it is not; loans and names are no switch."""
    switches = Switches(text, rules.function_words)
    assert len(switches.stretches) == bool(covered)
    assert all(switches.covers(text.index(word)) for word in covered)
    assert not text.startswith(ENGLISH) or not switches.covers(text.index("morning"))
    assert not text.endswith(ENGLISH) or not switches.covers(text.rindex("nobody"))


def test_no_repair_is_made_where_another_language_is_spoken(
    transcript: Callable[..., Document], rules: Rules
) -> None:
    """The same slip is mended in the English and left in the other language."""
    said = ENGLISH + "For all intensive purposes it was over. " + SPANISH + "dice all intensive purposes " + SPANISH
    document = transcript(said)
    assert [one.made for one in consider(document, rules) if "purposes" in one.before] == [True]
