"""The configuration and the call: defaults, a user's file and `--set`, checked before anything starts.

`configs/copydesk.toml` holds every key with its default. A preset of `configs/presets/` is laid over it where one is named,
then a user's own TOML file, then each `--set`.
What comes of it is checked as a whole by `transforms.settings`, and an error names the file (or the `--set`), the key,
the bad value and what would be right.

Nothing here is heavy to import: pydantic comes only when a configuration is loaded.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import math
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, get_args, get_origin

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic.fields import FieldInfo
    from pydantic_core import ErrorDetails

    from copydesk.transforms.settings import Settings
    from copydesk.transforms.shapes import Kind

LogFormat = Literal["text", "json"]
Key = tuple[str | int, ...]
"""The path to a value: ("read", "max_bytes")."""

DEFAULTS: Final = "copydesk.toml"
PRESETS: Final = "presets"
"""The folder of `configs/` that holds them."""
LOCAL: Final = (None, "DirectRunner", "FnApiRunner")
"""The names of the runner on this machine."""
PATHS: Final = (("repair", "lexicons"), ("tag", "topics"))
"""The keys that hold paths of a user's files."""
_MAX_SHOWN: Final = 60
"""Characters of a bad value that a message shows; a whole list of field names would bury the remedy."""
_BOUNDS: Final = (("ge", "at least"), ("gt", "above"), ("le", "at most"), ("lt", "below"))


class ConfigError(ValueError):
    """The call or the configuration is wrong: exit code 2. The message says what was wrong and what would be right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """One call of `copydesk run`, checked: everything that the launcher needs to know."""

    inputs: tuple[str, ...]
    """Files, globs, folders, URLs of a file system that Beam reads, or "-"."""
    output: str | None
    """A folder, which may hold "{run_id}"; None means `output/{run_id}`."""
    settings: Settings
    kind: Kind | None = None
    site: str | None = None
    include: tuple[str, ...] = ()
    """Globs: of the files found, only those whose path or name matches one."""
    exclude: tuple[str, ...] = ()
    limit: int | None = None
    """Sources, at most."""
    workers: int | None = None
    """Worker processes; None means what `run.workers` says."""
    runner: str | None = None
    overwrite: bool = False
    fresh: bool = False
    """Leave what an earlier attempt at the same job did."""
    state: str | None = None
    """The folder of what scheduled runs remember of each other; None where a run stands alone."""
    beam_args: tuple[str, ...] = ()
    """What stood after `--`, for Beam."""
    log_format: LogFormat = "text"
    quiet: bool = False
    metrics_file: str | None = None
    """Where the metrics of runs are kept, for a scraper; None means in the output alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layered:
    """A configuration before it is checked: the values, and where each was given."""

    data: Mapping[str, Any]
    origins: Mapping[Key, str]
    """By the path of a key or a table: the last layer that gave it, as a message names it."""

    def origin(self, path: Key) -> str:
        """Where a value was given: the place that named it, or the table that it stands in."""
        sizes = range(len(path), 0, -1)
        return next((self.origins[path[:size]] for size in sizes if path[:size] in self.origins), DEFAULTS)


def load_settings(file: str | None = None, sets: Sequence[str] = (), preset: str | None = None) -> Settings:
    """The configuration: the defaults, with a preset, a user's file and then each `--set` laid over them.

    Args:
        file: a TOML file that holds only the keys that differ from the defaults. Relative paths in it count from its folder.
        sets: "table.key=value"; the value is TOML, and a text may stand without quotes. Of two for
            one key the later wins. Relative paths in it count from the folder of the call.
        preset: one of `presets()`.

    Returns:
        The checked settings, frozen.

    Raises:
        ConfigError: a file that cannot be read, an unknown key, a value of the wrong type or out of range.

    >>> load_settings(sets=["tag.max_topics=5", "extract.witness=none"]).extract.witness
    'none'
    >>> load_settings(sets=["tag.max_topic=5"])
    Traceback (most recent call last):
        ...
    copydesk.pipeline.options.ConfigError: --set tag.max_topic=5: tag.max_topic: unknown key; did you mean max_topics?
    """
    return check_settings(lay_out(file, sets, preset))


def lay_out(file: str | None = None, sets: Sequence[str] = (), preset: str | None = None) -> Layered:
    """All layers of a configuration laid over each other, unchecked; arguments and errors of reading as `load_settings`."""
    layers = [(DEFAULTS, tomllib.loads(_shipped(DEFAULTS)))]
    if preset is not None:
        layers.append((f"preset {preset}", _read_preset(preset)))
    if file is not None:
        layers.append((file, _anchor(_read_toml(file), Path(file).parent)))
    layers.extend((f"--set {text}", _parse_set(text)) for text in sets)
    data: dict[str, Any] = {}
    origins: dict[Key, str] = {}
    for name, layer in layers:
        _lay_over(data, layer, name, origins)
    return Layered(data=data, origins=origins)


def check_settings(layered: Layered) -> Settings:
    """The settings that a configuration makes.

    Raises:
        ConfigError: something is wrong with it; a line for each fault.
    """
    from pydantic import ValidationError  # noqa: PLC0415 - heavy, and `copydesk --help` must be quick

    from copydesk.transforms.settings import Settings  # noqa: PLC0415

    _refuse_infinite(layered.data, layered)
    try:
        return Settings.model_validate_json(json.dumps(layered.data, default=str))
    except ValidationError as error:
        raise ConfigError("\n".join(_explain(error, layered))) from None


def presets() -> list[str]:
    """The names of the shipped presets.

    >>> presets()
    ['blog_archive', 'news_crawl', 'podcasts', 'training_corpus']
    """
    folder = resources.files("copydesk.configs").joinpath(PRESETS)
    return sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml"))


def config_hash(settings: Settings) -> str:
    """SHA-256, in hex, of the settings as canonical JSON: equal for equal settings, however they were given.

    >>> config_hash(load_settings()) == config_hash(load_settings(sets=["tag.max_topics=3"]))
    True
    """
    canonical = json.dumps(settings.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def suggest(word: str, known: Iterable[str]) -> str:
    """The remedy for a misspelled word: "; did you mean X?", or nothing where no known word is close.

    >>> suggest("rnu", ["run", "check"])
    '; did you mean run?'
    """
    close = difflib.get_close_matches(word, sorted(known), n=1)
    return f"; did you mean {close[0]}?" if close else ""


# --- reading ----------------------------------------------------------------------------------------------------------


def _shipped(path: str) -> str:
    return resources.files("copydesk.configs").joinpath(path).read_text("utf-8")


def _read_preset(name: str) -> dict[str, Any]:
    known = presets()
    if name not in known:
        remedy = suggest(name, known) or f"; the presets are {', '.join(known)}"
        raise ConfigError(f"--preset {name}: no such preset{remedy}; a file of your own is given as --config FILE")
    return tomllib.loads(_shipped(f"{PRESETS}/{name}.toml"))


def _read_toml(file: str) -> dict[str, Any]:
    try:
        return tomllib.loads(Path(file).read_text("utf-8-sig"))
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}; --config takes a TOML file") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file}: byte {error.start} is not UTF-8; a TOML file is UTF-8 text, save it so") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file}: no valid TOML: {error}") from None


def _anchor(layer: dict[str, Any], folder: Path) -> dict[str, Any]:
    """A file's values with the paths among them, which are relative to the file, as paths from the folder of the call."""
    for table, key in PATHS:
        values = layer.get(table)
        if isinstance(values, dict) and isinstance(values.get(key), list):
            values[key] = [str(folder / value) if value and isinstance(value, str) else value for value in values[key]]
    return layer


def _parse_set(text: str) -> dict[str, Any]:
    name, equals, value = text.partition("=")
    parts = [part.strip() for part in name.split(".")]
    if not equals or len(parts) < 2 or not all(parts):
        raise ConfigError(f"--set {text}: give table.key=value, for example --set tag.max_topics=5")
    layer: Any = _parse_value(value.strip())
    for part in reversed(parts):
        layer = {part: layer}
    return dict(layer)


def _parse_value(value: str) -> object:
    """A value as TOML reads it; what is no TOML is a text without its quotes."""
    try:
        parsed = tomllib.loads(f"value = {value}")
    except tomllib.TOMLDecodeError:
        return value
    return parsed["value"] if len(parsed) == 1 else value


def _lay_over(data: dict[str, Any], layer: Mapping[str, Any], name: str, origins: dict[Key, str], at: Key = ()) -> None:
    """Put a layer's values into `data`, table by table, and note for each where it came from."""
    for key, value in layer.items():
        path = (*at, key)
        origins[path] = name
        if isinstance(value, Mapping) and isinstance(data.get(key, {}), dict):
            _lay_over(data.setdefault(key, {}), value, name, origins, path)
        else:
            data[key] = value


def _refuse_infinite(data: Mapping[str, Any], layered: Layered, at: Key = ()) -> None:
    """TOML knows inf and nan; no key of ours does, and nan passes every comparison of a range unnoticed."""
    for key, value in data.items():
        path = (*at, key)
        if isinstance(value, Mapping):
            _refuse_infinite(value, layered, path)
        elif isinstance(value, float) and not math.isfinite(value):
            raise ConfigError(f"{layered.origin(path)}: {_dotted(path)}: {value} is no finite number")


# --- errors -----------------------------------------------------------------------------------------------------------


def _explain(error: ValidationError, layered: Layered) -> Iterator[str]:
    """A line for each thing that is wrong: where it was said, which key, which value, and the remedy."""
    for detail in error.errors(include_url=False):
        path: Key = detail["loc"]
        named = path[:-1] if path[-1:] == ("[key]",) else path
        yield f"{layered.origin(named)}: {_dotted(named)}: {_fault(detail, path)}"


def _fault(detail: ErrorDetails, path: Key) -> str:
    if path[-1] == "[key]":  # a name that the user gives, of a table of names
        known = [str(name) for name in get_args(get_args(_table(path[:-3])[str(path[-3])].annotation)[0])]
        return f"unknown key{suggest(str(path[-2]), known) or f'; [{_dotted(path[:-2])}] takes ' + ', '.join(known)}"
    if detail["type"] == "extra_forbidden":
        *table, key = path
        known = _keys(tuple(table))
        where = f"[{_dotted(tuple(table))}]" if table else "the configuration"
        kind = "key" if table else "table"
        return f"unknown {kind}" + (suggest(str(key), known) or f"; {where} has {', '.join(known)}")
    if detail["type"] == "missing":
        return f"the key is missing; give {_allowed(path)}"
    if detail["type"] == "value_error":
        return f"{_shown(detail['input'])}: {detail['msg'].removeprefix('Value error, ')}"
    return f"{_shown(detail['input'])} is not allowed; give {_allowed(path)}"


def _dotted(path: Key) -> str:
    return ".".join(str(part) for part in path)


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}…"


def _table(path: Key) -> Mapping[str, FieldInfo]:
    from pydantic import BaseModel  # noqa: PLC0415

    from copydesk.transforms.settings import Settings  # noqa: PLC0415

    table: Mapping[str, FieldInfo] = Settings.model_fields
    for part in path:
        if isinstance(part, int):
            continue  # an entry of a list of tables
        inner = table[part].annotation
        inner = get_args(inner)[0] if get_origin(inner) is tuple else inner
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            return {}
        table = inner.model_fields
    return table


def _keys(table: Key) -> list[str]:
    return sorted(_table(table))


def _allowed(path: Key) -> str:
    """What a key takes, in words, read from its type: "a whole number of at least 1"."""
    names = [part for part in path if isinstance(part, str)]
    if len(names) > 1 and get_origin(_table(tuple(names[:-2]))[names[-2]].annotation) is dict:
        return "a number"
    field = _table(tuple(names[:-1]))[names[-1]]
    words: dict[type, str] = {bool: "true or false", int: "a whole number", float: "a number", str: "a text in quotes"}
    kind = words.get(field.annotation) if isinstance(field.annotation, type) else None
    if get_origin(field.annotation) is Literal:
        return "one of " + ", ".join(get_args(field.annotation))
    if get_origin(field.annotation) is tuple and _table(tuple(names)):
        return f"a list of tables [[{_dotted(tuple(names))}]]"
    inner = get_args(field.annotation)[0] if get_origin(field.annotation) is tuple else None
    if get_origin(inner) is Literal:
        return "a list with any of " + ", ".join(json.dumps(name) for name in get_args(inner))
    if kind is None:
        return "a list of texts in quotes" if "tuple" in str(field.annotation) else f"a table [{_dotted(tuple(names))}]"
    bounds = [
        f"{word} {getattr(rule, name):g}" for rule in field.metadata for name, word in _BOUNDS if hasattr(rule, name)
    ]
    return f"{kind}, {' and '.join(bounds)}" if bounds else kind
