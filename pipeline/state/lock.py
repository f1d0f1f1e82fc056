"""One run at a time on one state: a lock that the file system gives.

On a local file system the operating system holds the lock and lets it go when the process ends, however it ends. On an object
store an object is created on the condition that it is not there yet, which Google's and Amazon's do; any other is refused,
since two runs that overlap would each publish what the other does. That object outlives a run that was killed: it says who
made it, and a person has to remove it.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, Final

from filelock import FileLock, Timeout

from copydesk.pipeline import files
from copydesk.pipeline.options import ConfigError
from copydesk.pipeline.output.folder import BusyError

LOCAL: Final = "lock"
REMOTE: Final = "lock.json"
_PRESENT: Final = frozenset({409, 412})
"""HTTP status of a conditional create that found something there."""


@contextlib.contextmanager
def locked(folder: str) -> Iterator[None]:
    """Hold the lock of a state's folder.

    Raises:
        BusyError: another run holds it.
        ConfigError: the folder's file system gives no lock, or a library for it is missing.
        OSError: the folder cannot be made.
    """
    if files.is_remote(folder):
        yield from _remote(folder)
        return
    if os.path.lexists(folder) and not os.path.isdir(folder):  # noqa: PTH112 - paths are strings here
        raise ConfigError(f"{folder}: the state has to be a folder, and this is none; give another --state")
    os.makedirs(folder, exist_ok=True)  # noqa: PTH103
    lock = FileLock(files.join(folder, LOCAL))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise BusyError(f"another run is at work on the state {folder}; wait for its end, or give another --state") from None
    try:
        yield
    finally:
        lock.release()


def _remote(folder: str) -> Iterator[None]:
    create = _CREATORS.get(folder.partition("://")[0].lower())
    if create is None:
        raise ConfigError(
            f"{folder}: this file system has no conditional create, so nothing keeps two runs from overlapping; "
            "keep the state on a local file system, gs:// or s3://"
        )
    path = files.join(folder, REMOTE)
    holder = {"host": socket.gethostname(), "process": os.getpid(), "since": datetime.now(UTC).isoformat(timespec="seconds")}
    if not create(path, json.dumps(holder).encode()):
        raise BusyError(f"another run is at work on the state {folder}, by {_holder(path)}; if it is dead, remove {path}")
    try:
        yield
    finally:
        files.remove(path)


def _holder(path: str) -> str:
    with contextlib.suppress(OSError, ValueError):
        with files.open_read(path) as stream:
            row = json.load(stream)
        if isinstance(row, dict):
            return f"process {row.get('process')} on {row.get('host')} since {row.get('since')}"
    return "an unknown process"


def _create_gs(path: str, content: bytes) -> bool:
    """Create an object of Google Cloud Storage, if it is not there; whether it was created."""
    try:
        from google.api_core.exceptions import PreconditionFailed  # noqa: PLC0415
        from google.cloud import storage  # noqa: PLC0415
    except ImportError:
        needed = 'the library google-cloud-storage; install it: pip install "copydesk[gcp]"'
        raise ConfigError(f"{path}: a state on gs:// needs {needed}") from None
    bucket, name = _split(path)
    try:
        storage.Client().bucket(bucket).blob(name).upload_from_string(content, if_generation_match=0)
    except PreconditionFailed:
        return False
    return True


def _create_s3(path: str, content: bytes) -> bool:
    """Create an object of Amazon S3, if it is not there; whether it was created."""
    try:
        import boto3  # noqa: PLC0415
        from botocore.exceptions import ClientError  # noqa: PLC0415
    except ImportError:
        needed = 'the library boto3; install it: pip install "copydesk[aws]"'
        raise ConfigError(f"{path}: a state on s3:// needs {needed}") from None
    bucket, name = _split(path)
    try:
        boto3.client("s3").put_object(Bucket=bucket, Key=name, Body=content, IfNoneMatch="*")
    except ClientError as error:
        response: dict[str, Any] = error.response
        if response.get("ResponseMetadata", {}).get("HTTPStatusCode") in _PRESENT:
            return False
        raise
    return True


def _split(path: str) -> tuple[str, str]:
    bucket, _, name = path.partition("://")[2].partition("/")
    return bucket, name


_CREATORS: Final[dict[str, Callable[[str, bytes], bool]]] = {"gs": _create_gs, "s3": _create_s3}
