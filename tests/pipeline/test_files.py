"""A file that two workers may write is always whole: the one that was there, or a new one."""

from __future__ import annotations

from pathlib import Path

import pytest

from copydesk.pipeline import files


def test_a_file_is_there_once_it_is_whole(tmp_path: Path) -> None:
    """Whoever reads meanwhile reads the earlier one; nothing else stays."""
    path = tmp_path / "names.jsonl"
    path.write_bytes(b"first")
    with files.open_whole(str(path)) as out:
        out.write(b"second")
        out.flush()
        assert path.read_bytes() == b"first"
    assert path.read_bytes() == b"second"
    assert list(tmp_path.iterdir()) == [path]


def test_a_writer_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    """A worker that was taken for dead and dies in the middle does not cut off what another one wrote."""
    path = tmp_path / "names.jsonl"
    path.write_bytes(b"first")

    def fail() -> None:
        with files.open_whole(str(path)) as out:
            out.write(b"sec")
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        fail()
    assert path.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [path]


def test_two_writers_at_once_do_not_mix(tmp_path: Path) -> None:
    """Each writes beside the file; the last one to finish is what stands there."""
    path = str(tmp_path / "new" / "names.jsonl")
    with files.open_whole(path) as slow:
        slow.write(b"slow")
        with files.open_whole(path) as quick:
            quick.write(b"quick, and longer")
        slow.write(b" but whole")
    assert Path(path).read_bytes() == b"slow but whole"
