"""What file systems Beam reads is told before it is asked to, with what to install."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from types import ModuleType

import pytest
from apache_beam.io.filesystems import FileSystems
from apache_beam.options.value_provider import RuntimeValueProvider

from copydesk.pipeline import cli, files, stores
from copydesk.pipeline.reading import read_stories
from copydesk.pipeline.stores import StoreError, systems_for
from tests.pipeline.buckets import Bucket


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation without any extra."""
    monkeypatch.setattr(stores, "_is_installed", lambda _: False)


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("gs://bucket/a", 'gs:// needs a library that is not installed; pip install "copydesk[gcp]"'),
        ("s3://bucket/a", 'pip install "copydesk[aws]"'),
        ("azfs://account/container/a", 'pip install "apache-beam[azure]"'),
        ("hdfs://a/b", 'pip install "apache-beam[hadoop]"'),
        ("az://container/a", "write azfs://ACCOUNT/CONTAINER/PATH"),
        ("https://example.org/a", "https:// is no file system that Beam reads; give a path"),
    ],
)
def test_a_store_that_cannot_be_read_is_told_with_the_remedy(url: str, words: str) -> None:
    """Each URL of a store whose library is missing names what installs it, whatever would be done there."""
    for use in (files.open_read, files.open_write, files.match, files.exists, files.remove, files.size_of):
        with pytest.raises(StoreError, match="://") as told:
            use(url)
        assert words in str(told.value)


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize(
    "call",
    [
        ["run", "s3://bucket/pages/"],
        ["run", __file__, "--output", "s3://bucket/out"],
        ["run", __file__, "--state", "s3://bucket/state"],
        ["explain", "s3://bucket/a.txt"],
        ["clean", "s3://bucket/a.txt"],
        ["check", "s3://bucket/out"],
        ["diff", "s3://bucket/a", "s3://bucket/b"],
        ["view", "s3://bucket/out"],
    ],
    ids=lambda call: " ".join(word for word in call if word != __file__),
)
def test_commands_say_what_to_install(call: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Wherever a command is given a URL, a missing extra is a wrong call and no traceback; for `check` it is a fault."""
    assert cli.main(call) == (1 if call[0] == "check" else 2)
    told = "".join(capsys.readouterr())
    assert 'pip install "copydesk[aws]"' in told
    assert "Traceback" not in told


@pytest.mark.usefixtures("bare")
def test_the_reader_says_what_to_install() -> None:
    """So does the API."""
    with pytest.raises(ValueError, match=r"copydesk\[gcp\]"):
        read_stories("gs://bucket/out")


def test_a_store_is_given_options_where_nobody_gave_any(monkeypatch: pytest.MonkeyPatch) -> None:
    """Amazon's store is read outside of runs, too; options of a call or of a graph are left as they are."""
    monkeypatch.setitem(sys.modules, "boto3", ModuleType("boto3"))
    monkeypatch.setattr(FileSystems, "_pipeline_options", None)
    monkeypatch.setattr(RuntimeValueProvider, "runtime_options", {"s3_endpoint_url": "http://127.0.0.1:9"})
    systems_for("s3://bucket/a")
    assert FileSystems._pipeline_options is None
    monkeypatch.setattr(RuntimeValueProvider, "runtime_options", None)
    systems_for("s3://bucket/a")
    assert FileSystems._pipeline_options is not None
    files.configure(["--s3_endpoint_url=http://127.0.0.1:9"])
    given = FileSystems._pipeline_options
    systems_for("s3://bucket/a")
    assert FileSystems._pipeline_options is given


def test_what_is_installed_is_known() -> None:
    """A library is looked for, and a part of one that is missing does not raise; a registered file system needs none."""
    assert stores._is_installed("apache_beam.io")
    assert not stores._is_installed("no_such_library.part")
    assert stores._is_installed("boto3") is (find_spec("boto3") is not None)
    assert systems_for(f"{Bucket.scheme()}://store/a") is FileSystems
