"""How large `report.html` is and how long it takes: over the samples in `seeds/`, and over many synthetic sources.

The synthetic run is written as a run's files are, record by record, with invented sites, languages, topics, rules, repairs,
duplicates and rejected sources, so that every table and chart of the page has more to tell than it can show. Only the page is
timed, in CPU seconds of this process, which works alone.

    python benchmarks/report.py [--sources 100000] [--keep FOLDER]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from copydesk.pipeline.launcher import run
from copydesk.pipeline.options import RunRequest, load_settings
from copydesk.pipeline.output.manifest import read_manifest, write_manifest
from copydesk.pipeline.report import REPORT, write_report

SEEDS = Path(__file__).parent.parent / "seeds"
KINDS = ("documents", "stories", "removed", "rejected")
FILES = 4
WORDS = ("harbour", "council", "evening", "school", "ferry", "winter", "garden", "bridge", "market", "river", "letter")
LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "tr", "sv", "cs", "fi", "ja", "zh-Hans", "ar", "hi")
TOPICS = tuple(f"topic {number}" for number in range(17))
RULES = tuple(f"{group}.rule_{number}" for group in ("phrase", "line", "model", "markup", "site") for number in range(12))
REPAIRS = tuple(f"confusion.word_{number}" for number in range(30))


def main() -> None:
    """Print both figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=int, default=100_000)
    parser.add_argument("--keep", metavar="FOLDER", help="where the pages are left to be looked at")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(arguments.keep or folder)
        seeds, many = kept / "seeds", kept / "many"
        many.mkdir(parents=True, exist_ok=True)
        settings = load_settings(None, [])
        run(RunRequest(inputs=(str(SEEDS),), output=str(seeds), settings=settings, exclude=("README.md",), overwrite=True))
        tell("seeds", seeds)
        write_run(many, arguments.sources, read_manifest(seeds))
        tell(f"{arguments.sources:,} synthetic sources", many)


def tell(name: str, folder: Path) -> None:
    """Write the report of a run anew, and print what it cost."""
    started = time.process_time()
    write_report(str(folder), read_manifest(folder), load_settings(None, []).report)
    seconds = time.process_time() - started
    size = sum(path.stat().st_size for path in folder.glob("*.jsonl"))
    made = (folder / REPORT).stat().st_size
    print(f"{name}: {made / 1e6:.2f} MB in {seconds:.1f} s of CPU, from {size / 1e6:,.1f} MB of records")


def write_run(folder: Path, sources: int, like: dict[str, Any]) -> None:
    """A run of so many sources: its files and a manifest like another's."""
    chance = random.Random(7)
    counts: Counter[str] = Counter()
    files = []
    for number in range(FILES):
        names = {kind: f"{kind}-{number:05}-of-{FILES:05}.jsonl" for kind in KINDS}
        with ExitStack() as stack:
            outs = {kind: stack.enter_context((folder / name).open("w", encoding="utf-8")) for kind, name in names.items()}
            for place in range(number, sources, FILES):
                for kind, row in records(place, chance):
                    outs[kind].write(json.dumps(row, ensure_ascii=False) + "\n")
                    counts[kind] += 1
                    counts["duplicates"] += kind == "stories" and row["duplicate_of"] is not None
        files += [{"name": name} for name in names.values()]
    counts["sources"] = counts["documents"] + counts["rejected"]
    slow = [{"uri": uri_of(number), "seconds": 9.0 - number / 2} for number in range(10)]
    whole = dict.fromkeys(like["counts"], 0) | counts
    write_manifest(str(folder), like | {"counts": whole, "files": files, "slowest": slow})


def uri_of(number: int) -> str:
    """The name of a source."""
    return f"crawl/{number % 997:03}/page-{number:06}.html"


def records(number: int, chance: random.Random) -> Iterator[tuple[str, dict[str, Any]]]:
    """All records of one source, each with its kind."""
    digest = hashlib.sha256(str(number).encode()).hexdigest()
    ref = {"uri": uri_of(number), "sha256": digest}
    if number % 251 == 0:
        yield "rejected", {"source": ref, "stage": "extract", "error": "SourceTimeout", "message": "took longer than 20 s"}
        return
    site = f"site-{int(chance.paretovariate(0.6)) % 5000}.example"
    source = ref | {"format": chance.choice(("html", "html", "txt", "vtt")), "kind": "page", "site": site}
    at, removed, stories = 0, [], []
    for index in range(chance.choice((0, 1, 1, 1, 1, 2, 4))):
        at = add_removed(removed, ref, at, chance)
        story = story_of(source, index, at, chance)
        stories.append(story)
        at = story["spans"][-1][1] + 2
    at = add_removed(removed, ref, at, chance)
    yield "documents", {
        "source": source, "charset": "utf-8", "language_hint": "en", "characters": at, "solid": at * 5 // 6, "changes": [],
        "stories": [story["id"] for story in stories], "removed": len(removed), "same_as": None,
    }  # fmt: skip
    yield from (("stories", story) for story in stories)
    yield from (("removed", row) for row in removed)


def add_removed(removed: list[dict[str, Any]], ref: dict[str, Any], at: int, chance: random.Random) -> int:
    """Some pieces of furniture; where the next block starts."""
    for _ in range(chance.randrange(1, 6)):
        text = " ".join(chance.choices(WORDS, k=chance.randrange(1, 12)))
        role = chance.choice(("chrome", "chrome", "chrome", "promo", "byline", "date"))
        rule = RULES[min(int(chance.paretovariate(0.5)), len(RULES)) - 1]
        evidence = f"probability 0.{chance.randrange(30, 99)}"
        place = {"source": ref, "start": at, "end": at + len(text), "text": text}
        removed.append(place | {"role": role, "rule": rule, "evidence": evidence})
        at += len(text) + 1
    return at


def story_of(source: dict[str, Any], index: int, at: int, chance: random.Random) -> dict[str, Any]:
    """A story whose blocks stand from an offset on."""
    headline = " ".join(chance.choices(WORDS, k=6)).capitalize()
    spans, paragraphs, texts = [[at, at + len(headline)]], [], []
    place, length = at + len(headline) + 1, 0
    for _ in range(chance.randrange(2, 16)):
        text = " ".join(chance.choices(WORDS, k=chance.randrange(20, 60))) + "."
        spans.append([place, place + len(text)])
        paragraphs.append({"start": length, "end": length + len(text), "role": "paragraph", "spans": [spans[-1]]})
        texts.append(text)
        place, length = place + len(text) + 1, length + len(text) + 2
    text = "\n\n".join(texts)
    first = text[: text.index(" ")]
    changes = [
        {"start": 0, "end": len(first), "before": "whent", "after": first, "rule": chance.choice(REPAIRS),
         "confidence": round(chance.uniform(0.8, 1.0), 2), "evidence": "spelled so above"}
        for _ in range(chance.random() < 0.1)
    ]  # fmt: skip
    identity = hashlib.md5(f"{source['sha256']}{index}".encode(), usedforsecurity=False).hexdigest()
    return {
        "schema_version": "1.0", "id": identity, "source": source | {"index": index, "count": index + 1}, "headline": headline,
        "deck": None, "authors": ["Ada Winter"], "published": "2025-03-01", "section": None, "captions": [], "text": text,
        "paragraphs": paragraphs, "chapters": [], "language": chance.choice(LANGUAGES),
        "topics": [{"name": chance.choice(TOPICS)}],
        "words": len(text.split()), "changes": changes, "restored": [], "spans": spans,
        "duplicate_of": identity if chance.random() < 0.05 else None,
    }  # fmt: skip


if __name__ == "__main__":
    main()
