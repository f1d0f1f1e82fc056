"""Beam is imported without what no run uses, which is there afterwards."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.pipeline.jobs import environment

IMPORTED = """
import sys
from copydesk.pipeline.processes.lean import UNUSED, unused_missing

with unused_missing():
    import apache_beam
print(*(name in sys.modules for name in UNUSED))
import pandas
print(pandas.__name__)
"""


def test_beam_goes_without_what_a_run_does_not_use() -> None:
    """Nothing of it is loaded; who asks for it later has it."""
    pytest.importorskip("pandas")
    done = subprocess.run([sys.executable, "-P", "-c", IMPORTED], capture_output=True, check=True, env=environment())
    assert done.stdout.split() == [b"False", b"False", b"pandas"]
