"""`copydesk labels`: verdicts in, a folder of what training, lexicons and rules take out."""

from __future__ import annotations

import shlex
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from copydesk.pipeline.faults import writing
from copydesk.pipeline.terminal.lines import counted
from copydesk.pipeline.view.labels import Verdict, read_labels, standing
from copydesk.pipeline.view.takeaway.folder import CONFIG, HEADER, NAMES, PAGES, PHRASES, check_free, folder_of, replacing
from copydesk.pipeline.view.takeaway.lines import lines_of, phrases_of, rule_lines
from copydesk.pipeline.view.takeaway.names import names_of
from copydesk.pipeline.view.takeaway.training import labelled_texts, pages_among

if TYPE_CHECKING:
    import argparse


def labels(arguments: argparse.Namespace) -> int:
    """Do `copydesk labels`: the files in a folder, what they are on standard output."""
    verdicts = standing(verdict for path in arguments.labels for verdict in read_labels(path))
    target = folder_of(arguments.output)
    with writing(str(target)):
        check_free(target, arguments.labels, overwrite=arguments.overwrite)
        with replacing(target) as made:
            told = list(_write(made, verdicts, target))
    print("\n".join(told))
    print(f"to try it: copydesk config check {shlex.quote(str(Path(arguments.output) / CONFIG))}", file=sys.stderr)
    return 0


def _write(folder: Path, verdicts: Sequence[Verdict], target: Path) -> Iterator[str]:
    """Write all files, which then move to the target; a line for a person on each, and on what is left out."""
    from copydesk.pipeline.resources import load_lexicon  # noqa: PLC0415 - a wrong call is told before anything is loaded

    of = Counter(verdict.of for verdict in verdicts)
    kinds = ((of["role"], "role", "roles"), (of["change"], "repair", "repairs"), (of["page"], "whole page", "whole pages"))
    yield f"{counted(len(verdicts), 'verdict', 'verdicts')}: " + ", ".join(counted(*kind) for kind in kinds)
    lines, names = lines_of(verdicts), names_of(verdicts, load_lexicon())
    config = [HEADER]
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
        yield f"{PAGES}/: {counted(pages, 'page', 'pages')} to train on: make train LABELS={shlex.quote(str(target / PAGES))}"
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
