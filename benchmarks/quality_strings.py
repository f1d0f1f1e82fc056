"""Which strings of an article's text are in what comes out, and which of the furniture around it are not.

    python benchmarks/quality_strings.py FOLDER [--witness none] [--limit 100] [--alone] [-v]

FOLDER holds pages as `html/NAME.html.gz` or `html/NAME.html`, and `gold.json`, which maps NAME to
{"with": [strings that belong to the article], "without": [strings that do not]}. Strings and texts are compared without
regard to white space, case and typographic marks, because extractors differ in those.

A row for each extractor: `with`, the share of the first that are present; `without`, the share of the second that are absent;
`both`, their mean; pages without a story and with more than one. "text" is the text of a page's stories alone, "story" has
their headlines and decks too, "fields" their captions as well. trafilatura has rows for its default, its precise and its
thorough mode.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import trafilatura

from copydesk.pipeline import clean
from copydesk.pipeline.options import load_settings
from copydesk.transforms.cells import fold
from copydesk.transforms.errors import SourceError

WORKERS: Final = 2
OTHERS: Final[Mapping[str, dict[str, bool]]] = {
    "trafilatura": {},
    "trafilatura, precise": {"favor_precision": True},
    "trafilatura, thorough": {"favor_recall": True},
}


@dataclass(frozen=True, slots=True)
class Page:
    """A page and the strings that tell a good text of it."""

    name: str
    path: str
    within: Sequence[str]
    without: Sequence[str]


@dataclass(slots=True)
class Score:
    """Counts of one extractor over all pages."""

    present: int = 0
    wanted: int = 0
    absent: int = 0
    unwanted: int = 0
    silent: int = 0
    several: int = 0

    def add(self, page: Page, text: str, stories: int) -> list[str]:
        """Count one page; returns what went wrong."""
        words = fold(text)
        missed = [f"lost {string!r}" for string in page.within if fold(string) not in words]
        leaked = [f"kept {string!r}" for string in page.without if fold(string) in words]
        self.wanted += len(page.within)
        self.present += len(page.within) - len(missed)
        self.unwanted += len(page.without)
        self.absent += len(page.without) - len(leaked)
        self.silent += stories == 0
        self.several += stories > 1
        return missed + leaked

    def row(self) -> str:
        """The figures of a table's row."""
        within, without = self.present / max(self.wanted, 1), self.absent / max(self.unwanted, 1)
        return f"{within:7.4f} {without:8.4f} {(within + without) / 2:7.4f} {self.silent:7} {self.several:8}"


def read_pages(folder: Path) -> list[Page]:
    """The pages that have strings, by name."""
    gold: dict[str, dict[str, Any]] = json.loads((folder / "gold.json").read_text(encoding="utf-8"))
    pages = []
    for name, strings in sorted(gold.items()):
        paths = [path for path in (folder / "html" / f"{name}.html.gz", folder / "html" / f"{name}.html") if path.is_file()]
        if paths:
            pages.append(Page(name, str(paths[0]), strings.get("with", ()), strings.get("without", ())))
    return pages


@lru_cache(maxsize=1)
def settings_with(witness: str) -> Any:  # noqa: ANN401 - the configuration's own type
    """The shipped configuration with this witness."""
    return load_settings(sets=[f'extract.witness="{witness}"'])


def texts_of(page: Page, witness: str, *, alone: bool) -> dict[str, tuple[str, int]]:
    """What each extractor makes of a page: its text, and how many stories."""
    data = Path(page.path).read_bytes()
    data = gzip.decompress(data) if page.path.endswith(".gz") else data
    try:
        stories = clean(data, format="html", kind="page", settings=settings_with(witness))
    except SourceError:
        stories = []
    text = "\n".join(story.text for story in stories)
    heads = [field for story in stories for field in (story.headline, story.deck) if field]
    captions = [caption for story in stories for caption in story.captions]
    found = {
        "text": (text, len(stories)),
        "story": ("\n".join([*heads, text]), len(stories)),
        "fields": ("\n".join([*heads, text, *captions]), len(stories)),
    }
    for name, mode in {} if alone else OTHERS.items():
        said = trafilatura.extract(data, include_comments=False, deduplicate=False, **mode)
        found[name] = (said or "", int(bool(said)))
    return found


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--witness", default="trafilatura", help="the setting extract.witness")
    parser.add_argument("--limit", type=int, help="only so many pages, the first by name")
    parser.add_argument("--alone", action="store_true", help="without trafilatura's own rows")
    parser.add_argument("-v", "--verbose", action="store_true", help="show what is lost and kept")
    options = parser.parse_args()
    pages = read_pages(options.folder)[: options.limit]
    scores: dict[str, Score] = {}
    with ProcessPoolExecutor(WORKERS) as pool:
        work = [pool.submit(texts_of, page, options.witness, alone=options.alone) for page in pages]
        for page, done in zip(pages, work, strict=True):
            for name, (text, stories) in done.result().items():
                faults = scores.setdefault(name, Score()).add(page, text, stories)
                if options.verbose and name == "text" and faults:
                    print(f"{page.name}: {stories} stories; " + "; ".join(faults))
    print(f"{len(pages)} pages {'':18} {'with':>7} {'without':>8} {'both':>7} {'silent':>7} {'several':>8}")
    for name, score in scores.items():
        print(f"{name:28} {score.row()}")


if __name__ == "__main__":
    main()
