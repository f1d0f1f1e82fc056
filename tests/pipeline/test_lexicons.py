"""A user's own lexicon: laid over the shipped names, hashed with the rules, refused with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from copydesk.pipeline.options import ConfigError, load_settings
from copydesk.pipeline.resources import load_lexicon, load_rules, rules_sha256
from copydesk.transforms.lexicon import Lexicon, LexiconName

HEADER = "name\tkind\tfield\tsounds\tcontext\n"


def settings_line(path: Path) -> str:
    """The one line of configuration."""
    return f"repair.lexicons=['{path}']"


def test_one_line_of_configuration_adds_names(tmp_path: Path) -> None:
    """The user's names are known beside the shipped ones."""
    file = tmp_path / "my.tsv"
    file.write_text(f"{HEADER}Zandarvo\tcompany\tbusiness\tsand arvo\tferry\n")
    lexicon = load_rules(load_settings(sets=[settings_line(file)])).lexicon
    assert lexicon.names[-1].name == "Zandarvo"
    assert len(lexicon.names) == len(load_rules().lexicon.names) + 1


def test_a_process_loads_it_once(tmp_path: Path) -> None:
    """The same files are the same lexicon."""
    file = tmp_path / "my.tsv"
    file.write_text(HEADER)
    assert load_lexicon((str(file),)) is load_lexicon((str(file),))


def test_what_it_holds_is_part_of_the_hash_of_the_rules(tmp_path: Path) -> None:
    """Two lexicons of other content are other rules, so a run with one does not go on with the other's shards."""
    one, two = tmp_path / "one.tsv", tmp_path / "two.tsv"
    one.write_text(f"{HEADER}Zandarvo\tcompany\tbusiness\n")
    two.write_text(f"{HEADER}Zandarvo\tcompany\tfinance\n")
    assert len({rules_sha256(), rules_sha256((str(one),)), rules_sha256((str(two),))}) == 3


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "cannot be read"),
        (b"", "line 1: the header is"),
        (f"{HEADER}Zandarvo\tfirm\tbusiness\n".encode(), "line 2: kind: 'firm' is none of company"),
        (b"\xff\xfe", "save it as UTF-8"),
    ],
)
def test_a_broken_lexicon_is_an_error_of_the_configuration(content: bytes | None, told: str, tmp_path: Path) -> None:
    """Before anything starts, with the key, the file and what is wrong."""
    file = tmp_path / "my.tsv"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ConfigError) as error:
        rules_sha256((str(file),))
    assert "repair.lexicons" in str(error.value)
    assert str(file) in str(error.value)
    assert told in str(error.value)


def test_names_are_read_when_they_are_asked_for_and_once() -> None:
    """A lexicon that is told where its names come from asks for them at the first look, and never again."""
    asked: list[str] = []

    def names() -> list[LexiconName]:
        asked.append("now")
        return [LexiconName("Orvenda", "company", "technology")]

    lexicon = Lexicon(names)
    assert asked == []
    assert lexicon.names is lexicon.names
    assert [name.name for name in lexicon.names] == ["Orvenda"]
    assert asked == ["now"]
