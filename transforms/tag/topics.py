"""What a story is about: IPTC Media Topics, by weighted terms.

A story's words are looked up, one pass over the tokens, in a table of words and phrases of its language (`lexicon`). What is
found counts by these rules:

1. The longest phrase wins over the words in it; a phrase of weight 0 takes its words out of the count.
2. A term counts by a power of its weight, so that one decisive term outweighs several weak ones; said again it counts
   ever less; said in the headline or in the first paragraph it counts more.
3. A term of several topics is split among them.
4. Weak terms, and words that stand inside a name ("Rivers State"), need company: another term of the topic.
5. What a second-level topic finds, its top-level topic finds too.

The score says how much there is to go by for a text of this length, and how far a topic leads (`_scores`). Where nothing is
clear, nothing is named.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from copydesk.transforms.rules import Rules
from copydesk.transforms.shapes import Topic
from copydesk.transforms.tag.lexicon import Entry, Lexicon, Start, compile_lexicon
from copydesk.transforms.taxonomy import TopicNode, TopicTerms

COUNT_POWER: Final = 0.6
"""A term said ten times counts as four. A logarithm names a point less rightly in full articles; a plain count lets one word
that a writer happens to repeat decide."""
HEADLINE: Final = 2.0
"""A term in the headline counts this much more than in the text: a headline is written to say what the story is about."""
LEAD: Final = 0.5
"""... and in the lead this much more."""
LEAD_WORDS: Final = 60
"""News puts who, what and where in its first paragraph, which is about this long."""
WEAK: Final = 2.0
"""A term of less weight than this needs company: a stronger term of the topic, or another weak one."""
NAME: Final = 1.5
"""The weight of names of firms, clubs, services and people. Names are no company for each other."""
WEAK_SHARE: Final = 0.5
"""What weak terms count where no stronger one is there, or beyond what the stronger ones count: everyday words add up in any
long text, whatever it is about."""
NAME_SHARE: Final = 0.7
"""What a word counts inside a name."""
TITLE_CASE: Final = 0.6
"""Share of capitalised words from which capitals say nothing of names: prose has a fifth, Title Case three quarters or more."""
CASE_WORDS: Final = 200
"""Words of a text that are asked for its case."""
EVERYDAY: Final = frozenset({"medtop:08000000", "medtop:09000000", "medtop:14000000"})
EVERYDAY_SHARE: Final = 0.8
"""Human interest, labour and society speak of families, work, pay and people, and so does half of the news that is about
something else; they must lead clearly. It gave two points on full articles, of classes that these three are not among;
the price is paid by stories of theirs that also touch another topic."""
ENOUGH: Final = 3.0
"""Evidence that makes the score half of what it can be, in a text of `PER_WORDS` words; it grows with the root of the length,
since a longer text says more of everything by chance."""
PER_WORDS: Final = 60
CLEARNESS: Final = 0.25
"""Power of the topic's share of all evidence in its score: with it, the scores of best topics differ from how often they were
right by 0.07 on average, on full articles and on single sentences alike."""
BESIDE: Final = 0.5
"""Power of a further topic's evidence, as a share of the best one's, in its score."""
LEVEL_SHARE: Final = 0.5
"""A second-level topic is named for its top-level one where it has this share of its evidence ..."""
LEVEL_LEAD: Final = 1.3
"""... and this much more than the next second-level topic."""


@dataclass(slots=True)
class _Mention:
    """How a story says a term."""

    count: int = 0
    headline: bool = False
    lead: bool = False
    plain: bool = False
    """At least once it does not stand inside a name."""

    def worth(self) -> float:
        """What the mentions of the term count together, for a term whose one mention counts 1."""
        factor = 1 + HEADLINE * self.headline + LEAD * self.lead
        if self.count > 1:
            factor *= self.count**COUNT_POWER
        return factor if self.plain else factor * NAME_SHARE


@dataclass(slots=True)
class _Evidence:
    """What speaks for one top-level topic."""

    strong: float = 0.0
    weak: float = 0.0
    terms: int = 0
    """Different terms, those that stand only inside names aside."""
    words: int = 0
    """Those among them that are no names themselves."""

    @property
    def total(self) -> float:
        """Weak terms count only in company, and in full no more than the strong terms vouch for."""
        if self.strong:
            return self.strong + min(self.weak, self.strong) + WEAK_SHARE * max(0.0, self.weak - self.strong)
        return self.weak * WEAK_SHARE if self.words and self.terms > 1 else 0.0


def name_topics(headline: str | None, text: str, language: str | None, rules: Rules) -> tuple[Topic, ...]:
    """The topics of a story, best first, at most one below each top-level topic.

    Args:
        headline: the story's headline, if it has one.
        text: the story's text.
        language: its BCP 47 tag; without terms for that language no topic is named.
        rules: taxonomy, terms and settings (`tag.topic_min_score`, `tag.max_topics`).

    Returns:
        Up to `max_topics` topics that score at least `topic_min_score`; none where nothing is clear.
    """
    terms = rules.topics.get((language or "").split("-")[0])
    if terms is None:
        return ()
    mentions, words = _find(_lexicon(terms, rules.taxonomy), headline or "", text)
    evidence, levels = _weigh(mentions)
    settings = rules.settings.tag
    topics: list[Topic] = []
    for top, score in _scores(evidence, words):
        if score < settings.topic_min_score or len(topics) == settings.max_topics:
            break
        node = rules.taxonomy[_level(top, evidence[top], levels, rules)]
        topics.append(Topic(code=node.code, name=node.name, top=top, score=score))
    return tuple(topics)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A term that a story says, and how much it speaks for a topic."""

    term: str
    """As it is listed: "krieg*"."""
    top: str
    """Code of the top-level topic."""
    times: int
    worth: float


def said_terms(headline: str | None, text: str, language: str | None, rules: Rules) -> tuple[Said, ...]:
    """The terms of a story by which `name_topics` decides, for each top-level topic, what speaks most for it first."""
    terms = rules.topics.get((language or "").split("-")[0])
    if terms is None:
        return ()
    mentions, _ = _find(_lexicon(terms, rules.taxonomy), headline or "", text)
    found = (
        Said(term=entry.term, top=top, times=mention.count, worth=round(worth * mention.worth(), 4))
        for entry, mention in mentions.items()
        for top, worth, _ in entry.tops
    )
    return tuple(sorted(found, key=lambda said: (-said.worth, said.term, said.top)))


def _find(lexicon: Lexicon, headline: str, text: str) -> tuple[dict[Entry, _Mention], int]:
    """Every term that a story says, in the order of its first mention, and the story's number of tokens."""
    mentions: dict[Entry, _Mention] = {}
    starts, words = lexicon.starts, 0
    for part, in_headline in ((headline, True), (text, False)):
        tokens, folded = lexicon.tokens(part)
        words, done = words + len(tokens), 0
        names = lexicon.capitals and not in_headline and _capitals_tell(tokens)
        for at in [place for place, token in enumerate(folded) if token in starts]:
            if at < done:
                continue
            entry, seconds, longest = starts[folded[at]]
            size = 1
            if seconds and at + 1 < len(folded) and folded[at + 1] in seconds:
                entry, size = lexicon.phrase(folded, at, longest) or (entry, 1)
            if entry is None:
                continue
            done = at + size
            mention = mentions.get(entry)
            if mention is None:
                mention = mentions[entry] = _Mention()
            mention.count += 1
            mention.headline |= in_headline
            mention.lead |= not in_headline and at < LEAD_WORDS
            mention.plain |= size > 1 or not names or not _in_name(tokens, folded, at, starts)
    return mentions, words


def _capitals_tell(tokens: list[str]) -> bool:
    """Whether a text is written so that a capital marks a name: neither in Title Case nor in ALL CAPS."""
    sample = tokens[:CASE_WORDS]
    return sum(token[0].isupper() for token in sample) < TITLE_CASE * len(sample)


def _in_name(tokens: list[str], folded: list[str], at: int, starts: Mapping[str, Start]) -> bool:
    """Whether a word is the later part of a name: capitalised, after one that is no term ("Rivers", "Aaron Judge").

    A title before a name ("Judge Smith", "Pope Francis") is not: it says what it means.
    """
    return at > 0 and tokens[at][0].isupper() and tokens[at - 1][0].isupper() and folded[at - 1] not in starts


def _weigh(mentions: Mapping[Entry, _Mention]) -> tuple[dict[str, _Evidence], dict[str, float]]:
    """What speaks for each top-level topic, and how much for each second-level one."""
    evidence: dict[str, _Evidence] = defaultdict(_Evidence)
    levels: dict[str, float] = defaultdict(float)
    for entry, mention in mentions.items():
        factor, plain = mention.worth(), mention.plain
        for top, worth, weight in entry.tops:
            found = evidence[top]
            if plain:
                found.terms += 1
                found.words += weight != NAME
            if plain and weight >= WEAK:
                found.strong += worth * factor
            else:
                found.weak += worth * factor
        for code, worth in entry.levels:
            levels[code] += worth * factor
    return evidence, levels


def _scores(evidence: Mapping[str, _Evidence], words: int) -> list[tuple[str, float]]:
    """Each topic with its score, best first."""
    shares = ((found.total * (EVERYDAY_SHARE if top in EVERYDAY else 1.0), top) for top, found in evidence.items())
    totals = sorted(shares, key=lambda pair: (-pair[0], pair[1]))
    together = sum(total for total, _ in totals)
    if not together:
        return []
    best, needed = totals[0][0], ENOUGH * math.sqrt(max(words, 1) / PER_WORDS)
    return [
        (top, round(total / (total + needed) * (total / together) ** CLEARNESS * (total / best) ** BESIDE, 4))
        for total, top in totals
        if total
    ]


def _level(top: str, found: _Evidence, levels: Mapping[str, float], rules: Rules) -> str:
    """The second-level topic that a top-level topic's evidence is mostly about, or the top-level one."""
    below = sorted(((worth, code) for code, worth in levels.items() if rules.taxonomy[code].top == top), reverse=True)
    if not below:
        return top
    best, code = below[0]
    second = below[1][0] if len(below) > 1 else 0.0
    return code if best >= LEVEL_SHARE * found.total and best >= LEVEL_LEAD * second else top


_lexicons: dict[tuple[int, int], tuple[TopicTerms, Mapping[str, object], Lexicon]] = {}


def _lexicon(terms: TopicTerms, taxonomy: Mapping[str, TopicNode]) -> Lexicon:
    """The lexicon of one language, compiled once a process; the values are kept, so an id stays theirs."""
    key = id(terms), id(taxonomy)
    if key not in _lexicons:
        _lexicons[key] = terms, taxonomy, compile_lexicon(terms, taxonomy)
    return _lexicons[key][2]
