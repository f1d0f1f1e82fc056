"""Bylines: who wrote it, as one name an entry, without "By", roles, agencies or dates.

A name is told by its shape (two to five capitalised words, particles between them), never by a list of names, so it holds
for people nobody has seen. The price: a place or a firm in a byline's position can pass for a name; scripts without capitals
are read only beside a byline word of their language, and names in small letters only in a signature with a date or a time.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import Final

from copydesk.transforms.cells import fold
from copydesk.transforms.extract.dates import FoundDate, find_clock, find_dates
from copydesk.transforms.rules import PhraseKind, PhrasePack, phrase_key

MAX_CHARACTERS: Final = 160
"""A byline is one line of a page's head; longer ones are prose that begins with "By"."""
_MAX_UNOPENED: Final = 60
"""The same without an opening word and without a date: two names, or a name and an office. Longer ones are captions."""
_MAX_SET_PHRASE: Final = 80
"""Characters of a set phrase; of the shipped ones some notices of copyright are longer, which nobody takes for a name."""
_MAX_NAME_WORDS: Final = 5
_MAX_NAME_CHARACTERS: Final = 50

_PARTICLES: Final = frozenset({
    "al", "ap", "ben", "bin", "da", "dal", "de", "del", "della", "den", "der", "des", "di", "do", "dos", "du", "el",
    "la", "le", "los", "san", "st", "te", "ten", "ter", "van", "vom", "von", "y", "zu",
})  # fmt: skip
"""Words of names that are written small: Germanic, Romance, Arabic, Welsh."""
_ARTICLES: Final = frozenset({
    "a", "an", "as", "at", "aus", "das", "de", "dem", "den", "der", "des", "die", "een", "ein", "eine", "el", "en", "et",
    "for", "from", "gli", "het", "how", "i", "il", "in", "la", "las", "le", "les", "lo", "los", "more", "my", "new", "o",
    "on", "os", "our", "the", "to", "top", "um", "uma", "un", "una", "une", "uno", "what", "why", "with", "your",
})  # fmt: skip
"""Words in front of titles, sections and buttons, never of an unopened name."""
_WORD = re.compile(r"(?:[^\W\d_]\.?)+(?:['’.-][^\W\d_]+)*\.?")
_CUT = re.compile(
    r"\s*(?:[|•·–—►»@(\[:\d]|\s-\s|https?:|\b(?:for|in|at|on|special to)\b)",
    re.IGNORECASE,
)
"""What ends the names of a byline: a mark, a figure, an address, the place or the paper they write for."""
_AND: Final = r"\s(?:and|und|et|y|e|och|og|en|i|ja|ve|и|AND|UND|ET)\s"
"""In small letters, or as a word of capitals: the E of "John E. Smith" joins nobody."""
JOINT = re.compile(rf"\s*(?:,{_AND}|,|;|&|\+|/|、|・|{_AND})\s*")
_DEGREES: Final = frozenset({"dr", "esq", "jr", "ma", "mba", "md", "m.d", "msc", "phd", "ph.d", "rn", "sr"})
"""What stands behind a comma after a name and is none."""
NEWSROOMS: Final = frozenset({
    "redacción", "redactie", "redaktion", "redaktionen", "redaksjonen", "redação", "redazione", "redakce", "redakcja",
    "redaktionsteam", "rédaction", "toimitus", "редакция",
})  # fmt: skip
_COLLECTIVE: Final = NEWSROOMS | {"reports", "staff"}
"""Words of a newsroom that signs as one: "By Staff and wire reports"."""
_MAX_COLLECTIVE_WORDS: Final = 6
_MAX_TRAILING: Final = 3
"""Words between a name and its date: "am", "el día", "v 5. května"."""
_SITE = re.compile(r"\.[a-z]{2,}\b")
"""A site's address, which is built as a name of one word is."""
_LEAD = re.compile(r"[\W_]+")
"""Marks in front of a signature: "// posted by", "— Ana at 9:43"."""
_HANDLE = re.compile(r"(?:[^\W\d_]\.\s?)?[^\W\d_][\w.-]{1,29}")
"""A name in small letters: "anaortega", "a. ortega"."""
_TRAILING_PREPOSITION = re.compile(
    r"(?:\s+(?:at|on|@|am|um|le|à|el|a|las|em|às|il|alle|op|om|den|kl\.?|klo|v|dnia|в)|[\s,@|·•–—-])+$",
    re.IGNORECASE,
)
_IN = re.compile(r"\s(?:in|under)\s|\s[|•·]\s?")
_MARKS: Final = frozenset(":：/＝=・／")
_DASHES: Final = frozenset("-–—")
_NO_HANDLES: Final = frozenset({
    "a", "air", "all", "an", "bus", "car", "hand", "it", "mail", "midday", "midnight", "night", "noon", "our", "phone", "plane",
    "rail", "sea", "the", "them", "then", "today", "train", "us", "who",
})  # fmt: skip
"""Words in small letters that stand between "by" and a time and are nobody."""
_HAN_NAME: Final = r"[\u3400-\u9fff々]{2,5}(?:[ \u3000][\u3400-\u9fff々]{1,4})?"
_HANGUL_NAME: Final = r"[가-힣]{2,4}"
_ADDRESS: Final = r"(?:\s*[(（]?\S+@\S+[)）]?)?"
OFFICES: Final = frozenset({
    "author", "autor", "autorin", "autore", "auteur", "columnist", "contributor", "correspondent", "editor", "giornalista",
    "jornalista", "journalist", "journalista", "journaliste", "korrespondent", "korrespondentin", "periodista",
    "photographer", "redactor", "redakteur", "redakteurin", "reporter", "rédacteur", "rédactrice", "writer",
    "журналист", "корреспондент",
})  # fmt: skip
"""What people are who write."""
_ROLE_WORDS: Final = OFFICES | {
    "admin", "agencies", "agency", "author's", "bureau", "chief", "contributing", "desk", "editorial", "guest", "media", "news",
    "newsroom", "posted", "press", "published", "redaktion", "reporting", "senior", "staff", "team", "updated",
}  # fmt: skip
"""Words of a byline that are no part of a name: what people are, and what stands in for them."""
_SPACELESS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


@functools.lru_cache(maxsize=64)
def find_opener(words: tuple[str, ...]) -> re.Pattern[str] | None:
    """The pattern of a pack's byline words with the mark or the blank behind them; None for a pack without any."""
    if not words:
        return None
    either = "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))
    return re.compile(rf"(?:^|\b)(?:{either})(?:\s*[:：＝=・／/]\s*|\s+|(?<=[＝=・／/])\s*)", re.IGNORECASE)


def has_name_shape(text: str) -> bool:
    """Whether a text is built as one person's name is, in a script with capitals, whatever its words mean.

    >>> has_name_shape("Ludwig van der Aa"), has_name_shape("the council"), has_name_shape("Jan Press")
    (True, False, True)
    """
    words = text.split()
    if not 2 <= len(words) <= _MAX_NAME_WORDS or len(text) > _MAX_NAME_CHARACTERS:
        return False
    if not all(_WORD.fullmatch(word) and (word[0].isupper() or word.casefold() in _PARTICLES) for word in words):
        return False
    return words[0][0].isupper() and words[-1][0].isupper()


def is_name(text: str) -> bool:
    """Whether a text has the shape of one person's name, and no word of it says what people are.

    >>> is_name("Ludwig van der Aa"), is_name("J. R. Ortega-Luna"), is_name("Guest Writer"), is_name("Madrid")
    (True, True, False, False)
    """
    return has_name_shape(text) and not any(word.casefold() in _ROLE_WORDS for word in text.split())


@functools.lru_cache(maxsize=64)
def _closer(words: tuple[str, ...]) -> re.Pattern[str] | None:
    """A name in front of its byline word, as Korean, Japanese and Chinese have it; None for words of other scripts."""
    own = [re.escape(word) for word in words if word and not word.isascii() and word[-1] >= "\u3000"]
    if not own:
        return None
    return re.compile(rf"(?:^|(?<=\s))({_HANGUL_NAME}|{_HAN_NAME})\s?(?:{'|'.join(own)}){_ADDRESS}$")


def _is_opened_name(text: str, *, marked: bool) -> bool:
    """A name after a word that opens a byline: one word is enough there, and a script without capitals.

    `marked` where a colon or a slash parts the word from the name, so that no sentence goes on from it.
    """
    if is_name(text):
        return True
    if _SPACELESS.search(text):
        return len(text) <= 8
    if text.lower() == text.upper():  # a script without capitals
        words = text.split()
        return len(words) <= 4 and all(map(str.isalpha, words)) and (marked or len(words) in {2, 3})
    return bool(_WORD.fullmatch(text)) and text[0].isupper() and text.casefold() not in _ROLE_WORDS


def _without_furniture(part: str, packs: Sequence[PhrasePack]) -> str:
    """A name without the set phrase that stands right behind it: an agency, a role, a label, a button.

    Price: a surname that is a set phrase too, behind two first names.
    """
    words = part.split()
    for size in range(min(3, len(words) - 2), 0, -1):
        if find_set_phrase(" ".join(words[-size:]), packs) is not None:
            return " ".join(words[:-size])
    return part


def _is_set(name: str, packs: Sequence[PhrasePack]) -> bool:
    """Whether what has a name's shape is an agency or a day: "By Monday", "РИА Новости"."""
    if find_set_phrase(name, packs) == "agency" and name.casefold() not in NEWSROOMS:
        return True
    return " " not in name and any(_says_day(name.casefold(), pack) for pack in packs)


def _says_day(folded: str, pack: PhrasePack) -> bool:
    return folded in pack.weekdays or any(folded in names for names in pack.months)


def has_role(line: str) -> bool:
    """Whether a comma and a word for what people are stand behind a name: "Ana Ortega, Reporter".

    >>> has_role("Ana Ortega, Senior Reporter"), has_role("Northside Review")
    (True, False)
    """
    return any(word.strip(".").casefold() in _ROLE_WORDS for word in line.partition(",")[2].split())


def find_set_phrase(text: str, packs: Sequence[PhrasePack]) -> PhraseKind | None:
    """The kind of furniture that a text as a whole is, by the packs' set phrases alone: quick, and blind to their patterns."""
    if len(text) > _MAX_SET_PHRASE:
        return None  # spares its folding
    key = phrase_key(fold(text))
    return next((rule.kind for pack in packs if (rule := pack.exact.get(key))), None)


def _without_trail(part: str, packs: Sequence[PhrasePack], *, dated: bool) -> str:
    """A name without what stands between it and its date: "Ana Ortega am", "Ana Ortega el día", "Ana Ortega Monday".

    A month is taken off only where no full date follows: in "Theresa May 5 March 2024" it is the name.
    """
    words = part.split()
    kept = len(words)
    while kept > 2 and len(words) - kept < _MAX_TRAILING:
        last = words[kept - 1].rstrip(".,")
        folded = last.casefold()
        month = not dated and any(folded in names for pack in packs for names in pack.months)
        if not (last.islower() or month or any(folded in pack.weekdays for pack in packs)):
            break
        kept -= 1
    return " ".join(words[:kept])


def _is_label(name: str) -> bool:
    """Whether a text in the shape of a name is a label or a title, where no byline word opens it.

    Capitals alone ("PAID CONTENT"), a site's address, an article in front ("The Big Shift", "Der Hafen von Morgen"). Price:
    the unopened bylines in capitals, and those of people whose name begins with its particle.
    """
    return name.isupper() or _SITE.search(name) is not None or name.split(" ", 1)[0].casefold() in _ARTICLES


def split_names(
    text: str, packs: Sequence[PhrasePack], *, opened: bool, marked: bool = False, dated: bool = False,
) -> tuple[str, ...]:  # fmt: skip
    """The names of a text that holds nothing else but what may stand behind them, up to the first part that is none.

    Args:
        text: without its opening word and its date.
        packs: their set phrases are taken off a name's end.
        opened: a byline word stands in front: then one word may be a name, and so may a script without capitals.
        marked: a colon or a slash parts that word from the names.
        dated: a date follows.
    """
    cut = _CUT.search(text)
    timed = dated or (opened and cut is not None and cut[0][-1:].isdigit())
    found: list[str] = []
    for part in JOINT.split(text[: cut.start()] if cut else text):
        name = _without_furniture(part.strip(" .,"), packs)
        if timed:
            name = _without_trail(name, packs, dated=dated)
        if not name or (found and name.rstrip(".").casefold() in _DEGREES):
            continue
        # Behind a full name a single word is a place, an agency or a degree.
        full = bool(found) and " " in found[0]
        fits = is_name(name) if full or not opened else _is_opened_name(name, marked=marked)
        if not fits or (not opened and _is_label(name)) or _is_set(name, packs):
            break
        if name not in found:
            found.append(name)
    return tuple(found)


def read_byline(
    line: str, packs: Sequence[PhrasePack], *, dates: Sequence[FoundDate] | None = None,
) -> tuple[str, ...]:  # fmt: skip
    """The names of a byline that a byline word or a signature's build marks as one; empty where the line is none.

    Args:
        line: one block's text.
        packs: the packs of the document's languages; their `byline` words open a byline.
        dates: the line's dates, where the caller has looked for them already.

    >>> pack = PhrasePack(language="en", rules=(), byline=("by", "posted by"))
    >>> read_byline("By Ana Ortega and J. P. Holm, Staff Writer", (pack,))
    ('Ana Ortega', 'J. P. Holm')
    >>> read_byline("// posted by a. ortega @ 9:43 AM", (pack,))
    ('a. ortega',)
    >>> read_byline("By the time the rain stopped, the field was a lake.", (pack,))
    ()
    """
    if not line or len(line) > MAX_CHARACTERS:
        return ()
    dates = find_dates(line, packs) if dates is None else dates
    date = dates[0] if dates else None
    lead = 0 if line[0].isalnum() else _lead(line)
    for pack in packs:
        opener = find_opener(pack.byline)
        if opener is None:
            continue
        start = opener.match(line, lead)
        if start is not None:
            names = _read_opened(line, start, date, packs)
        else:
            names = _read_closed(line, pack)
            if not names and date is not None and (start := opener.search(line)):  # "Posted on 5 March 2024 by Ana Ortega"
                names = _read_behind_date(line, start, date, packs)
        if names:
            return names
    return _read_dashed(line, lead, date) if lead else ()


def _lead(line: str) -> int:
    marks = _LEAD.match(line)
    return marks.end() if marks else 0


def _read_opened(
    line: str, start: re.Match[str], date: FoundDate | None, packs: Sequence[PhrasePack],
) -> tuple[str, ...]:  # fmt: skip
    """The names behind an opening word at the head of a line, up to the date: "By Ana Ortega March 5, 2024"."""
    dated = date is not None and date.start >= start.end()
    end = date.start if date is not None and dated else len(line)
    text = line[start.end() : end]
    marked = start[0].rstrip()[-1:] in _MARKS
    if names := split_names(text, packs, opened=True, marked=marked, dated=dated):
        return names
    clock = find_clock(text)
    if dated or clock is not None:
        return _read_handle(_IN.split(text[:clock], maxsplit=1)[0], packs)
    words = text.split()
    collective = text[:1].isupper() and 2 <= len(words) <= _MAX_COLLECTIVE_WORDS
    if collective and find_set_phrase(line, packs) is None and _COLLECTIVE.intersection(word.casefold() for word in words):
        return (" ".join(words),) if words[-1][-1].isalpha() else ()
    return ()


def _read_handle(text: str, packs: Sequence[PhrasePack]) -> tuple[str, ...]:
    """The one word in front of a signature's date or time, small words and the day of the week taken off its end."""
    words = _TRAILING_PREPOSITION.sub("", text).split()
    while len(words) > 1 and any(words[-1].strip(".,").casefold() in pack.weekdays for pack in packs):
        words = _TRAILING_PREPOSITION.sub("", " ".join(words[:-1])).split()
    handle = " ".join(words)
    return (handle,) if is_handle(handle) and not _is_set(handle, packs) else ()


def _read_behind_date(
    line: str, start: re.Match[str], date: FoundDate, packs: Sequence[PhrasePack],
) -> tuple[str, ...]:  # fmt: skip
    """The names behind an opening word inside a dated line; in small letters only right behind the date."""
    end = date.start if date.start >= start.end() else len(line)
    text = line[start.end() : end]
    if names := split_names(text, packs, opened=True):
        return names
    handle = text.split(" | ", 1)[0].strip()
    right_behind = date.end <= start.start() and not line[date.end : start.start()].strip(" ,|·•-–—")
    return (handle,) if right_behind and is_handle(handle) else ()


def _read_closed(line: str, pack: PhrasePack) -> tuple[str, ...]:
    closer = _closer(pack.byline)
    found = closer.search(line) if closer is not None else None
    return (found[1],) if found else ()


def _read_dashed(line: str, lead: int, date: FoundDate | None) -> tuple[str, ...]:
    """The name of a signature that a dash opens and a time of day follows: "— ana at 11:46 PM". A date alone is a dateline."""
    clock = find_clock(line)
    if clock is None or not _DASHES.intersection(line[:lead]):
        return ()
    end = min(clock, date.start) if date is not None else clock
    name = _TRAILING_PREPOSITION.sub("", line[lead:end])
    return (name,) if is_name(name) or is_handle(name) else ()


def is_handle(text: str) -> bool:
    """Whether a text is one word, or an initial and a word, as people sign blogs; only a signature's build makes it a name.

    >>> is_handle("a. ortega"), is_handle("anaortega"), is_handle("the"), is_handle("on the pier")
    (True, True, False, False)
    """
    return _HANDLE.fullmatch(text) is not None and text.casefold() not in _ROLE_WORDS | _NO_HANDLES


def read_names(line: str, packs: Sequence[PhrasePack]) -> tuple[str, ...]:
    """The names of a line that stands where a byline stands, with or without an opening word.

    >>> read_names("Ana Ortega, Reporter", ())
    ('Ana Ortega',)
    """
    dates = find_dates(line, packs)
    if names := read_byline(line, packs, dates=dates):
        return names
    small = line[:1].isalpha() and not line[:1].isupper()
    if not dates and (small or len(line) > _MAX_UNOPENED):
        return ()  # no unopened name begins so: a look that spares most lines the search
    if find_set_phrase(line, packs) is not None:
        return ()
    opened = any((opener := find_opener(pack.byline)) is not None and opener.match(line) for pack in packs)
    if opened or not dates:  # "By Monday": opened, and nobody behind it
        return () if opened else split_names(line, packs, opened=False)
    if line[: dates[0].start][-1:].isalpha():
        return ()  # "Northside PostMay 5, 2020": glued by the dump, and as often a paper as a person
    before = split_names(line[: dates[0].start], packs, opened=False, dated=True)
    return before or split_names(line[dates[-1].end :].lstrip(" |•·,-–—"), packs, opened=False)


def clean_author(author: str, packs: Sequence[PhrasePack]) -> tuple[str, ...]:
    """Names of an author field of metadata, which is trusted more than a line: one that has no name's shape stays as it is.

    >>> clean_author("Ana Ortega and J. P. Holm", ())
    ('Ana Ortega', 'J. P. Holm')
    >>> clean_author("https://example.org/ana", ())
    ()
    """
    author = " ".join(author.split()).strip(" ,;|")
    if not author or "://" in author or "@" in author:
        return ()
    folded = fold(author)
    for pack in packs:
        for word in pack.byline:
            if folded.startswith(word + " "):
                author = author[len(word) + 1 :]
                folded = fold(author)
    return split_names(author, packs, opened=False) or ((author,) if len(author) <= _MAX_NAME_CHARACTERS else ())
