"""What the cluster tests run on, had by name from the package registries with their ordinary clients, and kept in a cache.

Prism is built from Beam's Go module, Flink comes as its own package for Python (which holds its jars), and Beam's job server
for it is a jar of Maven's. Versions and checksums are pinned here. What is not to be had raises `Missing`, with the reason.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Final

BEAM: Final = "2.77.0"
GO_MODULE: Final = "github.com/apache/beam/sdks/v2"
GO_SUM: Final = "h1:RsC61pHEvtySEHAURQyP/+CVOJm/hy5hewuG9JF0+Ow="
FLINK: Final = "1.20.5"
FLINK_SHA256: Final = "e6aee62ea1a1fe7b32e28894ad079f3f1a50a372a4caac3df52405267f4228c8"
JOB_SERVER: Final = f"org.apache.beam:beam-runners-flink-1.20-job-server:{BEAM}"
FETCH_SECONDS: Final = 900.0
"""For one call of a client; building Prism takes two minutes of one core, and Flink is 232 MB."""


class Missing(Exception):  # noqa: N818 - it is no error of the tests
    """A tool is not on this machine, or what it should fetch is not to be had."""


def cache() -> Path:
    """Where what was fetched is kept: COPYDESK_CLUSTER_CACHE, else a folder of the user's cache."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(os.environ.get("COPYDESK_CLUSTER_CACHE") or Path(home) / "copydesk-cluster")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def prism() -> Path:
    """The binary of Prism, built from Beam's Go module, whose checksum is compared."""
    binary = cache() / f"prism-{BEAM}" / "prism"
    if not binary.exists():
        told = _call("go", "mod", "download", "-json", f"{GO_MODULE}@v{BEAM}", cwd=cache())
        if (found := json.loads(told)["Sum"]) != GO_SUM:
            raise RuntimeError(f"{GO_MODULE} v{BEAM} has the checksum {found}, and not {GO_SUM}")
        _call("go", "install", f"{GO_MODULE}/go/cmd/prism@v{BEAM}", cwd=cache(), GOBIN=str(binary.parent))
    return binary


def flink() -> Path:
    """The folder of Flink's jars."""
    folder = cache() / f"flink-{FLINK}"
    if not folder.exists():
        name = f"apache_flink_libraries-{FLINK}"
        _call(
            sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-build-isolation", "--no-binary", ":all:",
            "--dest", str(cache()), f"apache-flink-libraries=={FLINK}",
        )  # fmt: skip
        package = cache() / f"{name}.tar.gz"
        if (found := _sha256(package)) != FLINK_SHA256:
            raise RuntimeError(f"{package.name} has the SHA-256 {found}, and not {FLINK_SHA256}")
        with tarfile.open(package) as archive:
            wanted = [member for member in archive if member.name.startswith(f"{name}/deps/lib/")]
            archive.extractall(cache() / name, wanted, filter="data")
        (cache() / name / name / "deps" / "lib").rename(folder)
        shutil.rmtree(cache() / name)
        package.unlink()
    return folder


def job_server() -> Path:
    """The jar of Beam's job server for Flink, which Maven checks against the checksum that its registry has."""
    _, artifact, version = JOB_SERVER.split(":")
    jar = cache() / f"{artifact}-{version}.jar"
    if not jar.exists():
        _call("mvn", "-q", "-B", "-U", "-C", "dependency:get", "-Dtransitive=false", f"-Dartifact={JOB_SERVER}", cwd=cache())
        _call("mvn", "-q", "-B", "dependency:copy", f"-Dartifact={JOB_SERVER}", f"-DoutputDirectory={cache()}", cwd=cache())
    return jar


def _call(command: str, *arguments: str, cwd: Path | None = None, **environment: str) -> str:
    """What a client prints; `Missing` where there is none, or where it says no."""
    if not shutil.which(command):
        raise Missing(f"{command} is not on this machine")
    done = subprocess.run(
        [command, *arguments], cwd=cwd, env=os.environ | environment, capture_output=True, text=True, timeout=FETCH_SECONDS,
        check=False,
    )  # fmt: skip
    if done.returncode:
        said = [line for line in (done.stdout + done.stderr).splitlines() if "ERROR" in line or "rror:" in line]
        reason = re.sub(r"\x1b\[[0-9;]*m| in \S+ \(https?://\S+|\[ERROR\] ", "", (said or [done.stderr.strip()])[0])
        raise Missing(f"{Path(command).name}: {reason[:400]}")
    return done.stdout


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
