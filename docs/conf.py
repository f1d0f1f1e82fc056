"""The documentation site: Sphinx, Markdown by MyST, the theme Furo. `make docs` builds it into `build/site`.

The pages are plain Markdown that a code host shows as it is; what a site needs beside that is done here. The folder of sources
is the project itself, so that a link from a page to a file of the project leads somewhere on the site, too: to the page that
is made of it, or to the file. Nothing is fetched, neither to build nor to read: the theme has fonts of the reader's system, and
a search that works from the disk.

Why Sphinx: MkDocs is without a maintainer, and Material for MkDocs gets nothing but urgent fixes, those until November 2026;
Zensical, which follows it, is in its first versions (0.0). MkDocs warns of every link that leaves the folder of pages, and ours
link to the files that they are about. Sphinx is kept up, takes such links, and its warnings can be faults. Furo and MyST are
pure Python, under the MIT licence.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sphinx.application import Sphinx

ROOT: Final = Path(__file__).parents[1]
HOME: Final = "docs/index"

project = "Copydesk"
author = "the makers of Copydesk"
html_title = "Copydesk"
root_doc = HOME
extensions = ["myst_parser"]
include_patterns = [
    "docs/*.md", "README.md", "CONTRIBUTING.md", "CHANGELOG.md",
    "seeds/README.md", "output/README.md", "configs/models/README.md",
]  # fmt: skip
exclude_patterns = ["build/**", ".venv/**", "**/.*", "output/*/**"]
templates_path: list[str] = []

myst_heading_anchors = 4
highlight_language = "none"
smartquotes = False  # two hyphens are an option, no dash
suppress_warnings: list[str] = []  # a warning is a fault: `make docs` ends at the first kind of any
html_theme = "furo"
html_copy_source = False
html_show_sphinx = False
html_last_updated_fmt = None  # the same sources give the same site
html_static_path = ["site"]
html_css_files = ["copydesk.css"]

_LEADING_HOME: Final = f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Copydesk</title>
<meta http-equiv="refresh" content="0; url={HOME}.html">
<a href="{HOME}.html">Copydesk</a>
</html>
"""
_SECTION: Final = re.compile(r"^## (?P<caption>.+)$", re.MULTILINE)
_ENTRY: Final = re.compile(r"^- \[(?P<title>[^]]+)\]\((?P<page>[^)#:]+)\.md\)", re.MULTILINE)
_FETCHED: Final = re.compile(
    r"""<(?:script|link|img|iframe|source|video|audio|object|embed)\b[^>]*?\b(?:src|href|data)=["']?(?:https?:)?//[^>]*"""
    r"""|url\(\s*["']?(?:https?:)?//[^)]*|@import\s+["'](?:https?:)?//[^"']*""",
)
"""What a browser would fetch without being asked; a link that somebody may follow is none."""
_FOLDER_LINK: Final = re.compile(r"\[(?P<words>[^]\[]+)\]\((?P<path>[^)#:\s]+)\)")


def setup(app: Sphinx) -> None:
    """Hand the site's own steps to Sphinx."""
    app.connect("source-read", read_page)
    app.connect("build-finished", close_site)


def read_page(app: Sphinx, name: str, source: list[str]) -> None:
    """Make of a page for a code host one for the site: links to folders become words, the home page gets the navigation."""
    folder = (ROOT / f"{name}.md").parent
    source[0] = _FOLDER_LINK.sub(lambda link: link["words"] if (folder / link["path"]).is_dir() else link[0], source[0])
    if name == HOME:
        source[0] += navigation(source[0], sorted(app.project.docnames))


def navigation(home: str, pages: list[str]) -> str:
    """The table of contents that the theme shows at the side, as MyST writes it.

    It is the home page's own lists: a part for each heading, a line for each page that is linked there, by the words of the
    link. A page that nobody has linked stands below "More", rather than nowhere.

    Args:
        home: the Markdown of the home page.
        pages: all pages, as paths from the project's folder without their extension.
    """
    _, *parts = _SECTION.split(home)
    parted = {
        caption: {_from_root(page): f"{title} </{_from_root(page)}>" for title, page in _ENTRY.findall(text)}
        for caption, text in zip(parts[::2], parts[1::2], strict=True)
    }
    linked = {page for entries in parted.values() for page in entries} | {HOME}
    parted["More"] = {page: f"/{page}" for page in pages if page not in linked}
    return "".join(_toctree(caption, list(entries.values())) for caption, entries in parted.items() if entries)


def _from_root(page: str) -> str:
    """A page that the home page links to, as a path from the project's folder."""
    return page.removeprefix("../") if page.startswith("../") else f"docs/{page}"


def _toctree(caption: str, entries: list[str]) -> str:
    lines = "\n".join(entries)
    return f"\n\n```{{toctree}}\n:hidden:\n:caption: {caption}\n\n{lines}\n```\n"


def close_site(app: Sphinx, error: Exception | None) -> None:
    """Put a page at the top of the site that leads to the home page, and refuse a site that fetches anything from elsewhere.

    Raises:
        ExtensionError: a page or a style sheet names a script, a style, a font or a picture of another host.
    """
    if error is not None:
        return
    from sphinx.errors import ExtensionError  # noqa: PLC0415 - the tests, which have no Sphinx, read this module too

    site = Path(app.outdir)
    (site / "index.html").write_text(_LEADING_HOME, "utf-8")
    for path in sorted([*site.rglob("*.html"), *site.rglob("*.css")]):
        if found := _FETCHED.search(path.read_text("utf-8")):
            raise ExtensionError(f"{path}: fetches from elsewhere: {found[0]!r}; keep it in {html_static_path[0]}/")
