"""The folder that `copydesk labels` writes: which one is ours to replace, and how a new one takes its place.

It may stand beside the only copy of an afternoon's verdicts, and its name is typed by hand. So only a folder of which every
name is one that we write is replaced, and it is gone only when the new one stands.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from copydesk.pipeline.faults import DiskFault
from copydesk.pipeline.options import ConfigError

CONFIG: Final = "config.toml"
NAMES: Final = "names.tsv"
PAGES: Final = "pages"
PHRASES: Final = "phrases"
HEADER: Final = "# Made by copydesk labels of what was judged in the viewer: check it, and give it as --config."
"""The first line of the configuration, by which a folder of ours is known, beside the names in it."""
_OWN: Final = re.compile(
    rf"{re.escape(CONFIG)}|{re.escape(NAMES)}|{PHRASES}/[a-z]{{2,3}}\.toml"
    rf"|{PAGES}/(?:[\w.]+-)?[0-9a-f]{{12}}\.(?:txt|gold\.json)"
)
_PREFIX: Final = ".copydesk-labels-"


def folder_of(output: str) -> Path:
    """Where the files go: behind a link the folder that it leads to, so that the link stays.

    Raises:
        ConfigError: links that lead to each other.
    """
    try:
        return Path(output).resolve()
    except (OSError, RuntimeError) as error:  # what a loop of links raises depends on the version of Python
        raise ConfigError(f"{output}: cannot be followed: {error}; give another --output") from None


def check_free(target: Path, inputs: Iterable[str], *, overwrite: bool) -> None:
    """Refuse a folder that is not to be replaced.

    Args:
        target: as `folder_of` gives it.
        inputs: the labels files of the call, which no output may take away.
        overwrite: whether what an earlier call wrote may be replaced.

    Raises:
        ConfigError: something stands there that no call of ours wrote, or that was not to be replaced.
        OSError: it cannot be looked at.
    """
    if not target.exists():
        return
    if not target.is_dir():
        raise ConfigError(f"{target}: no folder; give another --output")
    for path in inputs:
        if Path(path).resolve().is_relative_to(target):
            raise ConfigError(f"{target}: the folder holds the labels file {path}; give another --output")
    if not any(target.iterdir()):
        return
    if stranger := next(_strangers(target), None):
        told = f"the folder holds something else than an earlier call wrote: {stranger}"
        raise ConfigError(f"{target}: {told}; give another --output")
    if not overwrite:
        raise ConfigError(f"{target}: holds what an earlier call wrote; add --overwrite to replace it")


def _strangers(folder: Path) -> Iterator[str]:
    """The names in a folder of ours that we do not write: files, folders and links of others."""
    config = folder / CONFIG
    if not config.is_file() or not config.read_text("utf-8", "replace").startswith(HEADER):
        yield f"no {CONFIG} of ours"
    for path in sorted(folder.iterdir()):
        ours = path.name in {PAGES, PHRASES} and path.is_dir() and not path.is_symlink()
        for entry in sorted(path.iterdir()) if ours else [path]:
            name = entry.relative_to(folder).as_posix()
            if entry.is_symlink() or not entry.is_file() or not _OWN.fullmatch(name):
                yield name


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """An empty folder to write to, which takes the target's place when all is written, and is gone if anything fails.

    Raises:
        DiskFault: the old folder could neither be replaced nor put back; the message says where it is.
        OSError: of the file system; what stood there stands there.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=target.parent) as folder:
        made = Path(folder) / "made"
        made.mkdir()
        yield made
        if target.exists():
            _exchange(made, target)
        else:
            made.rename(target)


def _exchange(made: Path, target: Path) -> None:
    """Put a folder in the place of another, which is removed last, and put back on any error."""
    aside = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}old-", dir=target.parent))
    old = aside / "old"
    try:
        target.rename(old)
        made.rename(target)
    except BaseException:
        if old.exists():
            _put_back(old, target)
        aside.rmdir()
        raise
    shutil.rmtree(aside)


def _put_back(old: Path, target: Path) -> None:
    try:
        old.rename(target)
    except OSError as error:
        raise DiskFault(f"{target}: {error.strerror}; what stood there is kept as {old}; move it back by hand") from error
