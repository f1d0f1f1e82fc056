"""Parsed rule data -> frozen rules. An error names the file, the rule and the value.

Rules are data, under `configs/`: each has an id, why it is there, an example that must match and a counter-example that must
not; a test runs every rule's own examples. `pipeline.resources` reads the files; nothing here opens one.

`Rules` is what every stage is handed: the configuration, all rule data, and what the corpus taught.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, get_args

from copydesk.transforms.cells import RuleError, fold, only, pattern_of, text_of, texts_of, unique
from copydesk.transforms.error_pages import ErrorPages
from copydesk.transforms.evidence import Evidence
from copydesk.transforms.lexicon import Lexicon
from copydesk.transforms.patterns import PatternSet
from copydesk.transforms.settings import Settings
from copydesk.transforms.taxonomy import TopicNode, TopicTerms

if TYPE_CHECKING:
    from copydesk.transforms.extract.labeller import Labeller
    from copydesk.transforms.repair.fillers import Fillers
    from copydesk.transforms.repair.punctuation import Punctuator
    from copydesk.transforms.segment.chapters import ChapterModel
    from copydesk.transforms.segment.discourse import Discourse
    from copydesk.transforms.tag.classifier import Classifier
    from copydesk.transforms.tag.filters import QualityRules
    from copydesk.transforms.tag.phones import PhoneRules
    from copydesk.transforms.tag.topic_model import TopicModel
from copydesk.transforms.shapes import ROLES, Role

PhraseKind = Literal[
    "advertising", "agency", "comments", "consent", "copyright", "correction", "credit", "label", "login", "navigation",
    "pagination", "promo", "reading_time", "related", "sharing", "subscription", "tags", "transcript",
]  # fmt: skip
PHRASE_KINDS: tuple[PhraseKind, ...] = get_args(PhraseKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class PhraseRule:
    """Set phrases of site furniture that mean one thing wherever they stand alone."""

    id: str
    kind: PhraseKind
    role: Role
    why: str
    phrases: frozenset[str] = frozenset()
    """Folded; a block is furniture where the whole of it, without closing punctuation, is one of them."""
    pattern: re.Pattern[str] | None = None
    """Matched against the whole folded block."""
    examples: tuple[str, ...] = ()
    counters: tuple[str, ...] = ()

    def matches(self, block: str) -> bool:
        """Whether a block, given as it stands, is this furniture."""
        folded = fold(block)
        return phrase_key(folded) in self.phrases or (self.pattern is not None and bool(self.pattern.fullmatch(folded)))


def phrase_key(folded: str) -> str:
    """A folded block without the marks that sites put around a set phrase.

    >>> phrase_key("» continue reading: ")
    'continue reading'
    """
    return folded.strip(" .:;,|•·*»«›‹→←↓↑▶►-–—+#>[]()：；，、。｜・（）【】《》〈〉،؛")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PhrasePack:
    """One language's furniture and the words by which its dates and bylines are known.

    Compared by identity: packs are loaded once a process, and what lines are by a pack is remembered by it.
    """

    language: str
    rules: tuple[PhraseRule, ...]
    months: tuple[tuple[str, ...], ...] = ()
    """Twelve tuples: the folded names and short forms of each month."""
    byline: tuple[str, ...] = ()
    """Folded words that open a byline ("by", "von", "par")."""
    weekdays: tuple[str, ...] = ()
    """Folded names and short forms of the days of the week, which stand between a name and its date."""
    updated: tuple[str, ...] = ()
    """Folded words that mark the day of a change, not of publication ("updated", "aktualisiert")."""
    ago: re.Pattern[str] | None = None
    """How a folded line says a day by its distance from today: the group `n` (one, where it is missing) counts what the
    group `minutes`, `hours`, `days` or `weeks` names; `today` and `yesterday` are groups of their own."""
    day_first: bool = True
    """Whether 3/4/2024 is the third of April."""
    exact: Mapping[str, PhraseRule] = field(default_factory=dict)
    """Every phrase of every rule, to its rule."""
    patterns: tuple[PhraseRule, ...] = ()
    """The rules that have a pattern, in the order of the file."""
    pattern_set: PatternSet = field(init=False, repr=False, compare=False)
    """Their patterns, by which a line is looked up."""

    def __post_init__(self) -> None:
        """Prepare the patterns."""
        object.__setattr__(self, "pattern_set", PatternSet(rule.pattern for rule in self.patterns if rule.pattern))

    def match(self, folded: str) -> PhraseRule | None:
        """The rule whose furniture a folded block is."""
        if rule := self.exact.get(phrase_key(folded)):
            return rule
        place = self.pattern_set.fullmatch(folded)
        return None if place is None else self.patterns[place]


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """Words that speech recognition takes for others, and the context that proves it."""

    id: str
    pattern: re.Pattern[str]
    """Matched against joined speech; the group `wrong` is replaced."""
    right: str
    confidence: float
    why: str
    examples: tuple[tuple[str, str], ...]
    counters: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """All that a stage may consult, in one frozen value: passed whole, loaded once a process."""

    settings: Settings
    phrases: Mapping[str, PhrasePack]
    """By language."""
    function_words: Mapping[str, frozenset[str]]
    """By language: the commonest words, by which a text's language is guessed cheaply."""
    confusions: Mapping[str, tuple[Confusion, ...]]
    """By language."""
    taxonomy: Mapping[str, TopicNode]
    """By code."""
    topics: Mapping[str, TopicTerms]
    """By language."""
    quality: QualityRules
    """The published filters of story quality, and stop words."""
    phones: PhoneRules
    """The words around phone numbers, and the countries of a language."""
    classifier: Classifier | None = None
    """What names the topics instead of the terms, where the configuration names a function."""
    sounds: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By language: the words by which captions name a sound that is no speech, folded."""
    labeller: Labeller | None = None
    """The learned weights that tell a page's lines apart; None only while they are being learned."""
    error_pages: ErrorPages = field(default_factory=ErrorPages)
    """What servers say in the place of a page."""
    discourse: Mapping[str, Discourse] = field(default_factory=dict)
    """By language."""
    chapters: ChapterModel | None = None
    """The learned weights that find the chapters of long transcripts; None only while they are being learned."""
    punctuator: Punctuator | None = None
    """The learned weights that put punctuation into English speech; None only while they are being learned."""
    topic_model: TopicModel | None = None
    """The learned layer over topics; None only while it is being learned."""
    fillers: Mapping[str, Fillers] = field(default_factory=dict)
    """By language: what speakers say while they think."""
    evidence: Evidence = field(default_factory=Evidence)
    lexicon: Lexicon = field(default_factory=Lexicon)
    """The gazetteer: the shipped names and the user's own."""


# --- parsing --------------------------------------------------------------------------------------------------------


def parse_phrases(file: str, data: Mapping[str, Any]) -> PhrasePack:
    """One phrase pack from a parsed TOML file.

    Raises:
        RuleError: a key is missing or unknown, a phrase or pattern is empty or broken, two rules share an id or a phrase.
    """
    only(file, "the file", data, {"language", "months", "byline", "weekdays", "updated", "ago", "day_first", "phrase"})
    language = text_of(file, "the file", data, "language")
    months = tuple(tuple(fold(name) for name in names) for names in data.get("months", ()))
    if len(months) not in {0, 12}:
        raise RuleError(f"{file}: months: {len(months)} entries; give twelve lists of names, January first")
    rules = tuple(_phrase_rule(file, row) for row in data.get("phrase", ()))
    unique(file, "id", (rule.id for rule in rules))
    exact: dict[str, PhraseRule] = {}
    for rule in rules:
        for phrase in rule.phrases:
            if other := exact.get(phrase):
                raise RuleError(f"{file}: phrase {phrase!r} stands in both {other.id} and {rule.id}; keep one")
            exact[phrase] = rule
    return PhrasePack(
        language=language,
        rules=rules,
        months=months,
        byline=tuple(fold(word) for word in data.get("byline", ())),
        weekdays=tuple(fold(word) for word in data.get("weekdays", ())),
        updated=tuple(fold(word) for word in data.get("updated", ())),
        ago=pattern_of(file, "ago", data["ago"]) if "ago" in data else None,
        day_first=bool(data.get("day_first", True)),
        exact=exact,
        patterns=tuple(rule for rule in rules if rule.pattern is not None),
    )


def _phrase_rule(file: str, row: Mapping[str, Any]) -> PhraseRule:
    rule = text_of(file, "a [[phrase]]", row, "id")
    only(file, rule, row, {"id", "kind", "role", "why", "phrases", "pattern", "example", "counter"})
    kind, role = row.get("kind"), row.get("role", "chrome")
    if kind not in PHRASE_KINDS:
        raise RuleError(f"{file}: {rule}: kind: {kind!r} is none of {', '.join(PHRASE_KINDS)}")
    if role not in ROLES:
        raise RuleError(f"{file}: {rule}: role: {role!r} is none of {', '.join(ROLES)}")
    phrases = frozenset(phrase_key(fold(phrase)) for phrase in row.get("phrases", ()))
    if "" in phrases:
        raise RuleError(f"{file}: {rule}: phrases: an empty phrase would match every empty line; remove it")
    pattern = pattern_of(file, rule, row["pattern"]) if "pattern" in row else None
    if not phrases and pattern is None:
        raise RuleError(f"{file}: {rule}: neither phrases nor a pattern; the rule would match nothing")
    return PhraseRule(
        id=rule,
        kind=kind,
        role=role,
        why=text_of(file, rule, row, "why"),
        phrases=phrases,
        pattern=pattern,
        examples=texts_of(file, rule, row, "example"),
        counters=texts_of(file, rule, row, "counter"),
    )


def parse_confusions(file: str, data: Mapping[str, Any]) -> tuple[Confusion, ...]:
    """One language's confusions from a parsed TOML file.

    Raises:
        RuleError: a key is missing or unknown, or a pattern is empty, broken or without the group `wrong`.
    """
    only(file, "the file", data, {"language", "confusion"})
    confusions = []
    for row in data.get("confusion", ()):
        rule = text_of(file, "a [[confusion]]", row, "id")
        only(file, rule, row, {"id", "pattern", "right", "confidence", "why", "example", "counter"})
        pattern = pattern_of(file, rule, row.get("pattern", ""), flags=0)
        if "wrong" not in pattern.groupindex:
            raise RuleError(f"{file}: {rule}: pattern {pattern.pattern!r} has no group (?P<wrong>...) to replace")
        confidence = row.get("confidence")
        if not isinstance(confidence, float) or not 0 < confidence <= 1:
            raise RuleError(f"{file}: {rule}: confidence: {confidence!r} is no number above 0 and up to 1")
        examples = tuple((str(before), str(after)) for before, after in row.get("example", ()))
        if not examples:
            raise RuleError(f"{file}: {rule}: example: give at least one pair [before, after]")
        confusions.append(
            Confusion(
                id=rule,
                pattern=pattern,
                right=text_of(file, rule, row, "right"),
                confidence=confidence,
                why=text_of(file, rule, row, "why"),
                examples=examples,
                counters=texts_of(file, rule, row, "counter"),
            ),
        )
    unique(file, "id", (confusion.id for confusion in confusions))
    return tuple(confusions)


def parse_function_words(file: str, data: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """The function words of each language: `[words]`, language -> list of words.

    Raises:
        RuleError: a language without words, or an empty word.
    """
    only(file, "the file", data, {"words"})
    found: dict[str, frozenset[str]] = {}
    for language, words in data.get("words", {}).items():
        folded = frozenset(fold(word) for word in words)
        if not folded or "" in folded:
            raise RuleError(f"{file}: {language}: words: {words!r} has no word or an empty one")
        found[language] = folded
    return found
