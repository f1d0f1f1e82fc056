"""What a story is about: IPTC Media Topics, by weighted terms.

A story's words are looked up, one pass over the tokens, in a table of words and phrases of its language (`lexicon`). What is
found counts by these rules:

1. The longest phrase wins over the words in it; a phrase of weight 0 takes its words out of the count.
2. A term counts by a power of its weight, so that one decisive term outweighs several weak ones; said again it counts
   ever less; said in the headline or in the first paragraph it counts more.
3. A term of several topics is split among them.
4. Weak terms, and words that stand inside a name ("Rivers State"), need company: another term of the topic. Names alone,
   however many, decide nothing.
5. What a second-level topic finds, its top-level topic finds too.

What each topic's evidence is worth is learned (`topic_model`): the score is the probability that the topic is the
story's first.
Where nothing is clear, nothing is named.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import compress
from typing import Final, NamedTuple

from copydesk.transforms.collection import no_collection
from copydesk.transforms.rules import Rules
from copydesk.transforms.shapes import Topic
from copydesk.transforms.tag.lexicon import Entry, Lexicon, Start, compile_lexicon
from copydesk.transforms.tag.topic_model import UNLEARNED, TopicModel
from copydesk.transforms.taxonomy import TopicNode, TopicTerms

COUNT_POWER: Final = 0.6
"""A term said ten times counts as four. A logarithm names a point less rightly in full articles; a plain count lets one word
that a writer happens to repeat decide."""
HEADLINE: Final = 1.0
"""A term in the headline counts this much more than in the text: a headline is written to say what the story is about.
Twice that
named a point less rightly among short items, whose headlines are as often a play on words."""
LEAD: Final = 0.5
"""... and in the lead this much more."""
LEAD_WORDS: Final = 60
"""News puts who, what and where in its first paragraph, which is about this long."""
WEAK: Final = 2.0
"""A term of less weight than this needs company: another term of the topic. To let one such word speak by itself named
two single
sentences of a hundred more rightly, and took "week after week" for news of labour."""
NAME: Final = 1.5
"""The weight of names of firms, clubs, services and people. Names alone decide nothing, however many there are."""
ENOUGH_COMPANY: Final = 2
"""Weak terms that vouch for a topic, at least one of them no name; a stronger term does by itself."""
NAME_SHARE: Final = 0.7
"""What a word counts inside a name."""
TITLE_CASE: Final = 0.6
"""Share of capitalised words from which capitals say nothing of names: prose has a fifth, Title Case three quarters or more."""
CASE_WORDS: Final = 200
"""Words of a text that are asked for its case."""
LEVEL_SHARE: Final = 0.2
"""A second-level topic is named for its top-level one where it has this share of its evidence ..."""
LEVEL_LEAD: Final = 1.6
"""... and this much more than the next second-level topic. Of own items six in ten are given one so, three quarters of these
the right one, on either half of them; a share of a half gives it to three in ten, and one in five is wrong still."""


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


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a story says of topics, before it is decided what that is worth."""

    totals: Mapping[str, float]
    """Evidence of each top-level topic that has any, above 0."""
    levels: Mapping[str, float]
    """Evidence of each second-level topic that has any."""
    words: int


def name_topics(headline: str | None, text: str, language: str | None, rules: Rules) -> tuple[Topic, ...]:
    """The topics of a story, best first, at most one below each top-level topic.

    Args:
        headline: the story's headline, if it has one.
        text: the story's text.
        language: its BCP 47 tag; without terms for that language no topic is named.
        rules: taxonomy, terms, learned layer and settings (`tag.topic_min_score`, `tag.max_topics`).

    Returns:
        Up to `max_topics` topics that score at least `topic_min_score`; none where nothing is clear. A score is the probability
        that the topic is the first one that an editor would name.
    """
    primary = (language or "").split("-")[0]
    terms = rules.topics.get(primary)
    if terms is None:
        return ()
    mentions, words = _find(_lexicon(terms, rules.taxonomy), headline or "", text)
    totals, levels = _weigh(mentions)
    settings = rules.settings.tag
    topics: list[Topic] = []
    for top, score in rank_topics(totals, words, primary, rules.topic_model or UNLEARNED):
        if score < settings.topic_min_score or len(topics) == settings.max_topics:
            break
        node = rules.taxonomy[_level(top, totals[top], levels, rules)]
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


def weigh_topics(headline: str | None, text: str, language: str | None, rules: Rules) -> Weighed:
    """What a story says of each topic, before it is decided what that is worth: for learning.

    Args:
        headline: the story's headline, if it has one.
        text: the story's text.
        language: its BCP 47 tag; without terms for that language there is nothing to weigh.
        rules: taxonomy and terms.
    """
    terms = rules.topics.get((language or "").split("-")[0])
    if terms is None:
        return Weighed({}, {}, 0)
    mentions, words = _find(_lexicon(terms, rules.taxonomy), headline or "", text)
    totals, levels = _weigh(mentions)
    return Weighed(totals, levels, words)


def rank_topics(totals: Mapping[str, float], words: int, language: str, model: TopicModel) -> list[tuple[str, float]]:
    """Each topic that has evidence with its score, best first; ties by code."""
    if not totals:
        return []
    found = model.probabilities(totals, words, language)
    return sorted(((top, round(score, 4)) for top, score in found.items()), key=lambda pair: (-pair[1], pair[0]))


def _find(lexicon: Lexicon, headline: str, text: str) -> tuple[dict[Entry, _Mention], int]:
    """Every term that a story says, in the order of its first mention, and the story's number of tokens."""
    mentions: dict[Entry, _Mention] = {}
    words = 0
    for part, in_headline in ((headline, True), (text, False)):
        tokens, folded = lexicon.tokens(part)
        words += len(tokens)
        said = _say(lexicon, tokens, folded, names=lexicon.capitals and not in_headline and _capitals_tell(tokens))
        for entry, count in Counter(said.entries).items():
            mention = mentions.get(entry)
            if mention is None:
                mention = mentions[entry] = _Mention()
            mention.count += count
            mention.headline |= in_headline
            mention.lead |= not in_headline and entry in said.lead
            mention.plain |= entry in said.plain
    return mentions, words


class _Part(NamedTuple):
    """What a headline or a text says."""

    entries: list[Entry]
    """The terms in order, each as often as it is said."""
    lead: set[Entry]
    """Those among its first `LEAD_WORDS`."""
    plain: set[Entry]
    """Those that stand inside no name at least once."""


def _say(lexicon: Lexicon, tokens: list[str], folded: list[str], *, names: bool) -> _Part:
    """The terms of a text's tokens; `names` where a capital marks a name."""
    starts, following, done = lexicon.starts, [*folded[1:], ""], 0
    said = _Part([], set(), set())
    for at in compress(range(len(folded)), map(starts.__contains__, folded)):
        if at < done:
            continue
        entry, seconds, longest = starts[folded[at]]
        size = 1
        if seconds and following[at] in seconds:
            entry, size = lexicon.phrase(folded, at, longest) or (entry, 1)
        if entry is None:
            continue
        done = at + size
        said.entries.append(entry)
        if at < LEAD_WORDS:
            said.lead.add(entry)
        if entry not in said.plain and (size > 1 or not names or not _in_name(tokens, folded, at, starts)):
            said.plain.add(entry)
    return said


def _capitals_tell(tokens: list[str]) -> bool:
    """Whether a text is written so that a capital marks a name: neither in Title Case nor in ALL CAPS."""
    sample = tokens[:CASE_WORDS]
    return sum(token[0].isupper() for token in sample) < TITLE_CASE * len(sample)


def _in_name(tokens: list[str], folded: list[str], at: int, starts: Mapping[str, Start]) -> bool:
    """Whether a word is the later part of a name: capitalised, after one that is no term ("Rivers", "Aaron Judge").

    A title before a name ("Judge Smith", "Pope Francis") is not: it says what it means.
    """
    return at > 0 and tokens[at][0].isupper() and tokens[at - 1][0].isupper() and folded[at - 1] not in starts


def _weigh(mentions: Mapping[Entry, _Mention]) -> tuple[dict[str, float], dict[str, float]]:
    """What speaks for each top-level topic that its terms vouch for, and for each second-level one."""
    totals: dict[str, float] = defaultdict(float)
    levels: dict[str, float] = defaultdict(float)
    words: set[str] = set()
    company: dict[str, int] = defaultdict(int)
    for entry, mention in mentions.items():
        factor, plain = mention.worth(), mention.plain
        for top, worth, weight in entry.tops:
            totals[top] += worth * factor
            if plain:
                company[top] += 1 if weight < WEAK else ENOUGH_COMPANY
                if weight != NAME:
                    words.add(top)
        for code, worth in entry.levels:
            levels[code] += worth * factor
    return {top: total for top, total in totals.items() if top in words and company[top] >= ENOUGH_COMPANY}, levels


def _level(top: str, total: float, levels: Mapping[str, float], rules: Rules) -> str:
    """The second-level topic that a top-level topic's evidence is mostly about, or the top-level one."""
    below = sorted(((worth, code) for code, worth in levels.items() if rules.taxonomy[code].top == top), reverse=True)
    if not below:
        return top
    best, code = below[0]
    second = below[1][0] if len(below) > 1 else 0.0
    return code if best >= LEVEL_SHARE * total and best >= LEVEL_LEAD * second else top


_lexicons: dict[tuple[int, int], tuple[TopicTerms, Mapping[str, object], Lexicon]] = {}


def _lexicon(terms: TopicTerms, taxonomy: Mapping[str, TopicNode]) -> Lexicon:
    """The lexicon of one language, compiled once a process; the values are kept, so an id stays theirs."""
    key = id(terms), id(taxonomy)
    if key not in _lexicons:
        with no_collection():
            _lexicons[key] = terms, taxonomy, compile_lexicon(terms, taxonomy)
    return _lexicons[key][2]
