"""What can be said of one line of a page by itself and by its page, before anything is decided.

Features are kept apart from decisions (`page`), so that a learned labeller can take the place of the decisions and read the
same features. None of them is a word of one site; words come from phrase packs only.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final, Literal, NamedTuple

from copydesk.transforms.cells import fold
from copydesk.transforms.evidence import line_key
from copydesk.transforms.extract.bylines import read_byline
from copydesk.transforms.extract.characters import CHARACTERS_PER_WORD, Spelling, count_dense, spell
from copydesk.transforms.extract.cues import ends_in_credit, in_headline_style, is_credit
from copydesk.transforms.extract.dates import FoundDate, find_dates, order_days, words_beside
from copydesk.transforms.rules import PhrasePack, PhraseRule, Rules, phrase_key
from copydesk.transforms.shapes import Document

Ending = Literal["sentence", "question", "colon", "cut", "none"]

MAX_PHRASE_CHARACTERS: Final = 200
"""Longer lines are no set phrase: the longest consent notices that stand alone have about this many characters."""
_MAX_LABEL_CHARACTERS: Final = 120
"""A date line or a byline is shorter; a longer line that holds a date is prose."""
_PROSE_UNITS: Final = 10.0
"""A sentence of fewer words is as often a slogan or a teaser as it is prose; see `page` for how short prose is kept."""
_QUESTION_UNITS: Final = 18.0
"""A bare question of fewer words is as often a headline or an interviewer's as it is prose; it is kept as a short line."""
_LONG_UNITS: Final = 25.0
"""A line so long is prose even without a closing mark, where it has the marks of sentences inside."""
_MAX_BARRED_CHARACTERS: Final = 240
"""The same for a row of parts with bars between them: a blog's footer with a dozen of categories."""
_BARS = re.compile(r"\s[|•·]\s")
_MAX_BESIDE_DATE: Final = 4
"""Words that may stand beside a date on a date line: "Posted on", "Last updated", a weekday."""

_CLOSERS: Final = "\"'”’»›)]}」』）】 *_"
_SENTENCE_ENDS: Final = frozenset(".!。！｡．।۔։⁇‼")
_QUESTION_ENDS: Final = frozenset("?？؟;")
_BULLET = re.compile(r"[•·▪►▶‣◦*–—-]\s+|\d{1,3}[.)]\s+(?=\S)")
_DIVIDER = re.compile(r"[\s*~=_#•·.–—―─━⁂＊※◆◇■□●○☆★+-]+")
_GOES_ON: Final = frozenset(".,;^")
_OPENS_LOWER = re.compile(r"[\"'“‘«(\[]*[a-zà-öø-ÿа-я]")
_QUOTE = re.compile(r"[\"“”«»「」„]")
_DATELINE_CHARACTERS: Final = 100
_MOST_REMEMBERED: Final = 16_384
"""Short lines that a process remembers, some 16 MB: a site's furniture stands on each of its pages. Of the lines of 174 dumps
of many sites, mixed, a third had been looked at before, half of them on their own page; of twice as many hardly more are."""
_PLACE: Final = r"[A-ZÀ-ÖØ-ÞА-Я][\w.'’-]*"
_AGENCY: Final = r"\([^)]{2,40}\)\s*[.:–—-]+"
_DASH: Final = r"(?:\.\s?)?[–—]|\s-|\.-|\s--"
_DATELINE_MARK = re.compile(r"[(–—-]")
_DATELINE = re.compile(rf"(?:{_PLACE}[, /]{{1,2}}){{0,5}}{_PLACE}\.?,?\s*(?:{_AGENCY}|{_DASH})\s")


class LineFeatures(NamedTuple):
    """One line, measured: by itself, and in the last three by its page.

    A tuple, because a page has hundreds and a frozen dataclass of so many fields takes ten times as long to make.
    """

    text: str
    folded: str
    """Empty for lines longer than a set phrase."""
    units: float
    """Words; in scripts without spaces, what would be words."""
    ending: Ending
    prose: bool
    """It reads as running text: long enough, with the marks of sentences."""
    marks: int
    """Marks of sentences and clauses inside the line."""
    stops: int
    """... and how many of them end a sentence."""
    titled: float
    """Share of words that begin with a capital (1.0 for ALL CAPS, 0.0 in scripts without case)."""
    capitals: bool
    digits: float
    bullet: bool
    lower_start: bool
    quoted: bool
    dateline: bool
    """It opens as a report does: "CITY (Agency) -"."""
    phrase: PhraseRule | None
    day: str | None
    """ISO date that stands in a short line."""
    date_only: bool
    byline: tuple[str, ...]
    credit: bool
    credit_end: bool
    promo: bool
    divider: bool
    """Marks without a letter or digit: "* * *", a rule drawn with dashes."""
    headline_style: bool
    """Built as headlines of clips are: attribution behind a comma, words in single quotes."""
    repeats: int
    """How often the line stands on its page."""
    site_share: float
    blank_lines: int


def packs_for(document: Document, rules: Rules) -> tuple[PhrasePack, ...]:
    """The phrase packs of a document: its hinted language's, then English, whose furniture stands on pages everywhere.

    A phrase is compared whole, so a pack cannot match a block of another script.
    """
    hint = (document.language_hint or "").split("-")[0]
    return tuple(rules.phrases[language] for language in dict.fromkeys((hint, "en")) if language in rules.phrases)


def find_phrase(folded: str, packs: Sequence[PhrasePack]) -> PhraseRule | None:
    """The first pack's rule whose furniture a folded line is."""
    for pack in packs:
        if rule := pack.match(folded):
            return rule
    return None


def find_row(folded: str, packs: Sequence[PhrasePack]) -> PhraseRule | None:
    """The rule of a row's first part where bars part nothing but set phrases: "listen · save · print · share".

    It is asked of HTML alone: of text dumps the labeller knows such rows by itself, and learned from lines without it.

    Harm: a line that names nothing but the sections of a site goes with the furniture, as each of them does by itself.
    """
    found = [find_phrase(part, packs) for part in _BARS.split(folded)]
    return found[0] if len(found) > 1 and all(found) else None


def measure_units(text: str) -> float:
    """The length of a text in words, for scripts with and without spaces alike.

    >>> measure_units("a plain line of six words"), measure_units("東京は雨です")
    (6.0, 3.0)
    """
    words = text.count(" ") + 1.0
    if text.isascii():
        return words
    dense = count_dense(text)
    return words if 2 * dense < len(text) else max(words, dense / CHARACTERS_PER_WORD)


def find_ending(text: str) -> Ending:
    """How a line ends, closing quotes and brackets aside.

    >>> find_ending('"It rained."'), find_ending("It rained..."), find_ending("Weather")
    ('sentence', 'cut', 'none')
    """
    stripped = text.rstrip(_CLOSERS)
    last = stripped[-1:]
    if last == "…" or stripped.endswith(("...", ". . .", "[…")):
        return "cut"
    if last in _SENTENCE_ENDS:
        return "sentence"
    if last in _QUESTION_ENDS:
        return "question"
    return "colon" if last in {":", "："} else "none"


def _is_prose(inner: int, units: float, ending: Ending) -> bool:
    if units < _PROSE_UNITS or (ending == "none" and units < _LONG_UNITS):
        return False
    if ending == "question" and not inner and units < _QUESTION_UNITS:
        return False
    marks = inner + (ending in {"sentence", "question"})
    return marks * 60 >= units  # a tag cloud or a row of links has none; a sentence seldom has more than 60 words


def _is_reference(text: str) -> bool:
    """Whether a dated line is the end of a reference: it goes on a sentence (". Retrieved 3 May 2021.") or quotes a title.

    Harm: a date line that a site puts in quotes stays in the text.
    """
    return text[0] in _GOES_ON or _QUOTE.search(text) is not None


def _is_bare_date(text: str, dates: Sequence[FoundDate], packs: Sequence[PhrasePack]) -> bool:
    """Whether a dated line says little else; a line that says when it was published and when changed has words for both."""
    beside = len(words_beside(text, *dates))
    if beside > _MAX_BESIDE_DATE and (beside > 2 * _MAX_BESIDE_DATE or not _tells_change(text, dates, packs)):
        return False
    return not _is_reference(text)


def _tells_change(text: str, dates: Sequence[FoundDate], packs: Sequence[PhrasePack]) -> bool:
    """Whether a line without a sentence's end has two dates, and a word of a change between them ("published", "updated")."""
    if len(dates) != 2 or find_ending(text) != "none":
        return False
    between = fold(text[dates[0].end : dates[1].start])
    return any(word in between for pack in packs for word in pack.updated)


def _is_footer(text: str, packs: Sequence[PhrasePack]) -> bool:
    """Whether a dated line is a row of parts of which a pack knows one: "5 March 2024 in City, Ferries | Permalink".

    Blogs sign their posts so; a sentence has no bars between its parts.
    """
    parts = _BARS.split(text)
    return len(parts) > 1 and any(find_phrase(fold(part), packs) is not None for part in parts)


def observe_lines(document: Document, rules: Rules, packs: Sequence[PhrasePack]) -> list[LineFeatures]:
    """The features of each block of a document, in order; linear in its length."""
    blocks = document.blocks
    texts = [block.text for block in blocks]
    packs = order_days((text for text in texts if len(text) <= _MAX_LABEL_CHARACTERS), packs)
    own = _REMEMBERED.observe(texts, packs)
    lines = [own[text] for text in texts]
    folds = [line.folded for line in lines]
    counts = Counter(folded for folded in folds if folded)
    share = _site_shares(document, rules, folds)
    repeats = [counts[folded] if phrase_key(folded) else 1 for folded in folds]
    return [
        _of_page(line, times, share.get(line.folded, 0.0), block.layout.blank_lines)
        for line, times, block in zip(lines, repeats, blocks, strict=True)
    ]


def _of_page(line: LineFeatures, repeats: int, site_share: float, blank_lines: int) -> LineFeatures:
    """A line's features with those of its page; most lines have none of note, and are what they are by themselves."""
    if repeats == 1 and not site_share and not blank_lines:
        return line
    return LineFeatures._make((*line[:_OWN_FEATURES], repeats, site_share, blank_lines))


def _site_shares(document: Document, rules: Rules, folds: Sequence[str]) -> dict[str, float]:
    lines = rules.evidence.site_lines.get(document.source.site or "")
    if not lines:
        return {}
    return {folded: lines.get(line_key(folded), 0.0) for folded in dict.fromkeys(folds) if folded}


def _observe(text: str, packs: tuple[PhrasePack, ...], spelling: Spelling) -> LineFeatures:
    """A line's features but for those of its page, which are filled in where the page is known."""
    folded = fold(text) if len(text) <= MAX_PHRASE_CHARACTERS else ""
    units, marks, stops, titled, capitals, digits, quoted = spelling
    ending = find_ending(text)
    short = len(text) <= _MAX_LABEL_CHARACTERS
    barred = short or (len(text) <= _MAX_BARRED_CHARACTERS and _BARS.search(text) is not None)
    phrase = find_phrase(folded, packs) if folded else None
    dates = find_dates(text, packs) if digits and barred else []
    ago = short and _says_ago(folded, packs)
    dated = ago or (bool(dates) and (_is_bare_date(text, dates, packs) or _is_footer(text, packs)))
    byline = read_byline(text, packs, dates=dates) if barred else ()
    lettered = text[0].isalpha()
    return LineFeatures._make((  # in the order of its fields: names would take twice as long
        text, folded, units, ending, _is_prose(marks, units, ending), marks, stops, titled, capitals,
        digits / len(text) if short else 0.0,
        not lettered and _BULLET.match(text) is not None,
        _OPENS_LOWER.match(text) is not None,
        short and quoted,
        units >= _PROSE_UNITS and _has_dateline(text[:_DATELINE_CHARACTERS]),
        phrase,
        dates[0].day if dates else None,
        dated and not byline,
        byline,
        short and is_credit(text, phrase, packs),
        ends_in_credit(text, packs),
        phrase is not None and phrase.kind == "promo",
        not lettered and _DIVIDER.fullmatch(text) is not None,
        short and ending != "sentence" and in_headline_style(text),
        1, 0.0, 0,
    ))  # fmt: skip


def _says_ago(folded: str, packs: Sequence[PhrasePack]) -> bool:
    """Whether a line says a day by its distance from today, and nothing else."""
    return any(pack.ago is not None and pack.ago.fullmatch(folded) for pack in packs)


def _has_dateline(opening: str) -> bool:
    return _DATELINE_MARK.search(opening) is not None and _DATELINE.match(opening) is not None


class Remembered:
    """Short lines that were looked at, by their text and the packs that were asked, in two generations.

    What is asked for again lives on: once the younger generation is full, the older one is forgotten. Unlike an `lru_cache` it
    is asked about all lines of a page first, so that the characters of those which are new are counted at once.
    """

    def __init__(self, most: int) -> None:
        """`most` is the number of lines that both generations hold."""
        self._half = most // 2
        self._young: dict[tuple[str, tuple[PhrasePack, ...]], LineFeatures] = {}
        self._old: dict[tuple[str, tuple[PhrasePack, ...]], LineFeatures] = {}

    def __len__(self) -> int:
        """How many lines are remembered, one that is in both generations counted twice."""
        return len(self._young) + len(self._old)

    def observe(self, texts: Iterable[str], packs: tuple[PhrasePack, ...]) -> dict[str, LineFeatures]:
        """The features of some lines but for those of their page, by their text."""
        found: dict[str, LineFeatures] = {}
        fresh: list[str] = []
        for text in dict.fromkeys(texts):
            key = text, packs
            known = self._young.get(key)
            if known is None and (known := self._old.get(key)) is not None:
                self._keep(key, known)
            if known is None:
                fresh.append(text)
            else:
                found[text] = known
        for text, spelling in zip(fresh, spell(fresh), strict=True):
            found[text] = _observe(text, packs, spelling)
            if len(text) <= MAX_PHRASE_CHARACTERS:
                self._keep((text, packs), found[text])
        return found

    def _keep(self, key: tuple[str, tuple[PhrasePack, ...]], line: LineFeatures) -> None:
        if len(self._young) >= self._half:
            self._old, self._young = self._young, {}
        self._young[key] = line


_REMEMBERED: Final = Remembered(_MOST_REMEMBERED)
_OWN_FEATURES: Final = LineFeatures._fields.index("repeats")
