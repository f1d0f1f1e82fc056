"""The configuration: what is laid over what, and what is refused with which words."""

from __future__ import annotations

import dataclasses
import tomllib
from pathlib import Path
from typing import Any

import pytest

from copydesk.pipeline.options import ConfigError, RunRequest, config_hash, load_settings, suggest

CASES = tomllib.loads((Path(__file__).parents[1] / "cases/options/refused.toml").read_text("utf-8"))["case"]


def test_defaults_are_those_of_the_shipped_file() -> None:
    """Without a file or --set, every value is the one in configs/copydesk.toml."""
    shipped = tomllib.loads((Path(__file__).parents[2] / "configs/copydesk.toml").read_text("utf-8"))
    assert load_settings().model_dump(mode="json") == shipped


def test_file_overrides_defaults_and_set_overrides_file(tmp_path: Path) -> None:
    """The later layer wins key by key, and leaves the other keys of its table alone."""
    file = tmp_path / "mine.toml"
    file.write_text('[tag]\nmax_topics = 5\n[read.fields]\ntext = ["story"]\n', "utf-8")
    settings = load_settings(str(file), ["tag.max_topics=6", "tag.max_topics=7", "extract.witness=none"])
    assert settings.tag.max_topics == 7
    assert settings.read.fields.text == ("story",)
    assert settings.read.fields.url == load_settings().read.fields.url
    assert settings.extract.witness == "none"
    assert settings.tag.topic_min_score == load_settings().tag.topic_min_score


@pytest.mark.parametrize(
    ("text", "value"),
    [("['a', \"b\"]", ("a", "b")), ("[]", ()), ("[ 'x=y' ]", ("x=y",))],
)
def test_set_reads_toml(text: str, value: tuple[str, ...]) -> None:
    """A --set takes lists as TOML writes them."""
    assert load_settings(sets=[f"read.fields.text={text}"]).read.fields.text == value


def test_set_takes_text_with_and_without_quotes() -> None:
    """A bare word, a quoted one and one with spaces around are the same text."""
    sets = ("extract.witness=none", 'extract.witness="none"', "extract.witness = none ")
    assert {load_settings(sets=[text]).extract.witness for text in sets} == {"none"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_refused_with_place_key_value_and_remedy(case: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong configuration is refused with words that say where, what and how to mend it."""
    monkeypatch.chdir(tmp_path)
    if "file" in case:
        Path("mine.toml").write_text(case["file"], "utf-8")
    with pytest.raises(ConfigError) as error:
        load_settings("mine.toml" if "file" in case else None, case.get("sets", ()))
    for words in case["says"]:
        assert words in str(error.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "cannot be read: No such file"), (b"[tag]\nx = '\xff'\n", "byte 11 is not UTF-8")],
)
def test_unreadable_file_is_named(content: bytes | None, words: str, tmp_path: Path) -> None:
    """A configuration that is not there, or is no UTF-8, is refused by its name."""
    file = tmp_path / "mine.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ConfigError, match=rf"mine\.toml: {words}"):
        load_settings(str(file))


def test_folder_as_file_is_refused(tmp_path: Path) -> None:
    """A folder given as --config is told, not raised as a bare OSError."""
    with pytest.raises(ConfigError, match="cannot be read"):
        load_settings(str(tmp_path))


def test_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    """A file that an editor saved with a byte-order mark is read like any other."""
    file = tmp_path / "mine.toml"
    file.write_bytes(b"\xef\xbb\xbf[tag]\nmax_topics = 4\n")
    assert load_settings(str(file)).tag.max_topics == 4


def test_hash_tells_settings_apart() -> None:
    """Equal settings have equal hashes, however they were given; one other value gives another hash."""
    same = config_hash(load_settings(sets=["tag.max_topics=3", "extract.witness='trafilatura'"]))
    assert same == config_hash(load_settings())
    assert len(same) == 64
    assert config_hash(load_settings(sets=["tag.max_topics=4"])) != same


def test_request_is_frozen() -> None:
    """A request cannot be changed after it was checked."""
    request = RunRequest(inputs=("a",), output=None, settings=load_settings())
    with pytest.raises(dataclasses.FrozenInstanceError):
        request.limit = 3  # type: ignore[misc]


def test_nothing_is_suggested_for_a_word_that_is_like_none() -> None:
    """A far-fetched suggestion would mislead, so there is none."""
    assert suggest("xyzzy", ["run", "check"]) == ""
