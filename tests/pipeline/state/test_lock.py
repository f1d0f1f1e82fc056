"""Two runs on one state cannot overlap, wherever it is."""

from __future__ import annotations

import sys
import types
from pathlib import Path
from typing import Any

import pytest

from copydesk.pipeline import files
from copydesk.pipeline.options import ConfigError
from copydesk.pipeline.output.folder import BusyError
from copydesk.pipeline.state.lock import locked


def test_a_second_run_is_turned_away_and_a_third_let_in(tmp_path: Path) -> None:
    """On a local file system, for as long as the first holds the lock."""
    folder = str(tmp_path / "state")
    with locked(folder), pytest.raises(BusyError, match="another run is at work on the state"), locked(folder):
        pass
    with locked(folder):
        pass


def test_a_file_is_no_state(tmp_path: Path) -> None:
    """A path where a file stands is refused."""
    (tmp_path / "state").write_text("x")
    with pytest.raises(ConfigError, match="has to be a folder"), locked(str(tmp_path / "state")):
        pass


class Objects:
    """Stands in for an object store: what is there, by bucket and name."""

    def __init__(self) -> None:
        """Empty."""
        self.there: dict[str, bytes] = {}

    def create(self, path: str, content: bytes) -> bool:
        """Create an object unless it is there."""
        return self.there.setdefault(path, content) is content


@pytest.fixture
def objects(monkeypatch: pytest.MonkeyPatch) -> Objects:
    """Google's and Amazon's libraries, as far as the lock calls them."""
    store = Objects()

    class PreconditionFailed(Exception):  # noqa: N818 - its name there
        pass

    class ClientError(Exception):
        response = {"ResponseMetadata": {"HTTPStatusCode": 412}}  # noqa: RUF012 - as there

    class Blob:
        def __init__(self, path: str) -> None:
            self.path = path

        def upload_from_string(self, content: bytes, *, if_generation_match: int) -> None:
            assert if_generation_match == 0
            if not store.create(self.path, content):
                raise PreconditionFailed

    class S3:
        def put_object(self, *, Bucket: str, Key: str, Body: bytes, IfNoneMatch: str) -> None:  # noqa: N803 - as there
            assert IfNoneMatch == "*"
            if not store.create(f"s3://{Bucket}/{Key}", Body):
                raise ClientError

    def bucket(name: str) -> Any:
        return types.SimpleNamespace(blob=lambda path: Blob(f"gs://{name}/{path}"))

    made: dict[str, dict[str, Any]] = {
        "google.api_core.exceptions": {"PreconditionFailed": PreconditionFailed},
        "google.cloud": {"storage": types.SimpleNamespace(Client=lambda: types.SimpleNamespace(bucket=bucket))},
        "boto3": {"client": lambda _: S3()},
        "botocore.exceptions": {"ClientError": ClientError},
    }
    for name, members in made.items():
        module = types.ModuleType(name)
        module.__dict__.update(members)
        monkeypatch.setitem(sys.modules, name, module)
    for name in ("google", "google.api_core", "botocore"):
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    monkeypatch.setattr(files, "remove", store.there.pop)
    return store


@pytest.mark.parametrize("folder", ["gs://news/state", "s3://news/state"])
def test_an_object_that_is_there_keeps_others_out(objects: Objects, folder: str) -> None:
    """On an object store the lock is an object, created only if it is not there; it is removed at the end."""
    with locked(folder):
        assert list(objects.there) == [f"{folder}/lock.json"]
        with pytest.raises(BusyError, match=f"if it is dead, remove {folder}/lock.json"), locked(folder):
            pass
    assert not objects.there


@pytest.mark.parametrize(("folder", "library"), [("gs://news/state", "google.cloud"), ("s3://news/state", "boto3")])
def test_a_library_that_is_missing_is_named(folder: str, library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the library that can create on a condition there is no lock, so no state."""
    monkeypatch.setitem(sys.modules, library, None)
    monkeypatch.setitem(sys.modules, "google.api_core.exceptions", None)
    with pytest.raises(ConfigError, match="install it"), locked(folder):
        pass


def test_a_file_system_without_a_conditional_create_is_refused() -> None:
    """Nothing would keep two runs apart."""
    with pytest.raises(ConfigError, match="no conditional create"), locked("hdfs://cluster/state"):
        pass
