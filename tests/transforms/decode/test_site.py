"""The site of a source: its URL's domain, else what the user said, else a folder that proved to be one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from copydesk.transforms.decode.site import registrable_domain, resolve_site
from copydesk.transforms.evidence import Evidence
from copydesk.transforms.shapes import Source

SOURCE = Source(uri="crawl/lake/a.html", sha256="0" * 64, format="html")


def test_the_url_comes_first_then_what_was_said_then_the_folder() -> None:
    """In this order; a folder only where the survey found it to be of one site."""
    one_site = Evidence(folder_sites=frozenset({"crawl/lake"}))
    assert resolve_site(SOURCE, Evidence()) is None
    assert resolve_site(SOURCE, one_site) == "crawl/lake"
    assert resolve_site(replace(SOURCE, site="lake"), one_site) == "lake"
    assert resolve_site(replace(SOURCE, site="lake", url="https://www.lake.example.org/a"), one_site) == "example.org"


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://a.example.co.jp/x?y=1", "example.co.jp"),
        ("http://www.shop.test/x", "shop.test"),
        ("http://localhost/x", None),
        ("http://192.0.2.7/x", None),
        ("http://[2001:db8::1]/x", None),
        ("http://[broken", None),
        ("not a url", None),
        ("", None),
    ],
)
def test_a_domain_is_taken_as_the_public_suffix_list_has_it(url: str, domain: str | None) -> None:
    """Blogs of one host are sites of their own; what has no domain has no site."""
    assert registrable_domain(url) == domain
