"""What the labeller saw of a line, told to a person who knows none of the columns of `signals` and `context`.

`ABOUTS` has the words for each column, by its name; a test holds it complete, and free of columns that are no more. A column
that is read of a line near by ("units-2") has the words of the line's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import product
from math import inf
from typing import Final, TypeAlias

from copydesk.transforms.extract.grammar import PLACES
from copydesk.transforms.extract.signals import EDGE, KINDS, PHRASES

About: TypeAlias = Callable[[float, str], str]
"""A column's value in words, of a line that is named: "the line", or one near it."""

_LINE: Final = "the line"
_NEAR: Final = re.compile(r"(.+?)([+-]\d+)")
"""A column that is read of another line: its name, and how far off that line is."""
_AWAY: Final = -1.0
"""What stands for a line beyond the page's end."""


def tell_feature(name: str, value: float) -> str:
    """What a column says of a line.

    Args:
        name: the column's.
        value: its value there, as the labeller read it.

    >>> tell_feature("units", 12.0), tell_feature("units-2", 12.0), tell_feature("back_prose", 3.0)
    ('12 words in the line', '12 words in the line 2 above', 'the last paragraph is 3 lines above')
    >>> tell_feature("is_body", 0.973)
    'first look: 97 % story text'
    """
    near = _NEAR.fullmatch(name)
    if near is None:
        return ABOUTS[name](value, _LINE)
    base, line = near[1], _line_at(int(near[2]))
    if value == _AWAY:
        return f"{line} begins with a mark, or is not there" if base == "first" else f"{line} is not there"
    return ABOUTS[base](value, line)


def _line_at(by: int) -> str:
    """A line by its distance from the one that is told of."""
    side = "above" if by < 0 else "below"
    return f"the line {side}" if abs(by) == 1 else f"the line {abs(by)} {side}"


# --- forms of a value -------------------------------------------------------------------------------------------------


def _count(one: str, many: str, most: float = inf, none: str = "no") -> About:
    """A number of things; `most` is where the column stops counting."""

    def tell(value: float, line: str) -> str:
        said = f"{max(value, 0.0):.0f}"
        if said == "1":
            return f"1 {one}".format(line=line)
        if said == "0":
            return f"{none} {many}".format(line=line)
        return f"{said}{' or more' if value >= most else ''} {many}".format(line=line)

    return tell


def _mean(what: str) -> About:
    return lambda value, line: f"{value:.1f} {what.format(line=line)}"


def _share(what: str) -> About:
    return lambda value, line: f"{_percent(value)} {what.format(line=line)}"


def _flag(yes: str, no: str) -> About:
    return lambda value, line: (yes if value > 0 else no).format(line=line)


def _choice(names: Mapping[int, str]) -> About:
    return lambda value, line: names[round(value)].format(line=line)


def _there(about: About, away: str) -> About:
    """A value that is below 0 where there is nothing to measure."""
    return lambda value, line: about(value, line) if value >= 0 else away.format(line=line)


def _distance(what: str, side: str, most: float) -> About:
    """How far off something stands; `most` is where the column stops looking."""
    order = "last" if side == "above" else "next"

    def tell(value: float, line: str) -> str:
        if value <= 0:
            return f"{line} itself is {_a(what)}"
        if value >= most:
            return f"no {what} within {most:.0f} lines {side}"
        return f"the {order} {what} is {_lines(value)} {side}"

    return tell


def _twin(what: str, side: str) -> About:
    def tell(value: float, line: str) -> str:
        if value >= _FARTHEST:
            return f"not within {_FARTHEST} lines {side}: a line that {what} {line}"
        return f"a line that {what} {line} is {_lines(value)} {side}"

    return tell


def _gap(value: float, line: str) -> str:
    if value <= 0:
        return f"{line} is a paragraph"
    if value >= _WIDEST:
        return f"no paragraph on one side of {line}, or {_WIDEST} lines and more from the one above to the one below"
    return f"{_lines(value)} from the paragraph above {line} to the one below"


def _run(value: float, line: str) -> str:
    if value > 0:
        return f"{line} is one of {value:.0f} paragraphs in a row" if value > 1 else f"{line} is a single paragraph"
    return f"{line} is one of {-value:.0f} in a row that are no paragraphs" if value < -1 else f"{line} is no paragraph"


def _compared(side: str) -> About:
    """A share of a line's words; 0 stands also for a line that is not compared, a paragraph or one far from any."""
    some = _share(f"of the words of {{line}} stand in the two paragraphs {side}")
    return lambda value, line: (
        some(value, line) if value > 0 else f"no word of {line} stands in the two paragraphs {side}, or it was not compared"
    )


def _chance(what: str, which: str = "") -> About:
    """What the first look gave, as a share of 1; it is no verdict."""

    def tell(value: float, line: str) -> str:
        at = which or ("" if line == _LINE else line)
        return f"first look{f' at {at}' if at else ''}: {_percent(value)} {what}"

    return tell


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _lines(value: float) -> str:
    return "1 line" if round(value) == 1 else f"{value:.0f} lines"


def _a(what: str) -> str:
    return f"{'an' if what[0] in 'aeiou' else 'a'} {what}"


# --- a line by itself -------------------------------------------------------------------------------------------------

_FARTHEST: Final = 100
"""Lines within which the like of a line is looked for (`signals`)."""
_SOUGHT: Final = 60
"""Lines within which marks of other kinds are."""
_WIDEST: Final = 80
"""Lines from paragraph to paragraph from which on they are no more counted."""
_KIND: Final[Mapping[str, str]] = {
    "end": "furniture that ends a page, by its words",
    "soft": "furniture, by its words",
    "date": "a date",
    "byline": "a byline",
    "name": "a name",
    "credit": "a photo credit",
    "tiny": "a single word",
    "label": "a label of two or three words",
    "middling": "a headline, by its length and its end",
    "long": "a long line with no closing mark",
    "short": "a short sentence",
    "prose": "running text",
    "cut": "text that breaks off",
    "mark": "a row of marks",
    "lower": "a short line that begins small",
}
_PHRASE: Final[Mapping[str, str]] = {
    "advertising": "advertising", "agency": "news agencies", "comments": "comments", "consent": "consent",
    "copyright": "copyright", "correction": "corrections", "credit": "photo credits", "label": "labels",
    "login": "logging in", "navigation": "navigation", "pagination": "pages that follow", "promo": "promotion",
    "reading_time": "reading time", "related": "related stories", "sharing": "sharing", "subscription": "subscription",
    "tags": "tags",
}  # fmt: skip
"""What set phrases of each kind are about."""

_OWN: Final[Mapping[str, About]] = {
    "units": _count("word in {line}", "words in {line}", 150),
    "word_length": _mean("characters a word in {line}"),
    "ending": _choice({
        5: "{line} ends as a sentence does", 4: "{line} ends with a question mark", 3: "{line} ends with a colon",
        2: "{line} breaks off (…)", 0: "{line} ends with no closing mark",
    }),
    "digits": _share("of the characters of {line} are digits"),
    "titled": lambda value, line: (
        f"{line} is in capitals" if value > 1 else _share("of the words of {line} begin with a capital")(value, line)
    ),
    "marks": _mean("commas, full stops and the like a word in {line}"),
    "stops": _count("sentence ends inside {line}", "sentences end inside {line}", 8),
    "bars": _count("bar or dash in {line}", "bars or dashes in {line}", 6),
    "first": _choice({
        5: "{line} begins with a capital", 4: "{line} begins with a letter of a script without capitals",
        3: "{line} begins with a quotation mark", 2: "{line} begins with a digit", 1: "{line} begins with a small letter",
        -1: "{line} begins with no letter, digit or quotation mark",
    }),
    "bullet": _flag("{line} begins with a bullet or a number", "{line} begins with no bullet or number"),
    "lower_start": _flag("{line} begins small", "{line} does not begin small"),
    "quoted": _flag("{line} is short and quotes", "{line} is not a short line that quotes"),
    "dateline": _flag("{line} opens as reports do: place, agency, dash", "{line} does not open with place, agency, dash"),
    "credit": _flag("{line} is a photo credit", "{line} is no photo credit"),
    "credit_end": _flag("{line} ends in a photo credit", "{line} does not end in a photo credit"),
    "divider": _flag("{line} holds nothing but marks", "{line} holds more than marks"),
    "headline_style": _flag("{line} is worded as headlines of clips are", "{line} is not worded as headlines of clips are"),
    "run_in": _count("word in capitals opens {line}", "words in capitals open {line}"),
    "date": _choice({0: "no date in {line}", 1: "{line} holds a date", 2: "{line} is a date and little else"}),
    "byline": _count("name in {line} as a byline has it", "names in {line} as a byline has them"),
    "site_share": _share("of the site's pages have {line}"),
    "kind": lambda value, line: (
        f"{line} is not there" if round(value) == EDGE else f"{line} looks like {_KIND[KINDS[round(value)]]}"
    ),
    "phrase": _flag("{line} is a set phrase of sites", "{line} is no set phrase of sites"),
    "blank": _count("blank line above {line}", "blank lines above {line}", 5),
    "repeats": _count("time {line} stands on the page", "times {line} stands on the page", 12),
}  # fmt: skip
"""Columns that hold of one line; some are read of lines near it, too."""

# --- what stands around it --------------------------------------------------------------------------------------------

_MARKS: Final[Mapping[str, str]] = {
    "prose": "paragraph", "date": "date", "byline": "byline", "name": "name", "end": "line that ends a page",
    "phrase": "set phrase of sites", "said": "line that the page has twice", "comments": "mark of comments",
    "related": "mark of related stories", "sharing": "sharing button", "middling": "line like a headline",
    "cut": "line that breaks off", "mark": "row of marks", "keep": "line of a story at first look",
    "recurring": "line that comes between many paragraphs",
}  # fmt: skip
"""What a line may be far from, or near to."""
_COUNTED: Final[Mapping[str, tuple[str, str]]] = {
    "date": ("date", "dates"), "byline": ("byline", "bylines"), "name": ("name", "names"),
    "end": ("line that ends a page", "lines that end a page"),
    "phrase": ("set phrase of sites", "set phrases of sites"), "said": ("repeated line", "repeated lines"),
    "many": ("line that the page has three times or more", "lines that the page has three times or more"),
}  # fmt: skip
_SINCE: Final = _count("line since the last paragraph or the top", "lines since the last paragraph or the top", _SOUGHT + 1)
_AROUND: Final[Mapping[str, About]] = {
    "blanks": _share("of the page's lines have a blank line above"),
    "twin_back": _twin("says the same as", "above"),
    "twin_ahead": _twin("says the same as", "below"),
    "stem_more": _count("more line begins as {line} does", "more lines begin as {line} does", 6),
    "stem_back": _twin("begins as", "above"),
    "stem_ahead": _twin("begins as", "below"),
    "gap": _gap,
    "run": _run,
    "done": _share("of the page's running text stands above {line}"),
    "place": _share("of the page's lines stand above {line}"),
    "at": _count("line above {line}", "lines above {line}", 300),
    "left": _count("line below {line}", "lines below {line}", 300),
    "lines": _count("line on the page", "lines on the page", 2_000),
    "paragraphs": _count("paragraph on the page", "paragraphs on the page", 300),
    "prose_share": _share("of the page's lines are paragraphs"),
    "main_from": lambda value, _: f"{_lines(abs(value))} {'before' if value < 0 else 'into'} the page's main text",
    "main_to": lambda value, _: f"{_lines(abs(value))} {'behind' if value < 0 else 'to'} the end of the page's main text",
    "main_share": _share("of the page's running text is in its main part"),
    "below": _compared("below"),
    "above": _compared("above"),
    "kinship": lambda value, _: (
        f"{_percent(value)} of the words of the paragraphs below stand in those above" if value < 1
        else "all words of the paragraphs below stand in those above, or there are none to compare"
    ),
    "familiar": _share("of the words of {line} are the page's own, by the paragraphs that have them"),
    "pattern": _count("place on the page is built as around {line}", "places on the page are built as around {line}", 30),
    "front": _count("place on the page is built as above {line}", "places on the page are built as above {line}", 30),
    "behind": _count("place on the page is built as below {line}", "places on the page are built as below {line}", 30),
    "same_above": _count("place on the page has the same line above", "places on the page have the same line above", 30),
    "spread": _count("gap between paragraphs has {line}", "gaps between paragraphs have {line}", 20),
    "spread_share": _share("of the gaps between paragraphs have {line}"),
    "gap_spread": _count("gap has the commonest line of this one", "gaps have the commonest line of this one", 20),
    "gap_spread_share": _share("of the gaps between paragraphs have the commonest line of this one"),
    "gap_size": _there(_count("line in this gap", "lines in this gap", 30), "no gap between paragraphs here"),
    "gap_median": _mean("lines between two paragraphs, at the median"),
    "gaps": _count("gap between paragraphs on the page", "gaps between paragraphs on the page", 100),
    "prose_a_gap": _mean("paragraphs for each gap between them"),
    "gaps_headed": _share("of the gaps between paragraphs hold a line like a headline"),
    "cut_share": _share("of the page's texts break off"),
    "prose_median": _count("word in a paragraph, at the median", "words in a paragraph, at the median"),
    "from_gap": lambda value, line: f"{line} is a paragraph" if value < 0 else _SINCE(value + 1, line),
    "gap_candidates": _count("line of this gap may be a headline", "lines of this gap may be a headline", 30),
    "candidates_left": _count("line below may be this gap's headline", "lines below may be this gap's headline", 30),
    "relative_length": lambda value, line: (
        f"{_percent(value)} of the longest line of this gap" if value <= 1 else f"{line} is longer than those of this gap"
    ),
}  # fmt: skip


def _nearest(which: str, side: str) -> Iterator[tuple[str, About]]:
    """The paragraph that a line is or, if it is none, the nearest on one side."""
    where, none = f"at {{line}} or next {side} it", f"no paragraph {side} {{line}}"
    yield f"{which}_run", _there(_count(f"paragraph {where}", f"paragraphs in the row {where}", 40), none)
    yield f"{which}_units", _there(_count(f"word in the paragraph {where}", f"words in the paragraph {where}", 150), none)


def _density(reach: int) -> Iterator[tuple[str, About]]:
    """What stands within so many lines."""
    yield f"dense_{reach}", _share(f"of the lines up to {reach} above and below are paragraphs")
    yield f"dense_above_{reach}", _share(f"of the {reach} lines above are paragraphs")
    yield f"dense_below_{reach}", _share(f"of the {reach} lines below are paragraphs")
    yield f"mass_{reach}", _count("word of running text", f"words of running text up to {reach} lines off")
    yield f"mean_{reach}", _mean(f"words a line up to {reach} lines off")


# --- what a first look says -------------------------------------------------------------------------------------------

_PLACE: Final[Mapping[str, str]] = {
    "outside": "outside of stories", "head": "between a headline and its text", "inside": "furniture amid a story",
    "headline": "a headline", "first": "a story's first paragraph", "body": "story text",
}  # fmt: skip
"""What a line is in each of the `grammar`'s places."""
_ANSWERS: Final[Mapping[str, str]] = {f"is_{place}": _PLACE[place] for place in PLACES} | {
    "keep": "kept as text", "headline": "a headline",
}  # fmt: skip
_LIKE: Final[Mapping[str, str]] = {
    "front": "elsewhere below lines like those above", "around": "elsewhere amid such lines",
    "behind": "elsewhere above lines like those below",
    "above": "elsewhere below the same line", "below": "elsewhere above the same line",
    "two_above": "elsewhere two lines below the same line",
}  # fmt: skip
_PIECE: Final = "from one beginning of a text to the next"
_CONTEXT: Final[Mapping[str, About]] = {
    "all_headlines": _count("headline on the page at first look", "headlines on the page at first look"),
    "all_firsts": _count("beginning of a text on the page at first look", "beginnings of texts on the page at first look"),
    "all_mass": _count("word of stories on the page at first look", "words of stories on the page at first look", 5_000),
    "mass_done": _share("of the words of stories stand above {line}, at first look"),
    "best_headline": _chance("a headline", "the best line of this gap"),
    "is_best": _flag("{line} is the likeliest headline of its gap", "{line} is not the likeliest headline of its gap"),
    "second_headline": _chance("a headline", "the second best line of this gap"),
    "best_first": _chance("a story's first paragraph", "the best line of this gap"),
    "segment": _count(f"word {_PIECE}", f"words {_PIECE}", 3_000),
    "next_segment": _there(_count(f"word {_PIECE} below", f"words {_PIECE} below", 3_000), "no text begins below"),
    "most_segment": _count("word in the page's longest text", "words in the page's longest text", 3_000),
    "segment_share": _share(f"of the words of the page's longest text: {_PIECE}"),
    "next_segment_share": _there(_share(f"of the words of the page's longest text: {_PIECE} below"), "no text begins below"),
}  # fmt: skip


def _windows(reach: int) -> Iterator[tuple[str, About]]:
    """What the first look finds in the lines above, and in those below."""
    for side in ("above", "below"):
        where = f"in the {reach} lines {side} at first look"
        yield f"mass_{side}_{reach}", _count(f"word of stories {where}", f"words of stories {where}")
        yield f"headlines_{side}_{reach}", _count(f"headline {where}", f"headlines {where}")
        yield f"firsts_{side}_{reach}", _count(f"beginning of a text {where}", f"beginnings of texts {where}")


def _alike(where: str, what: str) -> About:
    return _there(_chance(what, f"what stands {where}"), f"nothing stands {where}")


# --- all of them ------------------------------------------------------------------------------------------------------


def _all_abouts() -> Iterator[tuple[str, About]]:
    yield from _OWN.items()
    yield from _AROUND.items()
    yield from _CONTEXT.items()
    for name in PHRASES:
        about = _PHRASE[name]
        yield f"phrase_{name}", _flag(f"{{line}} is a set phrase of {about}", f"{{line}} is no set phrase of {about}")
    for name, what in _MARKS.items():
        yield f"back_{name}", _distance(what, "above", _SOUGHT)
        yield f"ahead_{name}", _distance(what, "below", _SOUGHT)
    yield "back_headline", _distance("likely headline", "above", _FARTHEST)
    yield "ahead_headline", _distance("likely headline", "below", _FARTHEST)
    for name, (one, many) in _COUNTED.items():
        for side, where in (("before", "last paragraph or the page's top"), ("behind", "next paragraph or the page's end")):
            there = f"between {{line}} and the {where}"
            yield f"{side}_{name}", _count(f"{one} {there}", f"{many} {there}", 8)
    yield from (*_nearest("next", "below"), *_nearest("last", "above"))
    for reach in (3, 8, 20, 50):
        yield from _density(reach)
    for depth in (1, 2, 3):
        alike = f"as this one does, by its last {_lines(depth)}"
        yield f"shape_{depth}", _count(f"gap between paragraphs ends {alike}", f"gaps between paragraphs end {alike}", 30)
        yield f"shape_share_{depth}", _share(f"of the gaps between paragraphs end {alike}")
    for name, what in _ANSWERS.items():
        yield name, _chance(what)
    for reach in (5, 12, 30):
        yield from _windows(reach)
    for (where, line), what in product(_LIKE.items(), ("headline", "first", "keep")):
        yield f"like_{where}_{what}", _alike(line, _PLACE.get(what) or _ANSWERS[what])


ABOUTS: Final[Mapping[str, About]] = dict(_all_abouts())
"""By the names of the columns."""
