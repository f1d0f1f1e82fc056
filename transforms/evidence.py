"""What the corpus itself teaches, and what one document tells of it.

`observe` looks at one decoded document; `pipeline.evidence` merges what all documents told, bounded, and hands the result to
every worker as one read-only `Evidence`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the survey of a batch found."""

    site_lines: Mapping[str, Mapping[int, float]] = field(default_factory=dict)
    """Site -> `line_key` of a line -> share of the site's sampled documents that hold it."""
    names: Mapping[str, int] = field(default_factory=dict)
    """A name as written articles of the batch spell it -> number of documents that do."""
    folder_sites: frozenset[str] = frozenset()
    """Folders whose files share enough lines to be of one site; the folder is the site's name."""


def line_key(folded: str) -> int:
    """A stable 64-bit key of a folded line (`cells.fold`).

    >>> line_key("trending") == line_key("trending") != line_key("sport")
    True
    """
    return int.from_bytes(hashlib.blake2b(folded.encode(errors="surrogatepass"), digest_size=8).digest())
