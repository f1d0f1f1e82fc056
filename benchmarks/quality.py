"""Every figure of quality: what is learned is cross-validated by site, and all of it is written to docs/quality.md.

    python benchmarks/quality.py DATA [--work DIR] [--report docs/quality.md]

DATA is the folder of labelled data; the scorers lie beside it, in `eval`. Each page of a tested corpus is read by weights
that learned from no page of its sites. The weights of every fold are kept in the work folder, so that a call that was broken
off goes on. A whole call takes about half an hour on two quiet cores.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

import chapters
import duplicates
import language
import punctuation
import right_text
import topics

from copydesk.pipeline.chain import work
from copydesk.pipeline.output.jsonl import to_line
from copydesk.pipeline.readers.items import read_items
from copydesk.pipeline.resources import load_rules
from copydesk.pipeline.sources import find_sources
from copydesk.pipeline.training.__main__ import load_examples
from copydesk.pipeline.training.folds import FOLDS, SCROLL_FOLDS, Fold, cut_folds
from copydesk.pipeline.training.learn import learn_labeller
from copydesk.transforms.extract import extract_blocks
from copydesk.transforms.extract.labeller import Labeller
from copydesk.transforms.rules import Rules
from copydesk.transforms.shapes import ROLES, Item, Kind, Source
from copydesk.transforms.write import write_records

CORPORA: Final[Mapping[str, str]] = {"pages": "pages", "single": "dumps/single", "scroll": "dumps/scroll"}
ALL_ROLES: Final = 101
"""Pages from this number on have all ten roles in their labels."""
TABLES: Final = ("stories", "documents", "removed", "rejected")
Figures = dict[str, float]


@dataclasses.dataclass(frozen=True, slots=True)
class Job:
    """A corpus that nothing is learned from, and its scorer."""

    name: str
    inputs: str
    kind: Kind | None
    scorer: str
    gold: str
    options: tuple[str, ...] = ()


_LABELS: Final = (("topics-masakhanews_en", "topics"), ("topics-sib200", "topics"), ("languages", "language"))
OTHERS: Final = (
    Job("seeds: the page", "seeds", None, "score_pages.py", "seeds"),
    Job("seeds: the transcript", "seeds", None, "score_transcripts.py", "seeds"),
    Job("articles in HTML", "html/articles/html", None, "score_html.py", "html/articles/gold.json"),
    Job("captions: two videos", "transcripts/*.vtt", None, "score_transcripts.py", "transcripts"),
    Job("repairs of transcripts", "repairs", "transcript", "score_repairs.py", "repairs"),
    *(
        Job(name, f"labels/{name}.jsonl", "story", "score_labels.py", f"labels/{name}.jsonl", ("--field", field))
        for name, field in _LABELS
    ),
)


def main() -> None:
    """Measure and write the report."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, default=Path("output/quality"), help="folder for weights and outputs")
    parser.add_argument("--report", type=Path, default=Path("docs/quality.md"))
    parser.add_argument("--folds", type=int, default=FOLDS + SCROLL_FOLDS, help="only the first folds, for a look")
    arguments = parser.parse_args()
    rules = load_rules()
    folds = cut_folds(load_examples(arguments.data, rules))[: arguments.folds]
    pairs = cross_validate(folds, rules, arguments.data, arguments.work)
    sections = [introduction(folds), pages_section(arguments.data, arguments.work), roles_section(pairs)]
    sections.append(others_section(arguments.data, arguments.work, rules))
    sections.append(language.section(language.measure(arguments.data, rules.settings.tag)))
    sections.append(topics.learned_section(arguments.data, rules))
    sections.append(topics.section(topics.measure(arguments.data, rules), rules))
    sections.append(right_text.section(*right_text.measure(arguments.data, rules)))
    sections.append(punctuation.section(punctuation.held_back(arguments.data)))
    sections.append(chapters.chapters_section(arguments.data, arguments.work))
    sections.append(duplicates.section(*duplicates.measure(duplicates.load_texts(arguments.data))))
    arguments.report.write_text("\n".join(sections), encoding="utf-8")


# --- cross-validation -----------------------------------------------------------------------------------------------


def cross_validate(folds: Sequence[Fold], rules: Rules, data: Path, folder: Path) -> Counter[tuple[str, str]]:
    """Read every tested page by weights that have not seen its sites, and write what came out, a folder a corpus.

    Returns:
        How often a line of each role was given each role, over the pages whose labels have all ten.
    """
    for corpus in CORPORA:
        for table in TABLES:
            (folder / corpus).mkdir(parents=True, exist_ok=True)
            (folder / corpus / f"{table}-00000-of-00001.jsonl").write_bytes(b"")
        (folder / corpus / "gold").mkdir(exist_ok=True)
    pairs: Counter[tuple[str, str]] = Counter()
    for number, fold in enumerate(folds):
        held_out = dataclasses.replace(rules, labeller=fold_labeller(fold, rules, folder / f"fold-{number}.json"))
        for example in fold.test:
            path = data / CORPORA[example.corpus] / f"{example.name}.txt"
            item = Item(source=Source(uri=path.name, sha256="0" * 64, format="txt"), payload=path.read_bytes())
            write_shards(folder / example.corpus, [item], held_out)
            for suffix in (".txt", ".gold.json"):
                copy = folder / example.corpus / "gold" / (example.name + suffix)
                copy.write_bytes(path.with_suffix("").with_name(example.name + suffix).read_bytes())
            if example.corpus == "pages" and int(example.name) >= ALL_ROLES:
                blocks = extract_blocks(example.document, held_out).blocks
                pairs.update((line.role, block.role) for line, block in zip(example.page.lines, blocks, strict=True))
    return pairs


def fold_labeller(fold: Fold, rules: Rules, path: Path) -> Labeller:
    """The labeller of a fold, learned or read from where it was kept."""
    if not path.exists():
        weights = learn_labeller(fold.training, rules)
        path.write_text(json.dumps(weights, separators=(",", ":")), encoding="utf-8")
    return Labeller.from_json(json.loads(path.read_text(encoding="utf-8")))


def write_shards(folder: Path, items: Iterable[Item], rules: Rules) -> None:
    """Take items through the chain and add their records to a folder of shards."""
    files = {table: (folder / f"{table}-00000-of-00001.jsonl").open("ab") for table in TABLES}
    for item in items:
        records = write_records(work(item, rules))
        for table, file in files.items():
            file.writelines(to_line(row) for row in getattr(records, table))
    for file in files.values():
        file.close()


def score(data: Path, scorer: str, gold: Path, output: Path, *options: str) -> Figures:
    """The figures that a scorer prints on its last line."""
    command = [sys.executable, str(data.parent / "eval" / scorer), str(gold), str(output), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    pairs = (part.partition("=") for part in done.stdout.strip().splitlines()[-1].split("  "))
    return {name.strip(): float(value) for name, _, value in pairs}


# --- the report -----------------------------------------------------------------------------------------------------


def introduction(folds: Sequence[Fold]) -> str:
    """What the page is."""
    counts = Counter(example.corpus for fold in folds for example in fold.test)
    tested = ", ".join(f"{count} of `{corpus}`" for corpus, count in sorted(counts.items()))
    return f"""# Quality

Written by `make evaluate`. Pages under test: {tested}.
Whatever is learned is cross-validated by site: each of these pages was read by weights that learned from no page of its sites,
in {len(folds)} folds. `pages` are page texts labelled by hand, of one story or of many; `single` are text dumps of saved pages
with one article; `scroll` are dumps joined from several, as an infinite scroll gives them. The last two are labelled by
matching a gold body, and a few of their labels are wrong. The few constants beside the weights (`BIAS` in
`pipeline/training/learn.py`) were chosen by figures of this kind. What is not learned
(the rules of bylines, dates and captions, the features, the templates of made pages, everything about HTML) was written with
some of these pages in sight, so that author and date, and the figures of HTML, are those of development; on other sites expect
less.
"""


def pages_section(data: Path, folder: Path) -> str:
    """The scores of the text dumps, a column a corpus."""
    found = {
        corpus: score(data, "score_pages.py", folder / corpus / "gold", folder / corpus)
        for corpus in CORPORA
        if any((folder / corpus / "gold").iterdir())
    }
    names = [name for name in next(iter(found.values())) if name != "pages"]
    rows = [[name, *(f"{figures[name]:.3f}" for figures in found.values())] for name in names]
    return "## Text dumps, cross-validated by site\n\n" + table(["figure", *found], rows)


def roles_section(pairs: Mapping[tuple[str, str], int]) -> str:
    """Precision and recall of every role."""
    rows = []
    for role in ROLES:
        hits = pairs.get((role, role), 0)
        gold = sum(count for (truth, _), count in pairs.items() if truth == role)
        named = sum(count for (truth, given), count in pairs.items() if given == role and truth != "either")
        wrong = sorted(((count, given) for (truth, given), count in pairs.items() if truth == role != given), reverse=True)
        taken = ", ".join(f"{given} {count}" for count, given in wrong[:3])
        rows.append([role, f"{hits / max(named, 1):.3f}", f"{hits / max(gold, 1):.3f}", str(gold), taken])
    heading = "## Roles, on the pages whose labels have all ten, cross-validated by site\n\n"
    return heading + table(["role", "precision", "recall", "lines", "taken for"], rows)


def others_section(data: Path, folder: Path, rules: Rules) -> str:
    """One run over each of the other corpora, one line of figures each; topics by weights that have not seen the fold."""
    rows = []
    for job in OTHERS:
        output = folder / job.inputs.replace("/", "-").replace("*", "all")
        if not output.exists():
            output.mkdir(parents=True)
            for item in items_of(data / job.inputs, job.kind, rules):
                write_shards(output, [item], held_out_rules(job, item, data, rules))
        figures = score(data, job.scorer, data / job.gold, output, *job.options)
        rows.append([job.name, ", ".join(f"{figure} {value:.4g}" for figure, value in figures.items())])
    return "## The rest\n\n" + table(["corpus", "figures"], rows)


def held_out_rules(job: Job, item: Item, data: Path, rules: Rules) -> Rules:
    """The rules for an item: where topics are scored, with weights that learned from no text of its fold."""
    if not job.name.startswith("topics-"):
        return rules
    return topics.fold_rules(data, job.name.removeprefix("topics-"), item.source.uri.rpartition("#")[2], rules)


def items_of(path: Path, kind: Kind | None, rules: Rules) -> Iterable[Item]:
    """The items below a path that can be read."""
    pattern = [str(path / "*.txt")] if path.is_dir() and any(path.glob("*.txt")) else [str(path)]
    for source in find_sources(pattern, kind=kind):
        for _, item in read_items(source, rules.settings.read):
            if isinstance(item, Item) and ".ref" not in item.source.uri:
                yield item


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(row) + " |" for row in lines) + "\n"


if __name__ == "__main__":
    main()
