"""`copydesk labels`: verdicts in, a folder of what training, lexicons and rules take out."""

from __future__ import annotations

import shlex
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from copydesk.pipeline.faults import writing
from copydesk.pipeline.options import ConfigError
from copydesk.pipeline.terminal.lines import counted
from copydesk.pipeline.view.labels import Verdict, read_labels, standing
from copydesk.pipeline.view.takeaway.lines import lines_of, phrases_of, rule_lines
from copydesk.pipeline.view.takeaway.names import names_of
from copydesk.pipeline.view.takeaway.training import labelled_texts, pages_among

if TYPE_CHECKING:
    import argparse

CONFIG: Final = "config.toml"
NAMES: Final = "names.tsv"
PAGES: Final = "pages"
PHRASES: Final = "phrases"
_HEADER: Final = "# Made by copydesk labels of what was judged in the viewer: check it, and give it as --config."
"""The first line of the configuration, by which a folder of ours is known."""


def labels(arguments: argparse.Namespace) -> int:
    """Do `copydesk labels`: the files in a folder, what they are on standard output."""
    verdicts = standing(verdict for path in arguments.labels for verdict in read_labels(path))
    target = Path(arguments.output)
    _check_free(target, overwrite=arguments.overwrite)
    with writing(str(target)):
        target.absolute().parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".copydesk-labels-", dir=target.absolute().parent) as folder:
            made = Path(folder) / "made"
            told = list(_write(made, verdicts))
            if target.exists():
                target.rename(Path(folder) / "old")
            made.rename(target)
    print("\n".join(told))
    print(f"to try it: copydesk config check {shlex.quote(str(target / CONFIG))}", file=sys.stderr)
    return 0


def _check_free(target: Path, *, overwrite: bool) -> None:
    if not target.exists():
        return
    if not target.is_dir():
        raise ConfigError(f"{target}: no folder; give another --output")
    if not any(target.iterdir()):
        return
    config = target / CONFIG
    if not config.is_file() or not config.read_text("utf-8", "replace").startswith(_HEADER):
        raise ConfigError(f"{target}: the folder holds something else than an earlier call wrote; give another --output")
    if not overwrite:
        raise ConfigError(f"{target}: holds what an earlier call wrote; add --overwrite to replace it")


def _write(folder: Path, verdicts: Sequence[Verdict]) -> Iterator[str]:
    """Write all files; a line for a person on each, and on what is left out."""
    from copydesk.pipeline.resources import load_lexicon  # noqa: PLC0415 - a wrong call is told before anything is loaded

    folder.mkdir()
    of = Counter(verdict.of for verdict in verdicts)
    kinds = ((of["role"], "role", "roles"), (of["change"], "repair", "repairs"), (of["page"], "whole page", "whole pages"))
    yield f"{counted(len(verdicts), 'verdict', 'verdicts')}: " + ", ".join(counted(*kind) for kind in kinds)
    lines, names = lines_of(verdicts), names_of(verdicts, load_lexicon())
    config = [_HEADER]
    if names.lines:
        _put(folder / NAMES, "\n".join([*names.lines, ""]))
        config += ["", "[repair]", f'lexicons = ["{NAMES}"]']
        yield f"{NAMES}: {counted(names.count, 'name', 'names')}"
    _put(folder / CONFIG, "\n".join([*config, *rule_lines(lines.lines), ""]))
    yield f"{CONFIG}: {counted(len(lines.lines), 'rule', 'rules')} of lines"
    for language, text in phrases_of(lines.lines, verdicts).items():
        _put(folder / PHRASES / f"{language}.toml", text)
        yield f"{PHRASES}/{language}.toml: lines for whoever keeps that pack"
    pages = 0
    for page in labelled_texts(verdicts):
        pages += 1
        for name, text in page.files():
            _put(folder / PAGES / name, text)
    if pages:
        yield f"{PAGES}/: {counted(pages, 'page', 'pages')} to train on: make train LABELS=FOLDER/{PAGES}"
    for why, many in sorted({**lines.left_out, **names.left_out, **_untold(verdicts)}.items()):
        yield f"left out: {many:,} {why}"


def _untold(verdicts: Sequence[Verdict]) -> dict[str, int]:
    """Roles on pages that were not looked through to their end, by which nothing is trained."""
    whole = pages_among(verdicts)
    many = sum(verdict.of == "role" and verdict.key[1:3] not in whole for verdict in verdicts)
    return {f"roles for {PAGES}/: it was not said that all else on their page is right": many} if many else {}


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8", "replace")
