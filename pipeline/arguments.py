"""The arguments of each subcommand, as the command line takes them and its help tells of them.

Nothing heavy is imported here: `cli` imports it to answer `--help`.
"""

from __future__ import annotations

import argparse

from copydesk.pipeline.options import presets


def _whole(text: str) -> int:
    """A number of at least 1."""
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number of at least 1")
    return int(text)


def _port(text: str) -> int:
    """A port of TCP, 0 meaning any that is free."""
    if not text.isascii() or not text.isdigit() or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; give a number of up to 65535, or 0 for one that is free")
    return int(text)


def _utf8(text: str) -> str:
    """A text that records can hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise argparse.ArgumentTypeError(f"{text!r} is not UTF-8") from None
    return text


def _add_configuration(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--preset", metavar="NAME", help=f"a shipped configuration, below --config: {', '.join(presets())}")
    parser.add_argument("--config", metavar="FILE", help="a TOML file with the keys that differ from the defaults")
    parser.add_argument(
        "--set",
        dest="sets",
        metavar="TABLE.KEY=VALUE",
        action="append",
        default=[],
        help="set one key, over --config; may be given several times",
    )


def _add_tidy(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--tidy-speech",
        dest="sets",
        action="append_const",
        const="repair.tidy_speech=true",
        help="take fillers and slips out of transcripts (um; you know; the the), each listed as a change",
    )


def _add_source(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--kind",
        choices=("page", "transcript", "story"),
        help="what the text is, where you know; else it is detected. A story is taken as it is and not cut",
    )
    parser.add_argument("--site", metavar="SITE", type=_utf8, help="the site, for sources whose own data do not name one")


def add_run(parser: argparse.ArgumentParser) -> None:
    """Arguments of `copydesk run`."""
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


def add_explain(parser: argparse.ArgumentParser) -> None:
    """Arguments of `copydesk explain`."""
    parser.add_argument("file", metavar="FILE", help="one source; FILE#ID is the row ID of a JSONL file, - is stdin")
    parser.add_argument("--json", action="store_true", help="the same as one JSON object")
    _add_source(parser)
    _add_configuration(parser)
    _add_tidy(parser)


def add_clean(parser: argparse.ArgumentParser) -> None:
    """Arguments of `copydesk clean`."""
    parser.add_argument(
        "file", nargs="?", metavar="FILE", default="-", help="a text, a page, captions or rows; default: -, standard input"
    )
    parser.add_argument("--jsonl", action="store_true", help="standard input holds a row of JSON a line, read as they come")
    from copydesk.transforms.shapes import CAPTION_FORMATS  # noqa: PLC0415 - for this command only

    parser.add_argument("--format", choices=("txt", "html", *sorted(CAPTION_FORMATS)), help="of the text; else it is detected")
    parser.add_argument("--url", metavar="URL", type=_utf8, help="where the text came from")
    parser.add_argument("--title", metavar="TITLE", type=_utf8, help="what the source says of its title")
    _add_source(parser)
    _add_configuration(parser)
    _add_tidy(parser)


def add_check(parser: argparse.ArgumentParser) -> None:
    """Arguments of `copydesk check`."""
    parser.add_argument("output", metavar="OUTPUT", help="the folder that a run wrote")
    parser.add_argument("--sources", action="store_true", help="read the sources again and check every character")


def add_view(parser: argparse.ArgumentParser) -> None:
    """Arguments of `copydesk view`."""
    parser.add_argument("output", metavar="OUTPUT", help="the folder that a run wrote")
    parser.add_argument(
        "--labels", metavar="FILE", help="where verdicts are kept; default: beside OUTPUT, its name with .labels.jsonl"
    )
    parser.add_argument("--port", metavar="N", type=_port, default=0, help="of 127.0.0.1; default: one that is free")
    parser.add_argument(
        "--browser", action=argparse.BooleanOptionalAction, default=False,
        help="open the page in the default browser; default: only print its address",
    )  # fmt: skip


def add_labels(parser: argparse.ArgumentParser) -> None:
    """Arguments of `copydesk labels`."""
    parser.add_argument(
        "labels",
        nargs="+",
        metavar="LABELS",
        help="files that copydesk view wrote; of two verdicts on one span the later stands",
    )
    parser.add_argument("--output", required=True, metavar="FOLDER", help="where the files go; it is made")
    parser.add_argument("--overwrite", action="store_true", help="replace what an earlier call wrote there")


def add_schema(parser: argparse.ArgumentParser) -> None:
    """Arguments of `copydesk schema`."""
    parser.add_argument("record", nargs="?", choices=("story", "document", "removed", "rejected"), help="default: all four")
    parser.add_argument("--arrow", action="store_true", help="the columns of Parquet files, as Arrow calls them")


def add_lexicon(parser: argparse.ArgumentParser) -> None:
    """Arguments of `copydesk lexicon`."""
    parser.add_argument(
        "action", metavar="{suggest}", choices=("suggest",), help="suggest: list the names of a run that no lexicon has"
    )
    parser.add_argument("output", metavar="OUTPUT", help="the folder that a run wrote, or one file of its stories")
    parser.add_argument("--min-count", metavar="N", type=_whole, default=2, help="names used so often at least; default: 2")
    parser.add_argument("--language", metavar="TAG", default="en", help="stories in this language; default: en")
    parser.add_argument("--limit", metavar="N", type=_whole, help="at most so many names; default: all")
    _add_configuration(parser)


def add_state(parser: argparse.ArgumentParser) -> None:
    """Arguments of `copydesk state`."""
    parser.add_argument(
        "action",
        metavar="{show,compact,verify}",
        choices=("show", "compact", "verify"),
        help="what it holds; many runs into one; is it whole, and does it fit",
    )
    parser.add_argument("folder", metavar="FOLDER", help="the folder that runs are given as --state")
    parser.add_argument("--json", action="store_true", help="show: as one JSON object")


def add_config(parser: argparse.ArgumentParser) -> None:
    """Arguments of `copydesk config`."""
    parser.add_argument(
        "action",
        metavar="{show,check,schema}",
        choices=("show", "check", "schema"),
        help="show: every value and where it comes from; check: what is wrong with a file; schema: a JSON Schema, for editors",
    )
    parser.add_argument("file", nargs="?", metavar="FILE", help="check: a configuration file")
    _add_configuration(parser)
    parser.add_argument("--json", action="store_true", help="show: as one JSON object with settings and origins")


def add_diff(parser: argparse.ArgumentParser) -> None:
    """Arguments of `copydesk diff`."""
    parser.add_argument("before", metavar="OUTPUT_A", help="the folder that one run wrote")
    parser.add_argument("after", metavar="OUTPUT_B", help="the folder that the other run wrote")
    parser.add_argument(
        "--limit", metavar="N", type=_whole, default=20, help="changed sources that are shown; default: 20. All are counted"
    )
    parser.add_argument("--json", action="store_true", help="the same as one JSON object")
