"""What ends a run, told in one line: the place, the reason, the remedy.

A fault that a worker process meets reaches the launcher as the text of a traceback, whatever the runner; it is found again in
that text by the name of its class, so all of them stand here.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from copydesk.transforms.cells import RuleError


class RunFault(Exception):  # noqa: N818 - the base of faults of several kinds
    """A run cannot go on; the message says all, and no traceback is shown."""


class DiskFault(RunFault, OSError):  # noqa: N818 - one of a family of faults
    """The file system refused what a run has to write."""


class StagingFault(RunFault):
    """What stands in the staging folder is not what was written."""


class SourceFault(RunFault):
    """A source was lost or changed while the run was reading, in a way that would lose something."""


class JobServerFault(RunFault):
    """The server that hands a runner its graphs cannot be had; nothing was begun."""


class AttemptOver(RunFault):
    """The attempt that this work belongs to has ended."""


_FREE: Final = "free some space, or give an --output on another disk"
_WRITABLE: Final = "make it writable, or give another --output"
_NO_FOLDER: Final = "a file stands where a folder is needed; give another --output"
_REMEDIES: Final[Mapping[int, str]] = {
    errno.ENOSPC: _FREE,
    errno.EDQUOT: _FREE,
    errno.EFBIG: "raise the limit of file sizes (ulimit -f), or lower write.staged_bytes and write.shard_bytes",
    errno.EROFS: _WRITABLE,
    errno.EACCES: _WRITABLE,
    errno.EPERM: _WRITABLE,
    errno.EEXIST: _NO_FOLDER,
    errno.ENOTDIR: _NO_FOLDER,
    errno.ENOENT: "give another --output, below a folder that takes files",
    errno.EMFILE: "raise the limit of open files (ulimit -n)",
    errno.EIO: "the disk is failing or gone; give an --output on another one",
}
_TOLD: Final = re.compile(rf"^{re.escape(__name__)}\.\w+: (.+?)(?: \[while running .*)?$", re.MULTILINE)
_RULES: Final = re.compile(
    r"^copydesk\.transforms\.(?:cells\.Rule|lexicon\.Lexicon)Error: (.+?)(?: \[while running .*)?$", re.MULTILINE
)
_SYSTEMS: Final = re.compile(r"^OSError: \[Errno (\d+)\] (.+?)(?: \[while running .*)?$", re.MULTILINE)
_INSTALL: Final = "the file came with Copydesk: install it again"
TEMPORARY: Final = "a temporary file"
"""What a library of ours was about to write, where the system's error names no file: py3langid unpacks its model into one."""


@contextmanager
def writing(path: str) -> Iterator[None]:
    """Tell what goes wrong with writing to a path.

    Raises:
        DiskFault: the file system refused; the message names the path and what would help.
    """
    try:
        yield
    except DiskFault:
        raise
    except OSError as error:
        raise disk_fault(path, error) from error


def disk_fault(path: str, error: OSError) -> DiskFault:
    """An error of the file system with the path and the remedy.

    >>> disk_fault("out", OSError(28, "No space left on device")).args[0]
    'out: No space left on device; free some space, or give an --output on another disk'
    """
    remedy = _REMEDIES.get(error.errno or 0)
    return DiskFault(f"{path}: {error.strerror or error}" + (f"; {remedy}" if remedy else ""))


def find_fault(error: BaseException) -> str | None:
    r"""The message of the fault behind an error that a runner raised; None where there is none.

    >>> find_fault(RuntimeError("Traceback:\ncopydesk.pipeline.faults.StagingFault: a: gone [while running 'x']\n"))
    'a: gone'
    >>> find_fault(RuntimeError("Traceback:\nOSError: [Errno 28] No space left on device [while running 'x']\n"))
    'a temporary file: No space left on device; free some space, or give an --output on another disk'
    >>> find_fault(RuleError("phrases/de.toml: no TOML"))
    'phrases/de.toml: no TOML; the file came with Copydesk: install it again'
    """
    seen: BaseException | None = error
    while seen is not None:
        if told := _tell(seen):
            return told
        seen = seen.__cause__ or seen.__context__
    return None


def _tell(error: BaseException) -> str | None:
    """The message of one error that is a fault, or in whose text one is told."""
    text = str(error)
    own = text.partition(" [while running ")[0]
    if isinstance(error, RunFault | RuleError):
        return own if isinstance(error, RunFault) else f"{own}; {_INSTALL}"
    if isinstance(error, OSError) and isinstance(error.errno, int):
        return str(disk_fault(str(error.filename or TEMPORARY), error))
    if found := _TOLD.search(text):
        return found[1]
    if found := _RULES.search(text):
        return f"{found[1]}; {_INSTALL}"
    if found := _SYSTEMS.search(text):
        return str(disk_fault(TEMPORARY, OSError(int(found[1]), found[2])))
    return None
