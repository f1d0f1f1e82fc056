"""Which file systems Beam reads here, and what to install where it does not read one.

Beam itself tells of a missing extra only in some cases, in its own words and behind its own exceptions; for `s3://` it is an
assertion that fails in the middle of a listing.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from copydesk.pipeline.options import ConfigError

if TYPE_CHECKING:
    from apache_beam.io.filesystems import FileSystems

_NEEDED: Final[Mapping[str, tuple[str, str]]] = {
    "gs": ("", "copydesk[gcp]"),  # Beam does not know it without
    "s3": ("boto3", "copydesk[aws]"),
    "azfs": ("azure.storage.blob", "apache-beam[azure]"),
    "hdfs": ("hdfs", "apache-beam[hadoop]"),
}
"""By the scheme of a URL: the library that Beam needs for it, and what installs that."""
_AZURE: Final = frozenset({"az", "abfs", "abfss", "adl", "wasb", "wasbs"})
"""What other programs call Azure's store."""


class StoreError(ConfigError):
    """No file system that Beam reads here has this scheme; the message says what would help."""


def systems_for(path: str) -> type[FileSystems]:
    """Beam's file systems, once it is known that one of them reads a URL.

    Raises:
        StoreError: none does.
    """
    from apache_beam.io.filesystem import FileSystem  # noqa: PLC0415 - Beam only where it is needed
    from apache_beam.io.filesystems import FileSystems  # noqa: PLC0415
    from apache_beam.options.pipeline_options import PipelineOptions  # noqa: PLC0415
    from apache_beam.options.value_provider import RuntimeValueProvider  # noqa: PLC0415

    scheme = path.partition("://")[0]
    known: set[Any] = {system.scheme() for system in FileSystem.get_all_subclasses()}
    library, package = _NEEDED.get(scheme, ("", ""))
    if package and (scheme not in known or not _is_installed(library)):
        raise StoreError(f'{scheme}:// needs a library that is not installed; pip install "{package}"')
    if scheme in _AZURE:
        raise StoreError(f"{scheme}:// is not what Beam calls Azure's store; write azfs://ACCOUNT/CONTAINER/PATH")
    if scheme not in known:
        raise StoreError(f"{scheme}:// is no file system that Beam reads; give a path, or a URL of s3:// or gs://")
    if FileSystems._pipeline_options is None and RuntimeValueProvider.runtime_options is None:  # noqa: SLF001 - as Beam asks
        FileSystems.set_options(PipelineOptions([]))  # where neither a call nor a graph gave any: S3 refuses to go without
    systems: type[FileSystems] = FileSystems
    return systems


def _is_installed(library: str) -> bool:
    if not library or library in sys.modules:
        return True
    try:
        return find_spec(library) is not None
    except ImportError:  # not even what it is a part of
        return False
