"""Are stories that repeat others found, and no others? And what does it cost, from ten thousand fingerprints to a million?

    python benchmarks/duplicates.py DATA
    python benchmarks/duplicates.py --scale 10000 100000 1000000 [--workers 2] [--folder DIR]

The set is made of labelled stories below DATA (news articles, bodies of saved pages, declarations in many languages joined to
the length of stories), each taken once as it is and once changed: words edited, furniture around, cut off. A copy is found
where it and its original end in one group. Beside them stand stories that are alike and not the same: articles of one site
under the same furniture, follow-ups that repeat a third of an earlier story, and reports of one template with other numbers.

`--scale` groups made-up fingerprints, a fifth of them near copies, by the graph of a run; it prints CPU and wall time, and the
greatest sum of the proportional set sizes of all processes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

import apache_beam as beam
import duplicates_scale
from apache_beam.runners.portability.fn_api_runner import FnApiRunner

from copydesk.pipeline import alike
from copydesk.pipeline.resources import default_settings
from copydesk.pipeline.staging.records import Staging
from copydesk.transforms.segment.stories import story_id
from copydesk.transforms.shapes import Paragraph, Story, StorySource
from copydesk.transforms.tag.fingerprints import exact_digest, fingerprint_story

LEAST_WORDS: Final = 100
"""Words, or characters where words are not spaced, of a story that is taken."""
PIECE: Final = {True: 400, False: 1_200}
"""Characters of a story that is joined of short texts, in scripts without spaces and in others."""
FURNITURE_WORDS: Final = 60
EDITS: Final = (0.01, 0.05, 0.1, 0.2, 0.3)
KEPT: Final = (0.3, 0.5, 0.8)
_UNSPACED: Final = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")
_CHARACTER: Final = re.compile(r"[A-Za-z0-9.,]+|.", re.DOTALL)
_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+")
_OVERLAP: Final = 10
"""Characters that two texts share only where one is a part of the other."""
_SPACED: Final = "spaced scripts"
_NOT_SPACED: Final = "Japanese, Chinese, Thai"


@dataclass(frozen=True, slots=True)
class Text:
    """A story of the set: `origin` is the same for a story and its copies."""

    origin: str
    words: tuple[str, ...]
    spaced: bool = True

    @property
    def text(self) -> str:
        """As a reader sees it."""
        return (" " if self.spaced else "").join(self.words)


@dataclass(frozen=True, slots=True)
class Found:
    """What came of copies of one kind, or of one kind of stories that only look like copies."""

    kind: str
    stories: int
    marked: int
    """Told to repeat another."""
    right: int
    """In one group with their original."""
    wrong: int
    """Told to repeat a story of another origin."""


# --- the stories --------------------------------------------------------------------------------------------------------


def load_texts(data: Path) -> list[Text]:
    """The labelled stories that are long enough."""
    made = [*_articles(data), *_bodies(data), *_declarations(data)]
    once = {exact_digest(text.text): text for text in reversed(made) if len(text.words) >= LEAST_WORDS}
    return list(reversed(once.values()))


def _articles(data: Path) -> Iterator[Text]:
    for line in (data / "labels" / "topics-masakhanews_en.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        yield Text(row["id"], tuple(row["text"].split()))


def _bodies(data: Path) -> Iterator[Text]:
    """Bodies of saved pages; those without spaces are cut to the length of stories, since there are few."""
    for name, gold in json.loads((data / "html" / "articles" / "gold.json").read_text("utf-8")).items():
        body = " ".join(gold["articleBody"].split())
        if _is_spaced(body):
            yield Text(f"body-{name}", tuple(body.split()))
        else:
            yield from _pieces(f"body-{name}", body)


def _declarations(data: Path) -> Iterator[Text]:
    by_language: dict[str, list[str]] = {}
    for line in (data / "labels" / "languages.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        by_language.setdefault(str(row["gold"]), []).append(row["text"])
    for language, texts in sorted(by_language.items()):
        joined = ""
        for text in sorted(texts, key=lambda text: (-len(text), text)):  # a shorter one may be a part of a longer
            starts = range(0, max(len(text) - _OVERLAP, 0) + 1, _OVERLAP)
            joined += "" if any(text[start : start + _OVERLAP] in joined for start in starts) else f"{text} "
        yield from _pieces(language, joined)


def _pieces(name: str, text: str) -> Iterator[Text]:
    spaced = _is_spaced(text)
    size = PIECE[not spaced]
    for start in range(0, len(text) - size, size):
        piece = text[start : start + size]
        yield Text(f"{name}-{start}", tuple(piece.split() if spaced else _CHARACTER.findall(piece)), spaced)


def _is_spaced(text: str) -> bool:
    return len(_UNSPACED.findall(text)) < len(text) / 4


# --- copies -------------------------------------------------------------------------------------------------------------


def edited(text: Text, chance: random.Random, share: float, others: Sequence[str]) -> Text:
    """A share of the words edited: two fifths replaced, and a fifth each deleted, inserted and moved."""
    words: list[str] = []
    moved: list[str] = []
    for word in text.words:
        what = chance.random() / share
        if what >= 1:
            words.append(word)
        elif what < 0.4:
            words.append(chance.choice(others))
        elif what < 0.6:
            continue
        elif what < 0.8:
            words += [word, chance.choice(others)]
        else:
            moved.append(word)
    for word in moved:
        words.insert(chance.randrange(len(words) + 1), word)
    return replace(text, words=tuple(words))


def replaced(text: Text, chance: random.Random, share: float, others: Sequence[str]) -> Text:
    """A share of the words replaced, the hardest of the edits."""
    return replace(text, words=tuple(chance.choice(others) if chance.random() < share else word for word in text.words))


def cut(text: Text, _: random.Random, share: float) -> Text:
    """The first words, and the mark of what is left out."""
    return replace(text, words=(*text.words[: int(len(text.words) * share)], "…"))


def surrounded(text: Text, furniture: Sequence[str]) -> Text:
    """Furniture of a site in front and behind."""
    half = len(furniture) // 2
    return replace(text, words=(*furniture[:half], *text.words, *furniture[half:]))


def retyped(text: Text) -> Text:
    """Other capitals and marks: the same story."""
    return replace(text, words=tuple(word.upper().replace(",", " –").replace("'", "’") for word in text.words))


# --- what looks like copies and is none -----------------------------------------------------------------------------------


def follow_ups(texts: Sequence[Text], chance: random.Random) -> Iterator[Text]:
    """New stories of the same subject: two thirds news, one third background, sentences of an earlier story word for word."""
    for earlier, news in zip(texts[::2], texts[1::2], strict=False):
        background = _SENTENCE.split(earlier.text)
        start = chance.randrange(max(len(background) * 2 // 3, 1))
        kept = " ".join(background[start : start + max(len(background) // 3, 1)]).split()
        fresh = news.words[: len(earlier.words) * 2 // 3]
        yield Text(f"follow-up of {earlier.origin}", (*fresh, *kept[: len(fresh) // 2]))


def reports(chance: random.Random, number: int) -> Iterator[Text]:
    """Reports of three templates with other numbers each: of a market, of the weather, of a harbour's day."""
    makers = {
        "share": lambda: f"{chance.uniform(0.1, 4):.1f}",
        "index": lambda: f"{chance.randrange(7_000, 19_000):,}",
        "degrees": lambda: str(chance.randrange(-9, 30)),
        "count": lambda: str(chance.randrange(3, 400)),
        "time": lambda: f"{chance.randrange(4, 22)}.{chance.randrange(10, 59)}",
        "change": lambda: chance.choice(["higher", "lower", "a little higher", "much lower"]),
        "sky": lambda: chance.choice(["dry", "wet", "mild", "cold and clear"]),
    }
    for day in range(number):
        for name, template in _TEMPLATES.items():
            text = _BLANK.sub(lambda blank: makers[blank[1]](), template)
            yield Text(f"{name}-{day}", tuple(text.split()))


# --- grouping -------------------------------------------------------------------------------------------------------------


def group(texts: Sequence[Text]) -> dict[int, int]:
    """Which story repeats which, by the graph of a run: numbers of stories, duplicate -> the one that it repeats."""
    ids = {}
    prints = []
    for number, text in enumerate(texts):
        story = _story(f"{text.origin}#{number}", text.text)
        ids[story.id] = number
        prints.append(fingerprint_story(story))
    with tempfile.TemporaryDirectory() as folder:
        staging = Staging(folder=folder)
        shards = [(0, shard) for shard in duplicates_scale.stage(folder, prints)]
        with beam.Pipeline(runner=FnApiRunner()) as pipeline:
            marks = alike.find_duplicates(pipeline, shards, default_settings().duplicates, staging)
            duplicates_scale.write_marks(marks, staging)
        marked = [json.loads(line) for line in Path(staging.published).read_text().splitlines()]
    return {ids[story]: ids[best] for story, best, _ in marked}


def _story(uri: str, text: str) -> Story:
    digest = hashlib.sha256(text.encode()).hexdigest()
    source = StorySource(
        uri=uri, sha256=digest, format="txt", kind="story", url=None, site=None, channel=None, retrieved=None, index=0, count=1,
    )  # fmt: skip
    span = ((0, len(text)),)
    paragraph = Paragraph(start=0, end=len(text), role="paragraph", spans=span)
    return Story(id=story_id(uri, digest, 0), source=source, text=text, paragraphs=(paragraph,), spans=span)


def judge(kind: str, originals: Sequence[Text], others: Sequence[Text]) -> Found:
    """Group originals and copies of one kind (or what only looks like copies) together, and count."""
    texts = [*originals, *others]
    repeats = group(texts)
    place = {text.origin: number for number, text in enumerate(originals)}
    leader = [repeats.get(number, number) for number in range(len(texts))]
    copies = range(len(originals), len(texts))
    right = sum(leader[number] == leader[place[texts[number].origin]] for number in copies if texts[number].origin in place)
    wrong = sum(texts[story].origin != texts[best].origin for story, best in repeats.items())
    return Found(kind, len(others), len(repeats), right, wrong)


def measure(texts: Sequence[Text]) -> tuple[dict[str, list[Found]], list[Found]]:
    """Copies by script and kind, and what only looks like copies by kind."""
    found: dict[str, list[Found]] = {}
    for spaced, name in ((True, _SPACED), (False, _NOT_SPACED)):
        mine = [text for text in texts if text.spaced == spaced]
        found[name] = [judge(kind, mine, made) for kind, made in copies_of(mine).items()]
    return found, [judge(kind, *made) for kind, made in false_friends([text for text in texts if text.spaced]).items()]


def copies_of(texts: Sequence[Text]) -> Mapping[str, list[Text]]:
    """A copy of each story for each kind."""
    words = [word for text in texts for word in text.words]
    makers: dict[str, Callable[[Text, random.Random], Text]] = {
        "capitals and marks": lambda text, _: retyped(text),
        **{f"{share:.0%} edited": partial(edited, share=share, others=words) for share in EDITS},
        "20% replaced": partial(replaced, share=0.2, others=words),
        "furniture around": lambda text, chance: surrounded(text, chance.sample(words, FURNITURE_WORDS)),
        **{f"cut to {share:.0%}": partial(cut, share=share) for share in KEPT},
        "cut to 50%, 5% edited": lambda text, chance: edited(cut(text, chance, 0.5), chance, 0.05, words),
    }
    least = default_settings().duplicates.min_words
    made = {kind: [maker(text, random.Random(f"{kind} {text.origin}")) for text in texts] for kind, maker in makers.items()}
    return {kind: [text for text in every if len(text.words) > least] for kind, every in made.items()}


def false_friends(texts: Sequence[Text]) -> Mapping[str, tuple[list[Text], list[Text]]]:
    """Stories, and stories that only look like them."""
    chance = random.Random("false friends")
    words = [word for text in texts for word in text.words]
    furniture = chance.sample(words, FURNITURE_WORDS)
    same_site = [surrounded(text, furniture) for text in texts]
    made = list(reports(chance, 120))
    return {
        "other articles": ([], list(texts)),
        "under one furniture": ([], same_site),
        "follow-ups": (list(texts[::2]), list(follow_ups(texts, chance))),
        "one template": ([], made),
    }


def section(found: Mapping[str, Sequence[Found]], friends: Sequence[Found]) -> str:
    """The figures as a part of docs/quality.md."""
    precision = _precision([*(row for rows in found.values() for row in rows), *friends])
    sizes = ", ".join(f"{rows[0].stories} in {name}" for name, rows in found.items())
    shares = {name: [_share(row) for row in rows] for name, rows in found.items()}
    kinds = [row.kind for row in next(iter(found.values()))]
    rows = [[kind, *(shares[name][number] for name in found)] for number, kind in enumerate(kinds)]
    rows.append(["precision", *(f"{_precision(rows):.4f}" for rows in found.values())])
    return f"""## Duplicates

Copies of stories ({sizes}), a corpus for each kind of copy.
The figure is the share that is found in one group with its original. Cut copies begin as their originals do. Precision: of all
stories told to repeat another, the share that repeats one of the same origin; with the stories below it is {precision:.4f}.

{_table(["copies", *found], rows)}
## Stories that are alike and not the same

`other articles`: all stories by themselves. `under one furniture`: each with the same {FURNITURE_WORDS} words around.
`follow-ups`: two thirds new, one third background that an earlier story has word for word. `one template`: reports of a market,
of the weather and of a harbour, a day each. `marked`: told to repeat a story that they do not repeat.

{_table(["kind", "stories", "marked"], [[row.kind, str(row.stories), str(row.wrong)] for row in friends])}"""


def _share(row: Found) -> str:
    return f"{row.right / max(row.stories, 1):.3f}"


def _precision(rows: Iterable[Found]) -> float:
    """Of all stories told to repeat another the share that does."""
    wrong = marked = 0
    for row in rows:
        wrong, marked = wrong + row.wrong, marked + row.marked
    return 1 - wrong / max(marked, 1)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(row) + " |" for row in lines) + "\n"


_BLANK: Final = re.compile(r"<(\w+)>")
_TEMPLATES: Final = {
    "market": """
Shares closed <change> on the exchange today, with the leading index at <index> points, a change of <share> percent
from the day before. Banks moved <share> percent, and makers of machines <share> percent. The index of smaller
companies stood at <index> points at the close of trading, <share> percent away from its value of the day before. A
barrel of oil cost <count> crowns in the evening, and an ounce of gold <index> crowns. The yield of bonds of ten years
was <share> percent. Dealers spoke of a quiet day with few orders, and pointed to the figures on prices that are to be
published next week.
""",
    "weather": """
Tomorrow will be <sky> in most of the region. In the north temperatures reach <degrees> degrees in the afternoon,
along the coast <degrees> degrees, and in the hills no more than <degrees> degrees. The night brings <degrees> degrees
in the valleys. The chance of rain is <count> in a thousand in the morning and <count> in the evening, with up to
<degrees> millimetres. The wind blows at <count> kilometres an hour, with gusts of <count> on the summits. The sun
rises at <time> and sets at <time>. The outlook for the days after remains changeable.
""",
    "harbour": """
The harbour office counted <count> ships on the day, of which <count> came in and <count> left. They brought <index>
tonnes of goods, and took <index> tonnes with them. The ferries carried <index> people and <count> cars on <count>
crossings. High water was at <time>, <count> centimetres above the mark. The pilots were called <count> times. The
office asks captains to give notice of their arrival one day ahead, and to keep the channel free while the dredger is
at work between the pier and the lighthouse.
""",
}
"""Written for this benchmark."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=Path, nargs="?")
    parser.add_argument("--scale", type=int, nargs="+", help="numbers of fingerprints to be grouped")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--folder", type=Path)
    arguments = parser.parse_args()
    if arguments.scale:
        duplicates_scale.print_scale(arguments.scale, arguments.workers, arguments.folder)
    if arguments.data:
        started = time.process_time()
        print(section(*measure(load_texts(arguments.data))))
        print(f"{time.process_time() - started:.0f} s of CPU time", file=sys.stderr)


if __name__ == "__main__":
    main()
