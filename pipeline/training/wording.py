"""What a site of one language says: phrases of its pack, dates, names, bylines, and words that no pack knows.

A pack's phrases are sampled as their file spells them, in the case that the site has chosen. About half of a real site's
furniture is in no pack (names of sections, places, people), so `invented` makes such labels of the stories' own words.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from copydesk.pipeline.by_language import read_toml
from copydesk.pipeline.resources import rule_files
from copydesk.pipeline.training import words
from copydesk.transforms.rules import PHRASE_KINDS

_PLAIN: Final = "*"
CAPITALS: Final = ("sentence", "sentence", "title", "upper", "plain")
"""How a site writes its buttons and labels."""

APART: Final = 0.07
"""Share of sites that set "By" or "Date" on a line of its own."""
_LABEL_WORDS: Final = (1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 4)
_LABEL_CASES: Final = ("title", "title", "title", "title", "title", "sentence", "plain", "upper")
_LABEL_EDGES: Final = ' ,.;:()"“”„«»?!-–—'


def recase(text: str, style: str) -> str:
    """A text in a site's case.

    >>> [recase("read more", style) for style in ("sentence", "title", "upper", "plain")]
    ['Read more', 'Read More', 'READ MORE', 'read more']
    """
    if style == "upper":
        return text.upper()
    if style == "title":
        return " ".join(word[:1].upper() + word[1:] for word in text.split())
    return text[:1].upper() + text[1:] if style == "sentence" else text


@lru_cache(maxsize=1)
def _packs() -> dict[str, dict[str, Any]]:
    """The phrase files as they are written, by language."""
    found = (read_toml(path, entry) for path, entry in rule_files() if path.startswith("phrases/"))
    return {pack["language"]: pack for pack in found}


@lru_cache(maxsize=64)
def _phrases(language: str, kind: str) -> tuple[str, ...]:
    """Phrases and examples of one kind in one language; a kind without any falls back on English."""
    rules = [rule for rule in _packs().get(language, {}).get("phrase", ()) if rule["kind"] == kind]
    found = [text for rule in rules for text in (*rule.get("phrases", ()), *rule.get("example", ()))]
    return tuple(found) or _phrases(words.ENGLISH, kind)


def _row(table: words.Table, language: str) -> tuple[str, ...]:
    return table.get(language) or table.get(_PLAIN) or table[words.ENGLISH]


@dataclass(frozen=True, slots=True)
class Wording:
    """One made site's way of saying things; two pages of it say them alike."""

    language: str
    case: str
    day_form: str
    clock_form: str
    stamp_form: str
    byline_form: str
    glued_form: str
    caption_form: str
    site: str
    upper_names: bool
    apart: tuple[str, str]
    """What stands on a line of its own in front of a byline and of a date; empty on most sites."""

    @classmethod
    def draw(cls, language: str, chance: random.Random) -> Wording:
        """A site of a language; one in twelve speaks English around a text of another language."""
        speech = language if language in _packs() and chance.random() > 1 / 12 else words.ENGLISH
        opener = chance.choice(_packs()[speech].get("byline") or ["by"])
        shapes = (
            "{opener} {name}",
            "{opener} {name}",
            "{opener} {name}",
            "{name}",
            "{name}",
            "{opener}: {name}",
            "{name}, {role}",
            "— {name}",
        )
        return cls(
            language=speech,
            case=chance.choice(CAPITALS),
            day_form=chance.choice(_row(words.DAYS, speech)),
            clock_form=chance.choice(_row(words.CLOCKS, speech)),
            stamp_form=chance.choice(_row(words.STAMPS, speech)),
            byline_form=chance.choice(shapes).replace(
                "{opener}", recase(opener, chance.choice(("sentence", "sentence", "plain", "upper")))
            ),
            glued_form=chance.choice(_row(words.GLUED, speech)),
            caption_form=chance.choice(words.CAPTION_MARKS),
            site=chance.choice(words.SITES),
            upper_names=chance.random() < 0.12,
            apart=(
                recase(opener, "sentence") if chance.random() < APART else "",
                chance.choice(_row(words.DATE_LABELS, speech)) if chance.random() < APART else "",
            ),
        )

    def say(self, chance: random.Random, kind: str, longest: int = 60) -> str:
        """A phrase of a pack's kind, in the site's case where it is short.

        Raises:
            ValueError: the packs have no such kind.
        """
        if kind not in PHRASE_KINDS:
            raise ValueError(f"no kind of phrase {kind!r}; the kinds are {', '.join(PHRASE_KINDS)}")
        found = _phrases(self.language, kind)
        text = next((text for text in (chance.choice(found) for _ in range(6)) if len(text) <= longest), found[0])
        return recase(text, self.case) if len(text) < 40 else recase(text, "sentence")

    def name(self, chance: random.Random) -> str:
        """A person's name in the language's script; Latin names are mixed over countries, as they are in newsrooms."""
        first, last = (
            chance.choice(words.words_of(table, self.language)) for table in (words.FIRST_NAMES, words.LAST_NAMES)
        )
        name = f"{last}{first}" if self.language in {"ja", "zh", "ko"} else f"{first} {last}"
        return name.upper() if self.upper_names else name

    def section(self, chance: random.Random) -> str:
        """The name of a section."""
        return recase(
            chance.choice(words.words_of(words.SECTIONS, self.language)),
            self.case if self.case == "upper" else "sentence",
        )

    def day(self, chance: random.Random) -> str:
        """A date in the site's own form."""
        day, month, year = chance.randint(1, 28), chance.randint(1, 12), chance.randint(2001, 2025)
        names = _packs()[self.language]["months"][month - 1]
        short = next((name for name in names if len(name) <= 4), names[0])
        weekday = chance.choice(words.words_of(words.WEEKDAYS, self.language))
        return self.day_form.format(
            d=day,
            dd=f"{day:02}",
            m=month,
            mm=f"{month:02}",
            y=year,
            yy=f"{year % 100:02}",
            month=names[0],
            mon=short,
            MON=short.upper(),
            wd=weekday,
        )

    def clock(self, chance: random.Random) -> str:
        """A time of day in the site's own form."""
        hour, half = chance.randint(0, 23), chance.choice(("am", "pm"))
        return self.clock_form.format(
            h=hour, h12=hour % 12 or 12, mi=f"{chance.randint(0, 59):02}", am=half, AM=half.upper()
        )

    def stamp(self, chance: random.Random) -> str:
        """What the site writes in a story's date line."""
        return self._fill(self.stamp_form, chance)

    def byline(self, chance: random.Random) -> str:
        """What the site writes in a story's byline."""
        form = self.byline_form
        if chance.random() < 0.1:
            form = form.replace("{name}", "{name}, {name2}")
        return self._fill(form, chance)

    def glued(self, chance: random.Random) -> str:
        """Byline and date on one line."""
        return self._fill(self.glued_form, chance)

    def role(self, chance: random.Random) -> str:
        """What an author is at the paper."""
        return chance.choice(_row(words.ROLES_OF_AUTHORS, self.language))

    def mark(self, form: str, chance: random.Random) -> str:
        """The line under a blog's entry, by one of `words.MARKS`."""
        return self._fill(form, chance)

    def marks(self) -> tuple[str, ...]:
        """Forms of the line under a blog's entry."""
        return words.words_of(words.MARKS, self.language)

    def credit(self, chance: random.Random) -> str:
        """A picture's credit."""
        return self.caption_form.format(name=self.name(chance))

    def notice(self, chance: random.Random) -> str:
        """A sentence or two of law, cookies or house rules, in prose."""
        if chance.random() < 0.4:
            return self.say(chance, chance.choice(("consent", "subscription", "copyright", "comments", "promo")), 400)
        found = words.words_of(words.NOTICES, self.language)
        return " ".join(chance.sample(found, min(len(found), chance.choice((1, 1, 2)))))

    def _fill(self, form: str, chance: random.Random) -> str:
        return form.format(
            name=self.name(chance),
            name2=self.name(chance),
            day=self.day(chance),
            day2=self.day(chance),
            clock=self.clock(chance),
            n=chance.choice((0, 0, 1, 2, 3, 5, 8, 13, 24, 101)),
            section=self.section(chance),
            section2=self.section(chance),
            role=self.role(chance),
        )


def invented(texts: Sequence[str], chance: random.Random, longest: int = 4) -> str:
    """A label of one to `longest` words out of a text: a tag, a topic of the menu, the name of a page.

    Most of a real menu's labels have one word or two, so most of these have.
    """
    found = chance.choice(texts).split()
    size = min(longest, chance.choice(_LABEL_WORDS))
    at = chance.randrange(max(1, len(found) - size + 1))
    text = " ".join(found[at : at + size])[:60].strip(_LABEL_EDGES)
    return recase(text, chance.choice(_LABEL_CASES)) or found[0][:20]
