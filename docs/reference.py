"""The reference pages of the documentation, made from the code; `make reference` writes them.

Three pages: `configuration.md` from the schema of the configuration and the comments in `configs/copydesk.toml`, `commands.md`
from the command line's own parsers, `python.md` from signatures and docstrings. They stand in the project, so that a code host
shows them too, and a test holds them against the code.
"""

from __future__ import annotations

import argparse
import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from copydesk.pipeline import cli
from copydesk.pipeline.commands import configuring
from copydesk.pipeline.options import presets

ROOT: Final = Path(__file__).parents[1]
MADE: Final = "<!-- Made from the code by docs/reference.py; what is written here by hand is lost. -->"
_CONFIGURATION: Final = """# Configuration reference

Every key of a configuration file, in the order of [configs/copydesk.toml](../configs/copydesk.toml), which holds the defaults.
A file of your own needs only what differs. In it, a table's name stands in brackets, and its keys below:

```toml
[tag]
max_topics = 5
```

```
copydesk run pages/ --config mine.toml
copydesk run pages/ --set tag.max_topics=2 --output two-topics
copydesk config show --config mine.toml
copydesk config check mine.toml
copydesk config schema > copydesk.schema.json
```

The first two mean the same. `config show` prints what is in force and where each value comes from, `config check` names every
fault of a file, and `config schema` gives an editor what it needs to complete and check one.
"""
_COMMANDS: Final = """# Command line reference

What `copydesk COMMAND --help` says, for all commands. Results go to standard output, everything else to standard error. A call
that is wrong ends with exit code 2, a line that says what was wrong, and one that says where help is.

| exit code | meaning |
| --- | --- |"""
_PYTHON: Final = """# Python reference

What other programs may call. Types that flow are in `copydesk.transforms.shapes`; the fields of a story and of the other
records stand in [What is written](records.md). Everything else may change from one version to the next.
"""
_PARTS: Final[tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]] = (
    ("copydesk.pipeline", ("pipeline/__init__.py", "pipeline/reading.py"), ()),
    ("copydesk.pipeline.options", ("pipeline/options.py",), ("load_settings", "ConfigError")),
    (
        "copydesk.transforms.steps", ("transforms/steps.py",),
        ("DecodeItems", "ExtractBlocks", "RepairSpeech", "SegmentStories", "TagStories", "WriteRecords"),
    ),
    (
        "copydesk.transforms.errors", ("transforms/errors.py",),
        ("SourceError", "EmptySource", "BinarySource", "TooLarge", "NoCaptions", "AccountError"),
    ),
    ("copydesk.transforms.explain", ("transforms/explain.py",), ("undo", "replay")),
)  # fmt: skip
"""The modules that others may import from: the name, the files that define what is public, and its names; none: `__all__`."""
_BOUNDS: Final = (("minimum", "at least"), ("exclusiveMinimum", "above"), ("maximum", "at most"), ("exclusiveMaximum", "below"))
_TYPES: Final = {"integer": "a whole number", "number": "a number", "boolean": "`true` or `false`", "string": "a text"}
_FOLDED: Final = 90
"""Characters of a default that fit a table; of a longer one the number of its entries is told."""
_LITERAL: Final = re.compile(r"(?:true|auto|json|show|check|suggest):|\w+\.\w")
"""What a sentence begins with as it is written in a call or a file."""
_SECTION: Final = re.compile(r"^(Args|Returns|Yields|Raises):\n((?:(?: .*)?\n)+)", re.MULTILINE)
_PARAMETER: Final = re.compile(r"^    (\w+): ", re.MULTILINE)


def pages() -> dict[str, str]:
    """The Markdown of each page, by its file's name."""
    return {
        "configuration.md": "\n".join(configuration()) + "\n",
        "commands.md": "\n".join(commands()) + "\n",
        "python.md": "\n".join(python()) + "\n",
    }


# --- the configuration --------------------------------------------------------------------------------------------------


def configuration() -> Iterator[str]:
    """Every key of the configuration: what it takes, what it is without being set, and what it does."""
    schema = configuring.schema()
    yield MADE
    yield _CONFIGURATION
    yield from _presets()
    for name, entry in schema["properties"].items():
        yield from _table(name, entry, schema["$defs"])


def _presets() -> Iterator[str]:
    yield "## Presets"
    yield ""
    yield "`--preset NAME` lays a shipped file over the defaults, below your own:"
    yield ""
    yield "| preset | what it is for |"
    yield "| --- | --- |"
    for name in presets():
        lines = (ROOT / "configs" / "presets" / f"{name}.toml").read_text("utf-8").splitlines()
        comment = " ".join(line.lstrip("# ") for line in lines[: _first(lines)]).partition(" `copydesk run")[0]
        yield f"| [`{name}`](../configs/presets/{name}.toml) | {_cell(comment)} |"
    yield ""


def _first(lines: list[str]) -> int:
    """The number of lines of comment at the top of a file."""
    return next((number for number, line in enumerate(lines) if not line.startswith("#")), len(lines))


def _table(name: str, entry: Mapping[str, Any], tables: Mapping[str, Any]) -> Iterator[str]:
    """A table of the configuration, and the tables in it."""
    table = _follow(entry, tables)
    yield f"## `[{name}]`"
    yield ""
    if why := entry.get("description") or table.get("description"):
        yield _sentence(str(why).splitlines()[0].removeprefix(f"[{name}]: "))
        yield ""
    if "properties" not in table:
        yield from _rows({"SIGNAL": {**table, "default": {}}}, name, tables)
        return
    inner = {key: value for key, value in table["properties"].items() if "$ref" in value}
    yield from _rows({key: value for key, value in table["properties"].items() if key not in inner}, name, tables)
    for key, value in inner.items():
        yield from _table(f"{name}.{key}", value, tables)


def _rows(entries: Mapping[str, Mapping[str, Any]], table: str, tables: Mapping[str, Any]) -> Iterator[str]:
    if not entries:
        return
    yield "| key | takes | default | what it does |"
    yield "| --- | --- | --- | --- |"
    for key, entry in entries.items():
        cells = f"`{table}.{key}`", _takes(entry, tables), _default(entry["default"]), _sentence(entry.get("description", ""))
        yield f"| {' | '.join(map(_cell, cells))} |"
    yield ""


def _follow(entry: Mapping[str, Any], tables: Mapping[str, Any]) -> Mapping[str, Any]:
    return tables[entry["$ref"].rpartition("/")[2]] if "$ref" in entry else entry


def _takes(entry: Mapping[str, Any], tables: Mapping[str, Any]) -> str:
    """What a key takes, in words."""
    entry = _follow(entry, tables)
    if "enum" in entry:
        return "one of " + ", ".join(f"`{value}`" for value in entry["enum"])
    if entry.get("type") == "array":
        inner = _follow(entry["items"], tables)
        if "properties" in inner:
            return "tables with " + ", ".join(f"`{key}`" for key in inner["properties"])
        return "a list of " + _takes(inner, tables).replace("one of ", "any of ").replace("a text", "texts")
    if entry.get("type") == "object":
        return "numbers, each under the name of a [signal](signals.md)"
    bounds = [f"{word} {entry[name]:,}" for name, word in _BOUNDS if name in entry]
    return " ".join([_TYPES[entry["type"]], " and ".join(bounds)]).strip()


def _default(value: object) -> str:
    text = configuring.toml_value(value)
    if isinstance(value, list) and len(text) > _FOLDED:
        return f"{len(value)} names, `{value[0]}` first"
    return f"`{text}`"


def _sentence(text: str) -> str:
    """A comment as a sentence begins and ends; the names of pages as links."""
    text = re.sub(r"docs/(\w+)\.md", r"[\1](\1.md)", text.strip())
    if not _LITERAL.match(text):
        text = text[:1].upper() + text[1:]
    return text if not text or text.endswith((".", "?", "!", '"')) else f"{text}."


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


# --- the command line ---------------------------------------------------------------------------------------------------


def commands() -> Iterator[str]:
    """Every command with what it takes, as its `--help` says."""
    yield MADE
    yield _COMMANDS
    for line in (cli.__doc__ or "").split("Exit codes are for schedulers: ")[1].split(".\n\n")[0].split(";"):
        code, _, meaning = " ".join(line.split()).partition(" ")
        yield f"| {code} | {meaning} |"
    yield ""
    for name, command in cli.COMMANDS.items():
        parser = cli.Parser(prog=f"copydesk {name}")
        command.add(parser)
        yield f"## `copydesk {name}`"
        yield ""
        yield _sentence(command.line)
        yield ""
        yield "```"
        yield from (line.removeprefix("  ") for line in command.examples.splitlines())
        yield "```"
        yield ""
        yield "| argument | meaning |"
        yield "| --- | --- |"
        yield from (f"| {_written(action)} | {_meaning(action)} |" for action in _arguments(parser))
        yield ""


def _arguments(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """The arguments but `--help`."""
    yield from (action for action in parser._actions if not isinstance(action, argparse._HelpAction))  # noqa: SLF001 - no public way


def _written(action: argparse.Action) -> str:
    """An argument as it is written in a call."""
    name = action.option_strings[0] if action.option_strings else ""
    value = str(action.metavar or "")
    if not value and action.choices:
        value = "\\|".join(map(str, action.choices))
    if not name and action.nargs == "?":
        value = f"[{value}]"
    return f"`{f'{name} {value}'.strip()}{'...' if action.nargs == '+' else ''}`"


def _meaning(action: argparse.Action) -> str:
    text = re.sub(r"(\S*\{run_id\})", r"`\1`", action.help or "")
    return _cell(_sentence(text))


# --- the Python interface -----------------------------------------------------------------------------------------------


def python() -> Iterator[str]:
    """The public functions and steps, by their signatures and docstrings; nothing is imported for it."""
    yield MADE
    yield _PYTHON
    for module, files, names in _PARTS:
        yield from _part(module, [ast.parse((ROOT / file).read_text("utf-8")) for file in files], names)


def _part(module: str, trees: list[ast.Module], names: tuple[str, ...]) -> Iterator[str]:
    """The public names of a module, functions first; of a name that stands in several files the first counts."""
    yield f"## `{module}`"
    yield ""
    found = {
        node.name: node for tree in reversed(trees) for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }
    for node in sorted((found[name] for name in names or _exported(trees[0])), key=lambda node: isinstance(node, ast.ClassDef)):
        yield f"### `{node.name}`"
        yield ""
        if isinstance(node, ast.FunctionDef):
            yield "```python"
            yield from _signature(node)
            yield "```"
            yield ""
        yield from _described(ast.get_docstring(node) or "")


def _exported(tree: ast.Module) -> list[str]:
    """What a module's `__all__` lists."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            names: list[str] = ast.literal_eval(node.value)
            return names
    raise ValueError("no __all__; name what is public")


def _signature(node: ast.FunctionDef) -> Iterator[str]:
    """A function's head, an argument a line."""
    arguments = node.args
    plain = arguments.args[len(arguments.args) - len(arguments.defaults) :]
    given = {one.arg: value for one, value in zip(plain, arguments.defaults, strict=True)}
    given |= {one.arg: value for one, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if value}
    yield f"def {node.name}("
    for one in [*arguments.args, *([None] if arguments.kwonlyargs else []), *arguments.kwonlyargs]:
        if one is None:
            yield "    *,"
            continue
        default = f" = {ast.unparse(given[one.arg])}" if one.arg in given else ""
        yield f"    {one.arg}: {ast.unparse(one.annotation or ast.Name('Any'))}{default},"
    yield f") -> {ast.unparse(node.returns or ast.Name('Any'))}: ..."


def _described(docstring: str) -> Iterator[str]:
    """A docstring of Google's style as Markdown: sections as lists, examples as code."""
    text, _, example = docstring.partition("\n>>> ")
    example, _, rest = example.partition("\n\n")
    text = f"{text}\n\n{rest}\n"
    for section in _SECTION.finditer(text):
        body = _PARAMETER.sub(lambda found: f"\n- `{found[1]}`: ", re.sub(r"\n {8}", " ", f"{section[2]}"))
        lines = body if section[1] in {"Args", "Raises"} else f"\n{' '.join(body.split())}\n"
        text = text.replace(section[0], f"**{section[1]}**\n{lines}\n", 1)
    yield re.sub(r"\n{3,}", "\n\n", re.sub(r"^(- .*)\n\n(?=- )", r"\1\n", text, flags=re.MULTILINE)).strip()
    yield ""
    if example:
        yield "```pycon"
        yield f">>> {example}"
        yield "```"
        yield ""


def main() -> None:
    """Write the pages."""
    for name, page in pages().items():
        (ROOT / "docs" / name).write_text(page, "utf-8")


if __name__ == "__main__":
    main()
