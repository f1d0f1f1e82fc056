"""The site that a source comes from: the registrable domain of its URL, else what the user said, else its folder.

A folder counts as a site only where the survey found its files to share enough lines (`Evidence.folder_sites`); else there
is none, and no evidence of a site is used.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit

from copydesk.transforms.evidence import Evidence
from copydesk.transforms.shapes import Source

_ADDRESS = re.compile(r"^[\d.]+$|:")
"""An IP address, of version 4 or 6."""


def resolve_site(source: Source, evidence: Evidence) -> str | None:
    """The site of a source, or None."""
    if source.url and (domain := registrable_domain(source.url)):
        return domain
    if source.site:
        return source.site
    folder = folder_of(source.uri)
    return folder if folder in evidence.folder_sites else None


def registrable_domain(url: str) -> str | None:
    """The registrable domain of a URL, by the public suffix list that courlan comes with; None for an address or one label.

    >>> registrable_domain("https://news.example.co.uk/2024/a.html"), registrable_domain("https://me.blogspot.com/")
    ('example.co.uk', 'me.blogspot.com')
    """
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return None
    return _domain_of(host) if host else None


@lru_cache(maxsize=4_096)
def _domain_of(host: str) -> str | None:
    from courlan import extract_domain  # noqa: PLC0415 - 0.06 s of start that only sources with a URL need

    # Not courlan's fast way: it takes the blogs of one hosting service for one site.
    domain: str | None = extract_domain(f"https://{host}/")
    if domain or _ADDRESS.search(host):
        return domain
    labels = host.split(".")[-2:]  # a suffix that is on no list: its default rule takes one label for it
    return ".".join(labels) if len(labels) == 2 else None


def folder_of(uri: str) -> str:
    """The folder of a file, or the file of a row: what else might be one site.

    >>> folder_of("crawl/site/a.html"), folder_of("crawl/rows.jsonl#17"), folder_of("a.txt")
    ('crawl/site', 'crawl/rows.jsonl', '.')
    """
    file, mark, _ = uri.rpartition("#")
    if mark and file:
        return file
    return uri.rpartition("/")[0] or "."
