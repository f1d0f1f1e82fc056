"""The command `copydesk`: reads the call, hands it to the module that does the work, and turns errors into exit codes.

Exit codes are for schedulers: 0 done; 1 the run failed, the check found a fault, or two runs differ; 2 the call or the
configuration is wrong; 3 published, but more sources were rejected than `run.max_rejected` allows; 130 interrupted; 141 the
reader of our output left.

Nothing heavy is imported here: `copydesk --help` answers at once, and a command loads what it needs when it is called.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import shlex
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Final, NoReturn

from copydesk.pipeline import arguments
from copydesk.pipeline.options import ConfigError, suggest

DONE: Final = 0
FAILED: Final = 1
WRONG_CALL: Final = 2
INTERRUPTED: Final = 128 + signal.SIGINT
READER_LEFT: Final = 128 + 13
"""What a shell says of a program that SIGPIPE (13) ended; Windows has no such signal, so its number stands here."""
_CHOICE: Final = re.compile(r"invalid choice: '(?P<word>[^']*)' \(choose from (?P<known>.*)\)")
"""How argparse tells of a word that is none of those that it takes."""


class Parser(argparse.ArgumentParser):
    """argparse, with our exit: one line that says what was wrong, one that says where help is."""

    def error(self, message: str) -> NoReturn:
        """Raise what was wrong with the call, for `main` to tell."""
        remedy = ""
        if choice := _CHOICE.search(message):
            remedy = suggest(choice["word"], re.findall(r"[\w-]+", choice["known"]))
        raise ConfigError(f"{message}{remedy}\nsee: {self.prog} --help")


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
    if name == "help" and len(argv) > 1:  # `copydesk help run`
        name, argv = argv[1], [argv[1], "--help"]
    if name in {"-h", "--help", "help"}:
        print(_overview())
        return DONE
    if name in {"-V", "--version"}:
        from importlib.metadata import version  # noqa: PLC0415 - not needed otherwise, and not free

        print(f"copydesk {version('copydesk')}")
        return DONE
    if name not in COMMANDS:
        what = "unknown option" if name.startswith("-") else "unknown command"
        remedy = suggest(name.lower(), COMMANDS) or f"; the commands are {', '.join(COMMANDS)}"
        if os.path.exists(name):  # noqa: PTH110 - a word of the call, which may be no path
            remedy = f", and a file or folder of that name is there; to process it: copydesk run {shlex.quote(name)}"
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

exit codes: 0 done, 1 failed (check: a fault, diff: a difference), 2 wrong call or configuration,
            3 published but too many sources were rejected"""


COMMANDS: Final = {
    "run": Command(
        line="turn files and folders into stories, with an account of every character",
        examples="""  copydesk run pages/ --output stories/
  copydesk run 'crawl/*.html' rows.jsonl --site example.org --workers 4
  copydesk run talks/ --kind transcript --set repair.min_confidence=0.9
  copydesk run inbox/ --state nightly.state --output 'nightly/{run_id}'
  copydesk run /mnt/pages --output /mnt/clean --runner FlinkRunner -- --job_endpoint=127.0.0.1:8099""",
        add=arguments.add_run,
        does="commands.running:run",
    ),
    "explain": Command(
        line="show what is done to one source, and why: every block, story and change",
        examples="""  copydesk explain page.html
  copydesk explain rows.jsonl#42 --json | jq '.blocks[] | select(.role == "promo")'
  copydesk explain talk.txt --kind transcript | less""",
        add=arguments.add_explain,
        does="commands.explaining:explain",
    ),
    "clean": Command(
        line="standard input or a file to standard output: a text, a page or rows in, a story a line out",
        examples="""  copydesk clean < page.html | jq -r .text
  copydesk clean table.csv > stories.jsonl
  curl -s https://example.org/news | copydesk clean --url https://example.org/news
  copydesk clean --jsonl --kind story < rows.jsonl > stories.jsonl""",
        add=arguments.add_clean,
        does="commands.cleaning:clean",
    ),
    "check": Command(
        line="check a run's output: schemas, checksums, and that no character is lost or counted twice",
        examples="""  copydesk check stories/
  copydesk check stories/ --sources""",
        add=arguments.add_check,
        does="commands.checking:check",
    ),
    "diff": Command(
        line="show what two runs made of the same sources: which stories changed, and how",
        examples="""  copydesk diff before/ after/
  copydesk diff before/ after/ --limit 100 | less
  copydesk diff before/ after/ --json | jq .summary.fields""",
        add=arguments.add_diff,
        does="commands.comparing:diff",
    ),
    "schema": Command(
        line="print the JSON Schema of the records, or their columns",
        examples="""  copydesk schema story
  copydesk schema story --arrow
  copydesk schema > schemas.json""",
        add=arguments.add_schema,
        does="commands.running:schema",
    ),
    "view": Command(
        line="look through a run in a browser on this machine, and say of blocks and repairs whether they are right",
        examples="""  copydesk view stories/
  copydesk view stories/ --browser --labels ada.labels.jsonl
  copydesk view gs://bucket/stories --port 8008""",
        add=arguments.add_view,
        does="view.command:view",
    ),
    "labels": Command(
        line="make of what was said in `view` what training, lexicons and rules take",
        examples="""  copydesk labels stories.labels.jsonl --output judged/
  copydesk run pages/ --config judged/config.toml
  copydesk labels ada.labels.jsonl ben.labels.jsonl --output judged/""",
        add=arguments.add_labels,
        does="view.takeaway.command:labels",
    ),
    "lexicon": Command(
        line="suggest names for a lexicon of your own: those in a run's stories that no lexicon has",
        examples="""  copydesk lexicon suggest stories/ > names.tsv
  copydesk lexicon suggest stories/ --min-count 5 --limit 100
  copydesk run talks/ --set 'repair.lexicons=["names.tsv"]'""",
        add=arguments.add_lexicon,
        does="commands.suggesting:lexicon",
    ),
    "state": Command(
        line="look after the state of scheduled runs: show what it holds, make it small, check it",
        examples="""  copydesk state show nightly.state
  copydesk state compact nightly.state
  copydesk state verify nightly.state""",
        add=arguments.add_state,
        does="state.command:state",
    ),
    "config": Command(
        line="show what the configuration is and where each value comes from, check a file, or print its schema",
        examples="""  copydesk config show --preset podcasts --config mine.toml --set tag.max_topics=5
  copydesk config check mine.toml
  copydesk config schema > copydesk.schema.json""",
        add=arguments.add_config,
        does="commands.configuring:config",
    ),
}


# --- streams ----------------------------------------------------------------------------------------------------------


def _speak_utf8() -> None:
    """Results are UTF-8 wherever they go, whatever the locale says; messages show what cannot be shown as escapes."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # who started us closed it
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123 - as long as this process lives
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
