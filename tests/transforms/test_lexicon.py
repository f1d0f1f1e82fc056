"""Lexicon files: parsed whole, or refused with file, line, column, value and remedy."""

from __future__ import annotations

import pytest

from copydesk.transforms.lexicon import COLUMNS, LexiconError, merge_lexicons, parse_lexicon

HEADER = "\t".join(COLUMNS)


def test_a_line_becomes_a_name() -> None:
    """Columns may be missing at the end, white space is trimmed, alternatives are parted by a bar."""
    lines = ["# a remark", "", "Veldhoven \tplace\ttechnology\tfelt hoven|veld  oven\tchip|mask\r", "Ulm\tplace\tgeneral"]
    text = "\n".join([f"\ufeff{HEADER}", *lines])
    first, second = parse_lexicon("my.tsv", text)
    assert (first.name, first.sounds, first.context) == ("Veldhoven", ("felt hoven", "veld oven"), {"chip", "mask"})
    assert (second.name, second.sounds, second.context) == ("Ulm", (), frozenset())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "my.tsv: line 1: the header is ''"),
        ("name,kind\n", "my.tsv: line 1: the header is 'name,kind'"),
        (f"{HEADER}\nUlm\tplace\n", "my.tsv: line 2: 2 columns"),
        (f"{HEADER}\nUlm\tplace\tgeneral\t\t\tmore\n", "my.tsv: line 2: 6 columns"),
        (f"{HEADER}\n--\tplace\tgeneral\n", "my.tsv: line 2: name: '--' has no letter"),
        (f"{HEADER}\nUlm\ttown\tgeneral\n", "my.tsv: line 2: kind: 'town' is none of company, "),
        (f"{HEADER}\nUlm\tplace\tsea\n", "my.tsv: line 2: field: 'sea' is none of business, "),
        (f"{HEADER}\nUlm\tplace\tgeneral\tolm||elm\n", "my.tsv: line 2: sounds: 'olm||elm' has an empty alternative"),
        (f"{HEADER}\nUlm\tplace\tgeneral\tOlm\n", "my.tsv: line 2: sounds: 'Olm' has capitals"),
        (f"{HEADER}\nUlm\tplace\tgeneral\t\ta b c d e f g h i\n", "my.tsv: line 2: context: 'a b c d e f g h i' has more"),
        (f"{HEADER}\nUlm\tplace\tgeneral\nUlm\tplace\tsport\n", "my.tsv: line 3: name: 'Ulm' stands twice"),
    ],
)
def test_what_cannot_be_used_is_told_with_its_place(text: str, told: str) -> None:
    """The message names file, line, column and value."""
    with pytest.raises(LexiconError) as error:
        parse_lexicon("my.tsv", text)
    assert told in str(error.value)


def test_of_two_files_what_they_know_of_a_name_is_joined() -> None:
    """Sounds and context of both count, the field is the later file's."""
    one = parse_lexicon("a.tsv", f"{HEADER}\nUlm\tplace\tgeneral\tolm\triver\n")
    two = parse_lexicon("b.tsv", f"{HEADER}\nUlm\tplace\thistory\telm\tchurch\n")
    (name,) = merge_lexicons([one, two]).names
    assert (name.field, name.sounds, name.context) == ("history", ("olm", "elm"), {"river", "church"})
