"""`copydesk view`: index a run, serve it on loopback until Ctrl-C, keep what is said of it."""

from __future__ import annotations

import errno
import shlex
import sys
import tempfile
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from copydesk.pipeline.ending import ended_by_signals
from copydesk.pipeline.options import ConfigError
from copydesk.pipeline.reading import Manifest, read_manifest
from copydesk.pipeline.terminal.lines import counted, printable
from copydesk.pipeline.view.index import Index
from copydesk.pipeline.view.labels import Labels, labels_beside
from copydesk.pipeline.view.page import render
from copydesk.pipeline.view.server import ViewedRun, ViewServer

if TYPE_CHECKING:
    import argparse


def view(arguments: argparse.Namespace) -> int:
    """Do `copydesk view`: 0 when it is ended by Ctrl-C, which is how it ends; other signals have their exit codes."""
    manifest = read_manifest(arguments.output)
    labels = Labels(arguments.labels or labels_beside(arguments.output))
    if not Path(labels.path).absolute().parent.is_dir():
        raise ConfigError(f"{labels.path}: no such folder; make it, or name another file with --labels")
    labels.load()
    try:
        with ended_by_signals(), serving(manifest, labels, arguments.port) as server:
            print(server.address, flush=True)
            print(_told(labels), file=sys.stderr)
            if arguments.browser:
                webbrowser.open(server.address)
            server.serve_forever()
    except KeyboardInterrupt:
        _tell_end(labels)
    except SystemExit:
        _tell_end(labels)
        raise
    return 0


def _tell_end(labels: Labels) -> None:
    with suppress(OSError):  # a terminal that was closed takes no words
        print(f"\ncopydesk: ended; {_verdicts(labels)}", file=sys.stderr)
        if labels.standing:
            print(f"to use them: copydesk labels {shlex.quote(labels.path)} --output FOLDER", file=sys.stderr)


@contextmanager
def serving(manifest: Manifest, labels: Labels, port: int = 0) -> Iterator[ViewServer]:
    """A server of a run, which listens; its list of sources stands in a temporary folder until the end.

    Args:
        manifest: of the run.
        labels: loaded.
        port: to listen on; 0 for one that is free.

    Raises:
        DamagedError: a file of the output is missing or broken.
        OSError: the port is taken, or the disk is full.
    """
    with tempfile.TemporaryDirectory(prefix="copydesk-view-") as folder:
        index = Index(Path(folder) / "index", manifest)
        index.build(_progress if sys.stderr.isatty() else lambda _: None)
        run = ViewedRun(manifest, index, labels)
        try:
            server = ViewServer(port, run, render(manifest, index, labels.path))
        except OSError as error:
            if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
                raise
            remedy = "give another --port, or none for one that is free"
            raise OSError(f"port {port} cannot be had ({error.strerror}); {remedy}") from None
        with server:
            yield server


def _progress(sources: int) -> None:
    print(f"\rcopydesk: {sources:,} sources", end="", file=sys.stderr, flush=True)


def _told(labels: Labels) -> str:
    return f"copydesk: open this address in a browser of this machine; Ctrl-C ends it; {_verdicts(labels)}"


def _verdicts(labels: Labels) -> str:
    many, path = len(labels.standing), printable(labels.path)
    return f"{counted(many, 'verdict', 'verdicts')} in {path}" if many else f"verdicts go to {path}"
