"""`copydesk config`: what the configuration is and where each value comes from, faults of a file, a schema for editors.

The reasons that stand as comments in `configs/copydesk.toml` are the descriptions of the schema, so that an editor shows them
beside the key that is being written.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from copydesk.pipeline.idle_names import warn_of_idle_names
from copydesk.pipeline.logs import configure_logging
from copydesk.pipeline.options import DEFAULTS, ConfigError, Key, Layered, check_settings, lay_out
from copydesk.pipeline.terminal.lines import printable

if TYPE_CHECKING:
    import argparse

_DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
_HEADER: Final = re.compile(r"\[(?P<table>[\w.]+)\]\s*(?:# (?P<why>.*))?")
_ENTRY: Final = re.compile(r"(?P<key>\w+) = .*?\s# (?P<why>.*)")
_MORE: Final = re.compile(r"\s+# (?P<why>.*)")
"""A comment that goes on below the line where it began."""
_COLUMN: Final = 48
"""Where the origins stand beside short values; beside a longer value two columns after its end."""


def config(arguments: argparse.Namespace) -> int:
    """Do `copydesk config`; exit code 2 where a checked file has a fault."""
    if arguments.action == "check":
        return _check(arguments)
    if arguments.file is not None:
        raise ConfigError(f"config {arguments.action}: unexpected argument {arguments.file!r}; give a file as --config FILE")
    if arguments.action == "schema":
        print(json.dumps(schema(), ensure_ascii=False, indent=2))
        return 0
    layered = lay_out(arguments.config, arguments.sets, arguments.preset)
    settings = check_settings(layered).model_dump(mode="json")
    if arguments.json:
        print(json.dumps({"settings": settings, "origins": dict(_origins(settings, layered))}, ensure_ascii=False, indent=2))
    else:
        print("\n".join(to_toml(settings, layered)))
    return 0


def _check(arguments: argparse.Namespace) -> int:
    """Check one file, with all that it names: lexicons, topics, functions; each fault is a line of standard output.

    Rows of a lexicon that can repair nothing are no fault; they are told as a warning.
    """
    if arguments.file is None or arguments.config is not None:
        raise ConfigError("config check: name one file, for example copydesk config check mine.toml")
    from copydesk.pipeline.resources import load_rules  # noqa: PLC0415 - a wrong call is told before anything is loaded

    configure_logging()
    try:
        settings = check_settings(lay_out(arguments.file, arguments.sets, arguments.preset))
        load_rules(settings)
        warn_of_idle_names(settings)
    except ConfigError as error:
        faults = str(error).splitlines()
        print("\n".join(map(printable, faults)))
        print(f"copydesk: {arguments.file}: {len(faults)} {'fault' if len(faults) == 1 else 'faults'}", file=sys.stderr)
        return 2
    print(f"{printable(arguments.file)}: no fault")
    return 0


# --- show ---------------------------------------------------------------------------------------------------------------


def _leaves(table: Mapping[str, Any], at: Key = ()) -> Iterator[tuple[Key, Any]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, (*at, key))
        else:
            yield (*at, key), value


def _origins(settings: Mapping[str, Any], layered: Layered) -> Iterator[tuple[str, str]]:
    """Every key, dotted, with the layer that gave its value."""
    for path, _ in _leaves(settings):
        yield ".".join(map(str, path)), _told(layered.origin(path))


def _told(origin: str) -> str:
    return "default" if origin == DEFAULTS else printable(origin)


def to_toml(settings: Mapping[str, Any], layered: Layered, at: Key = ()) -> Iterator[str]:
    """The settings as a TOML file, line by line, in the order of the defaults, each key with its origin as a comment.

    It can be given as `--config` from the folder of the call and means the same there.
    """
    for key, value in settings.items():
        if isinstance(value, Mapping):
            continue
        entry = f"{key} = {toml_value(value)}"
        yield f"{entry:<{_COLUMN}}  # {_told(layered.origin((*at, key)))}"
    for key, value in settings.items():
        if isinstance(value, Mapping):
            path = (*at, key)
            if at or key != next(iter(settings)):
                yield ""
            yield f"[{'.'.join(map(str, path))}]"
            yield from to_toml(value, layered, path)


def toml_value(value: object) -> str:
    r"""A value as TOML writes it; a list of tables stands inline.

    >>> toml_value(["a\n", 1.0, 65536, True, {"id": "x"}])
    '["a\\n", 1.0, 65_536, true, {id = "x"}]'
    """
    if isinstance(value, list):
        return f"[{', '.join(map(toml_value, value))}]"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key} = {toml_value(inner)}' for key, inner in value.items())}}}"
    if isinstance(value, str):  # TOML's escapes are JSON's, which leaves DEL as it is
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return f"{value:_}" if isinstance(value, int) and not isinstance(value, bool) else json.dumps(value)


# --- schema -------------------------------------------------------------------------------------------------------------


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a user's configuration file: no key has to be there, and none is unknown.

    Editors complete and check by it: a file that is refused by it is refused by a run, too. A run looks more closely (at paths,
    regular expressions, pairs of keys).
    """
    from copydesk.transforms.settings import Settings  # noqa: PLC0415 - pydantic

    text = resources.files("copydesk.configs").joinpath(DEFAULTS).read_text("utf-8")
    whole = Settings.model_json_schema()
    made: dict[str, Any] = {"$schema": _DRAFT, **whole, "title": "Configuration of Copydesk"}
    _complete(made, made["$defs"], tomllib.loads(text), reasons(text))
    return made


def _complete(
    table: dict[str, Any], tables: Mapping[str, Any], defaults: Mapping[str, Any], why: Mapping[Key, str], at: Key = (),
) -> None:  # fmt: skip
    """Put the reasons and the defaults into the schema of a table, and let its keys be left out."""
    table.pop("required", None)
    for key, entry in table["properties"].items():
        path = (*at, key)
        if path in why:
            entry["description"] = why[path]
        if "$ref" in entry:
            _complete(tables[entry["$ref"].rpartition("/")[2]], tables, defaults[key], why, path)
        else:
            entry["default"] = defaults[key]


def reasons(text: str) -> dict[Key, str]:
    r"""The comments of a configuration file by key and by table; what a comment says below its line belongs to it.

    >>> reasons("[tag]  # topics\nmax_topics = 3  # so many\n    # at most\n")
    {('tag',): 'topics', ('tag', 'max_topics'): 'so many at most'}
    """
    found: dict[Key, str] = {}
    table: Key = ()
    last: Key | None = None
    for line in text.splitlines():
        if header := _HEADER.fullmatch(line):
            table = last = tuple(header["table"].split("."))
            why = header["why"]
        elif entry := _ENTRY.fullmatch(line):
            last, why = (*table, entry["key"]), entry["why"]
        elif last is not None and (more := _MORE.fullmatch(line)):
            why = more["why"]
        else:
            last, why = None, None
        if last is not None and why:
            found[last] = f"{found[last]} {why}" if last in found else why
    return found
