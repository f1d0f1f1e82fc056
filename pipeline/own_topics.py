"""A user's own files of topics and terms (`tag.topics`): read, checked, and laid over the shipped ones."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from copydesk.pipeline.options import ConfigError
from copydesk.transforms.cells import RuleError
from copydesk.transforms.tag.overlay import lay_over
from copydesk.transforms.taxonomy import TopicNode, TopicTerms, parse_taxonomy

KEY: Final = "tag.topics"
Topics = tuple[Mapping[str, TopicNode], Mapping[str, TopicTerms]]
"""Topics by code, terms by language."""


def read_own(files: Sequence[str]) -> tuple[tuple[str, bytes], ...]:
    """The paths of a user's files, each with its content.

    Raises:
        ConfigError: one cannot be read, or stands twice.
    """
    found: dict[str, bytes] = {}
    for file in files:
        if file in found:
            raise ConfigError(f"{KEY}: {file!r} stands twice; name it once")
        try:
            found[file] = Path(file).read_bytes()
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            raise ConfigError(f"{KEY}: {file!r} cannot be read ({reason}); give a TOML file of topics and terms") from error
    return tuple(found.items())


def own_topics(files: Sequence[str], shipped: Topics) -> Topics:
    """The shipped topics and terms with a user's laid over them, file by file; the same objects for the same content.

    Args:
        files: the paths, `settings.tag.topics`.
        shipped: what they are laid over, the same in every call of a process.

    Raises:
        ConfigError: a file cannot be read or used; the message names file, key and value.
    """
    if not files:
        return shipped
    return _own_topics(read_own(files), _Same(shipped))


class _Same:
    """The shipped topics as an argument that is compared by what it is, not by what it holds."""

    def __init__(self, shipped: Topics) -> None:
        self.shipped = shipped

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.shipped[0] is self.shipped[0]

    def __hash__(self) -> int:
        return id(self.shipped[0])


@lru_cache(maxsize=2)
def _own_topics(files: tuple[tuple[str, bytes], ...], same: _Same) -> Topics:
    taxonomy, topics = dict(same.shipped[0]), dict(same.shipped[1])
    try:
        parsed = [(file, _parse(file, content)) for file, content in files]
        for file, data in parsed:
            taxonomy |= parse_taxonomy(file, data, taxonomy)
        for file, data in parsed:  # only now, for a file may hold terms for a topic of a later one
            topics = lay_over(file, data, taxonomy, topics)
    except RuleError as error:
        raise ConfigError(f"{KEY}: {error}") from error
    return taxonomy, topics


def _parse(file: str, content: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        value = f"byte 0x{content[error.start]:02x}"
        raise RuleError(f"{file}: line {line}: {value} is not UTF-8; a TOML file is UTF-8 text, save it so") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        hint = '; codes stand in quotes: [terms."desk:rugby"]' if "]" in str(error) else ""
        raise RuleError(f"{file}: no valid TOML: {error or 'nested too deeply'}{hint}") from None
