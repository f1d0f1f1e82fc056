"""The package is known by its installed name, and by that name only."""

from __future__ import annotations

import subprocess
import sys


def test_nothing_is_imported_by_a_bare_name() -> None:
    """Neither the tests nor the product import `pipeline`, `transforms` or `configs` as top-level modules."""
    import copydesk.pipeline.launcher

    assert copydesk.pipeline.launcher.__name__ == "copydesk.pipeline.launcher"
    bare = {name: sys.modules[name] for name in ("pipeline", "transforms", "configs") if name in sys.modules}
    assert not bare


def test_help_loads_nothing_heavy() -> None:
    """`copydesk --help` answers at once because it imports neither Beam nor a parser."""
    code = (
        "import sys, copydesk.pipeline.cli as cli\n"
        "try:\n    cli.main(['--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'apache_beam', 'lxml', 'pydantic', 'rich', 'numpy', 'trafilatura', 'langdetect', 'wordfreq'}\n"
        "sys.exit(str(sorted(heavy & set(sys.modules))) if heavy & set(sys.modules) else 0)"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "copydesk run" in done.stdout
