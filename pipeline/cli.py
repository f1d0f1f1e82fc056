"""The command `copydesk`: reads the call, hands it to the module that does the work, and turns errors into exit codes.

Exit codes are for schedulers: 0 done; 1 the run failed, or the check found a fault; 2 the call or the configuration is wrong;
3 published, but more sources were rejected than `run.max_rejected` allows; 130 interrupted; 141 the reader of our output left.

Nothing heavy is imported here: `copydesk --help` answers at once, and a command loads what it needs when it is called.
"""

from __future__ import annotations

import argparse
import io
import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Final, NoReturn

from copydesk.pipeline.options import ConfigError, suggest

DONE: Final = 0
FAILED: Final = 1
WRONG_CALL: Final = 2
MANY_REJECTED: Final = 3
INTERRUPTED: Final = 128 + signal.SIGINT
READER_LEFT: Final = 128 + 13
"""What a shell says of a program that SIGPIPE (13) ended; Windows has no such signal, so its number stands here."""


class Parser(argparse.ArgumentParser):
    """argparse, with our exit: one line that says what was wrong, one that says where help is."""

    def error(self, message: str) -> NoReturn:
        """Raise what was wrong with the call, for `main` to tell."""
        raise ConfigError(f"{message}\nsee: {self.prog} --help")


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One subcommand: its line in the help, what adds its arguments, and the function that does it."""

    line: str
    examples: str
    add: Callable[[Parser], None]
    does: str
    """"module:function" in this package, imported when called; takes the parsed arguments, gives the exit code."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one call and give its exit code.

    Args:
        argv: the arguments without the program's name; None means this process's own.
    """
    _speak_utf8()
    try:
        code = _dispatch(list(sys.argv[1:] if argv is None else argv))
        sys.stdout.flush()
    except ConfigError as error:
        print(f"copydesk: {error}", file=sys.stderr)
        return WRONG_CALL
    except BrokenPipeError:
        _abandon_stdout()
        return READER_LEFT
    except KeyboardInterrupt:
        print("copydesk: interrupted", file=sys.stderr)
        return INTERRUPTED
    except OSError as error:
        print(f"copydesk: {error}", file=sys.stderr)
        return FAILED
    return code


def _dispatch(argv: list[str]) -> int:
    if not argv:
        print(_overview(), file=sys.stderr)
        return WRONG_CALL
    name = argv[0]
    if name in {"-h", "--help", "help"}:
        print(_overview())
        return DONE
    if name in {"-V", "--version"}:
        from importlib.metadata import version  # noqa: PLC0415 - not needed otherwise, and not free

        print(f"copydesk {version('copydesk')}")
        return DONE
    if name not in COMMANDS:
        what = "unknown option" if name.startswith("-") else "unknown command"
        remedy = suggest(name, COMMANDS) or f"; the commands are {', '.join(COMMANDS)}"
        raise ConfigError(f"{what} {name!r}{remedy}\nsee: copydesk --help")
    return _call(name, argv[1:])


def _call(name: str, argv: list[str]) -> int:
    """Parse one command's arguments and call its function; `--help` ends here, through argparse's own exit."""
    command = COMMANDS[name]
    parser = Parser(
        prog=f"copydesk {name}",
        description=command.line,
        epilog=f"examples:\n{command.examples}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    command.add(parser)
    beam_args: list[str] = []
    if name == "run" and "--" in argv:
        at = argv.index("--")
        argv, beam_args = argv[:at], argv[at + 1 :]
    try:
        arguments, unknown = parser.parse_known_intermixed_args(argv)
    except SystemExit as done:
        return int(done.code or 0)
    if unknown:
        options = [option for action in parser._actions for option in action.option_strings]  # noqa: SLF001 - no public way
        what = "unknown option" if unknown[0].startswith("-") else "unexpected argument"
        beam = "; Beam's own options go after --" if name == "run" and unknown[0].startswith("--") else ""
        parser.error(f"{what} {unknown[0]!r}{suggest(unknown[0].partition('=')[0], options) or beam}")
    arguments.beam_args = tuple(beam_args)
    module, _, function = command.does.partition(":")
    code: int = getattr(import_module(f"copydesk.pipeline.{module}"), function)(arguments)
    return code


def _overview() -> str:
    lines = "\n".join(f"  {name:<9}{command.line}" for name, command in COMMANDS.items())
    return f"""usage: copydesk COMMAND ...

Scraped pages and transcripts in; clean, separate, tagged stories out, and an account of every character.

commands:
{lines}

  copydesk COMMAND --help   what a command takes, with examples
  copydesk --version

start with:
  copydesk explain page.txt
  copydesk run pages/ --output stories/

exit codes: 0 done, 1 failed, 2 wrong call or configuration, 3 published but too many sources were rejected"""


# --- arguments --------------------------------------------------------------------------------------------------------


def _whole(text: str) -> int:
    """A number of at least 1."""
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number of at least 1")
    return int(text)


def _utf8(text: str) -> str:
    """A text that records can hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise argparse.ArgumentTypeError(f"{text!r} is not UTF-8") from None
    return text


def _add_configuration(parser: Parser) -> None:
    parser.add_argument("--config", metavar="FILE", help="a TOML file with the keys that differ from the defaults")
    parser.add_argument(
        "--set",
        dest="sets",
        metavar="TABLE.KEY=VALUE",
        action="append",
        default=[],
        help="set one key, over --config; may be given several times",
    )


def _add_tidy(parser: Parser) -> None:
    parser.add_argument(
        "--tidy-speech",
        dest="sets",
        action="append_const",
        const="repair.tidy_speech=true",
        help="take fillers and slips out of transcripts (um; you know; the the), each listed as a change",
    )


def _add_source(parser: Parser) -> None:
    parser.add_argument(
        "--kind",
        choices=("page", "transcript", "story"),
        help="what the text is, where you know; else it is detected. A story is taken as it is and not cut",
    )
    parser.add_argument("--site", metavar="SITE", type=_utf8, help="the site, for sources whose own data do not name one")


def _add_run(parser: Parser) -> None:
    parser.add_argument("inputs", nargs="+", metavar="INPUT", help="files, globs, folders (recursively), or - for stdin")
    parser.add_argument(
        "--output",
        metavar="FOLDER",
        help="where the results go, whole or not at all: a folder, here or at gs:// or s3://; may hold {run_id}. "
        "Default: output/{run_id}",
    )
    _add_configuration(parser)
    _add_tidy(parser)
    _add_source(parser)
    for option, what in (("--include", "take only"), ("--exclude", "leave out")):
        parser.add_argument(
            option,
            metavar="GLOB",
            action="append",
            default=[],
            help=f"{what} files whose path or name matches; may be given several times",
        )
    parser.add_argument("--limit", metavar="N", type=_whole, help="at most so many sources")
    parser.add_argument(
        "--drop-duplicates",
        action="store_true",
        help="duplicates are no stories: their text goes to the removed records (duplicates.drop=true)",
    )
    parser.add_argument("--format", choices=("jsonl", "parquet"), help="of the records' files (write.format); default: jsonl")
    parser.add_argument(
        "--compression",
        choices=("auto", "none", "gzip", "zstd", "snappy"),
        help="of these files (write.compression); default: auto, which is none for jsonl and zstd for parquet",
    )
    parser.add_argument("--workers", metavar="N", type=_whole, help="worker processes; default: by the input's size")
    parser.add_argument("--runner", metavar="NAME", help="another Beam runner, for example FlinkRunner")
    parser.add_argument("--fresh", action="store_true", help="do not go on from where the same call failed, start afresh")
    parser.add_argument(
        "--state",
        metavar="FOLDER",
        help="what scheduled runs remember of each other: each story is published once",
    )
    parser.add_argument("--overwrite", action="store_true", help="replace an earlier run's folder")
    parser.add_argument("--log-format", choices=("text", "json"), default="text", help="json: one object a line, on stderr")
    parser.add_argument("--quiet", action="store_true", help="say only warnings and errors")
    parser.add_argument("--metrics-file", metavar="FILE", help="keep Prometheus metrics there, of failed runs too")
    parser.usage = "copydesk run INPUT... [options] [-- options of Beam]"


def _add_explain(parser: Parser) -> None:
    parser.add_argument("file", metavar="FILE", help="one source; FILE#ID is the row ID of a JSONL file, - is stdin")
    parser.add_argument("--json", action="store_true", help="the same as one JSON object")
    _add_source(parser)
    _add_configuration(parser)
    _add_tidy(parser)


def _add_clean(parser: Parser) -> None:
    parser.add_argument("--jsonl", action="store_true", help="standard input holds a row of JSON a line")
    from copydesk.transforms.shapes import CAPTION_FORMATS  # noqa: PLC0415 - for this command only

    parser.add_argument("--format", choices=("txt", "html", *sorted(CAPTION_FORMATS)), help="of the text; else it is detected")
    parser.add_argument("--url", metavar="URL", type=_utf8, help="where the text came from")
    parser.add_argument("--title", metavar="TITLE", type=_utf8, help="what the source says of its title")
    _add_source(parser)
    _add_configuration(parser)
    _add_tidy(parser)


def _add_check(parser: Parser) -> None:
    parser.add_argument("output", metavar="OUTPUT", help="the folder that a run wrote")
    parser.add_argument("--sources", action="store_true", help="read the sources again and check every character")


def _add_schema(parser: Parser) -> None:
    parser.add_argument("record", nargs="?", choices=("story", "document", "removed", "rejected"), help="default: all four")
    parser.add_argument("--arrow", action="store_true", help="the columns of Parquet files, as Arrow calls them")


def _add_lexicon(parser: Parser) -> None:
    parser.add_argument("action", choices=("suggest",), help="suggest: list the names of a run that no lexicon has")
    parser.add_argument("output", metavar="OUTPUT", help="the folder that a run wrote, or one file of its stories")
    parser.add_argument("--min-count", metavar="N", type=_whole, default=2, help="names used so often at least; default: 2")
    parser.add_argument("--language", metavar="TAG", default="en", help="stories in this language; default: en")
    parser.add_argument("--limit", metavar="N", type=_whole, help="at most so many names; default: all")
    _add_configuration(parser)


def _add_state(parser: Parser) -> None:
    parser.add_argument(
        "action", choices=("show", "compact", "verify"), help="what it holds; many runs into one; is it whole, and does it fit"
    )
    parser.add_argument("folder", metavar="FOLDER", help="the folder that runs are given as --state")
    parser.add_argument("--json", action="store_true", help="show: as one JSON object")


COMMANDS: Final = {
    "run": Command(
        line="turn files and folders into stories, with an account of every character",
        examples="""  copydesk run pages/ --output stories/
  copydesk run 'crawl/*.html' rows.jsonl --site example.org --workers 4
  copydesk run talks/ --kind transcript --set repair.min_confidence=0.9
  copydesk run inbox/ --state nightly.state --output 'nightly/{run_id}'
  copydesk run pages/ --runner FlinkRunner -- --flink_master=localhost:8081""",
        add=_add_run,
        does="running:run",
    ),
    "explain": Command(
        line="show what is done to one source, and why: every block, story and change",
        examples="""  copydesk explain page.html
  copydesk explain rows.jsonl#42 --json | jq '.blocks[] | select(.role == "promo")'
  copydesk explain talk.txt --kind transcript | less""",
        add=_add_explain,
        does="explaining:explain",
    ),
    "clean": Command(
        line="standard input to standard output: a text, a page or JSONL rows in, a story a line out",
        examples="""  copydesk clean < page.html | jq -r .text
  curl -s https://example.org/news | copydesk clean --url https://example.org/news
  copydesk clean --jsonl --kind story < rows.jsonl > stories.jsonl""",
        add=_add_clean,
        does="running:clean",
    ),
    "check": Command(
        line="check a run's output: schemas, checksums, and that no character is lost or counted twice",
        examples="""  copydesk check stories/
  copydesk check stories/ --sources""",
        add=_add_check,
        does="checking:check",
    ),
    "schema": Command(
        line="print the JSON Schema of the records, or their columns",
        examples="""  copydesk schema story
  copydesk schema story --arrow
  copydesk schema > schemas.json""",
        add=_add_schema,
        does="running:schema",
    ),
    "lexicon": Command(
        line="suggest names for a lexicon of your own: those in a run's stories that no lexicon has",
        examples="""  copydesk lexicon suggest stories/ > names.tsv
  copydesk lexicon suggest stories/ --min-count 5 --limit 100
  copydesk run talks/ --set 'repair.lexicons=["names.tsv"]'""",
        add=_add_lexicon,
        does="suggesting:lexicon",
    ),
    "state": Command(
        line="look after the state of scheduled runs: show what it holds, make it small, check it",
        examples="""  copydesk state show nightly.state
  copydesk state compact nightly.state
  copydesk state verify nightly.state""",
        add=_add_state,
        does="state.command:state",
    ),
}


# --- streams ----------------------------------------------------------------------------------------------------------


def _speak_utf8() -> None:
    """Results are UTF-8 wherever they go, whatever the locale says; messages show what cannot be shown as escapes."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _abandon_stdout() -> None:
    """The reader is gone: what is still buffered goes nowhere, or Python would complain once more as it ends."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        return  # not a real file, so there is nothing to complain about


if __name__ == "__main__":
    sys.exit(main())
