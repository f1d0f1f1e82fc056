"""The page of the viewer: the report's reading room, its style and its script, with what asks the server for sources."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from typing import Final

from markupsafe import Markup

from copydesk.pipeline.reading import Manifest
from copydesk.pipeline.report import page as report
from copydesk.pipeline.view.index import ORDERS, Index

_OWN: Final = frozenset({"view.html", "view.js", "view.css"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The page and its Content-Security-Policy."""

    body: bytes
    policy: str


def render(manifest: Manifest, index: Index, labels: str) -> Page:
    """The page, without any source: those its script asks for.

    Args:
        manifest: of the run.
        index: whose rules and sites the filters offer.
        labels: the path of the labels file, to be told.
    """
    script = report.reading_room() + _template("view.js")
    style = _template("report.css") + _template("view.css")
    text = report.environment(_template).get_template("view.html").render(
        run=manifest.data.get("run_id") or manifest.folder, output=manifest.folder, labels=labels,
        counts={name: manifest.counts.get(name, 0) for name in ("sources", "stories")},
        roles=report.ROLE_MEANINGS, orders=list(ORDERS),
        data=Markup(report.embed({"sources": [], "words": [], "rules": index.rules, "sites": index.sites})),  # noqa: S704 - `embed` leaves no `<`
        style=Markup(style),  # noqa: S704 - files of this package
        script=Markup(script),  # noqa: S704 - likewise
    )  # fmt: skip
    policy = (
        f"default-src 'none'; script-src '{report.digest(script)}'; style-src '{report.digest(style)}'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return Page(body=text.encode("utf-8", "replace"), policy=policy)


def _template(name: str) -> str:
    if name in _OWN:
        return resources.files("copydesk.pipeline.view").joinpath("templates", name).read_text("utf-8")
    return report.template(name)
