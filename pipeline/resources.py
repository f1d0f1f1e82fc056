"""Rules, lexicons and evidence, as every process loads them for itself: named by path and hash, never pickled into a graph.

`load_rules` reads the shipped rule data once and returns the one frozen `Rules` that every stage is handed. `Resources` is what
a graph carries instead: a small value from which a worker's `DoFn.setup` makes a `Desk`, once a process.
"""

from __future__ import annotations

import atexit
import hashlib
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copydesk.pipeline.by_language import ByLanguage
from copydesk.pipeline.extensions import CLASSIFIER, code_sha256, load_function
from copydesk.pipeline.options import ConfigError
from copydesk.pipeline.own_topics import Topics, own_topics, read_own
from copydesk.pipeline.processes.sandbox import OBSERVE, Sandbox
from copydesk.pipeline.shipped import (
    configs,
    load_chapters,
    load_labeller,
    load_punctuator,
    load_topic_model,
    read_toml,
    rule_files,
)
from copydesk.pipeline.staging.kept import Keeper, Kept
from copydesk.transforms.collection import no_collection
from copydesk.transforms.error_pages import parse_error_pages
from copydesk.transforms.evidence import Evidence
from copydesk.transforms.lexicon import Lexicon, LexiconError, LexiconName, merge_lexicons, parse_lexicon
from copydesk.transforms.repair.fillers import parse_fillers
from copydesk.transforms.rules import Rules, parse_confusions, parse_function_words, parse_phrases
from copydesk.transforms.segment.discourse import parse_discourse
from copydesk.transforms.settings import Settings
from copydesk.transforms.shapes import Item
from copydesk.transforms.tag.classifier import Classifier
from copydesk.transforms.tag.filters import parse_quality
from copydesk.transforms.tag.personal import Guard
from copydesk.transforms.tag.phones import PhoneRules, parse_phones
from copydesk.transforms.taxonomy import TopicNode, parse_taxonomy, parse_topics

if TYPE_CHECKING:
    from copydesk.pipeline.state.seen import Known

LEXICONS = "lexicons/"
"""The folder of the gazetteer, below `configs/`."""
LATE = ("confusions", "phrases", "topics/terms")
"""Folders below `configs/` with a file a language, read when a text needs it: all of them take 0.3 s, one some 15 ms."""
ISOLATED_STAGES = frozenset({"decode", "extract"})
ISOLATED_FORMATS = frozenset({"html"})
"""What runs in a process of its own: parsers in C that a page can crash or hang. It costs about 0.3 ms a call."""


@lru_cache(maxsize=2)
def rules_sha256(lexicons: tuple[str, ...] = ()) -> str:
    """One digest over all rule data and a user's own lexicons; see `hash_rules`.

    Args:
        lexicons: paths of the user's own, whose content counts as that of the shipped files does.

    Raises:
        ConfigError: one of them cannot be read or used.
    """
    digest = hashlib.sha256()
    for path, entry in rule_files():
        digest.update(f"{path}\0".encode() + hashlib.sha256(entry.read_bytes()).digest())
    load_lexicon(lexicons)
    for file in lexicons:
        digest.update(hashlib.sha256(Path(file).read_bytes()).digest())
    return digest.hexdigest()


def hash_rules(settings: Settings) -> str:
    """One digest over all rule data that a configuration uses, for the manifest and for the name of a run's staging folder.

    The user's own count as the shipped do: lexicons, files of topics and terms, the modules of the functions that it names.

    Raises:
        ConfigError: one of them cannot be read or used; so a run that has one finds it out before it starts.
    """
    base = rules_sha256(settings.repair.lexicons)
    files, functions = read_own(settings.tag.topics), code_sha256(settings)
    if not files and not functions:
        return base
    own_topics(settings.tag.topics, _topics())
    digest = hashlib.sha256(base.encode())
    for _, content in files:
        digest.update(b"topics\0" + hashlib.sha256(content).digest())
    for key, code in functions.items():
        digest.update(f"\0{key}\0{code}".encode())
    return digest.hexdigest()


@lru_cache(maxsize=1)
def _shipped() -> dict[str, Any]:
    """All shipped rule data: the fields of `Rules` but settings and evidence; what is large waits for its language."""
    folders: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    files = list(rule_files())
    for path, entry in files:
        folder = path.rpartition("/")[0]
        if path.endswith(".toml") and folder not in LATE:
            folders.setdefault(folder, []).append((path, read_toml(path, entry)))
    taxonomy: dict[str, TopicNode] = {}
    for path, data in folders.get("topics", ()):
        taxonomy |= parse_taxonomy(path, data)
    top = dict(folders.get("", ()))
    return {
        "phrases": ByLanguage("phrases", files, parse_phrases),
        "function_words": parse_function_words("languages.toml", top.get("languages.toml", {})),
        "confusions": ByLanguage("confusions", files, parse_confusions),
        "discourse": {data["language"]: parse_discourse(path, data) for path, data in folders.get("discourse", ())},
        "fillers": {data["language"]: parse_fillers(path, data) for path, data in folders.get("fillers", ())},
        "sounds": parse_function_words("sounds.toml", top.get("sounds.toml", {})),
        "error_pages": parse_error_pages("error_pages.toml", top.get("error_pages.toml", {})),
        "quality": parse_quality("quality.toml", top.get("quality.toml", {})),
        "phones": load_privacy(),
        "taxonomy": taxonomy,
        "topics": ByLanguage("topics/terms", files, partial(parse_topics, taxonomy=taxonomy)),
    }


@lru_cache(maxsize=1)
def load_privacy() -> PhoneRules:
    """What masking needs to know of phone numbers, once a process.

    Raises:
        RuleError: the file is broken.
    """
    return parse_phones("privacy.toml", read_toml("privacy.toml", configs() / "privacy.toml"))


def guard_addresses(settings: Settings) -> Callable[[str], str]:
    """What a configuration makes of the name of a source in anything that is written: itself, unless something is masked."""
    kinds = settings.privacy.mask
    return Guard(kinds=kinds, phones=load_privacy()).mask_address if kinds else str


@lru_cache(maxsize=2)
def load_lexicon(files: tuple[str, ...] = ()) -> Lexicon:
    """The shipped gazetteer with the user's own files, once a process; the shipped are read when speech first needs a name.

    Args:
        files: paths of the user's own, `settings.repair.lexicons`; relative ones count from the folder of the call.

    Raises:
        ConfigError: a file of the user's cannot be read or used.
    """
    own = [*map(_own_names, files)]
    shipped = [found for found in rule_files() if found[0].startswith(LEXICONS) and found[0].endswith(".tsv")]

    def names() -> tuple[LexiconName, ...]:
        with no_collection():
            return merge_lexicons([*(_names(path, entry) for path, entry in shipped), *own]).names

    return Lexicon(names)


def _names(path: str, entry: Traversable) -> tuple[LexiconName, ...]:
    try:
        return parse_lexicon(path, entry.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise LexiconError(f"{path}: {error}; save it as UTF-8") from error


def _own_names(path: str) -> tuple[LexiconName, ...]:
    try:
        return _names(path, Path(path))
    except OSError as error:
        raise ConfigError(f"repair.lexicons: {path!r} cannot be read ({error.strerror}); give a TSV file") from error
    except LexiconError as error:
        raise ConfigError(f"repair.lexicons: {error}") from error


@lru_cache(maxsize=1)
def default_settings() -> Settings:
    """The configuration as `configs/copydesk.toml` has it."""
    data = read_toml("copydesk.toml", configs() / "copydesk.toml")
    return Settings.model_validate_json(json.dumps(data))  # as JSON, whose arrays strict checking takes for tuples


def load_rules(settings: Settings | None = None, evidence: Evidence | None = None, *, trained: bool = True) -> Rules:
    """The shipped rules with a configuration (the defaults, where none is given) and what a survey found.

    Args:
        settings: the configuration.
        evidence: what a survey found.
        trained: with learned weights; without them only while they are being learned.

    Raises:
        RuleError: a shipped file is broken.
        ConfigError: a lexicon, a file of topics or a function of the user's cannot be read or used.
    """
    settings = settings or default_settings()
    with no_collection():
        taxonomy, topics = own_topics(settings.tag.topics, _topics())
        return Rules(
            settings=settings,
            evidence=evidence or Evidence(),
            labeller=load_labeller() if trained else None,
            chapters=load_chapters() if trained else None,
            punctuator=load_punctuator() if trained else None,
            topic_model=load_topic_model() if trained else None,
            lexicon=load_lexicon(settings.repair.lexicons),
            classifier=_classifier(settings.tag.classifier),
            **(_shipped() | {"taxonomy": taxonomy, "topics": topics}),
        )


def _topics() -> Topics:
    """The shipped topics and terms."""
    shipped = _shipped()
    return shipped["taxonomy"], shipped["topics"]


@lru_cache(maxsize=2)
def _classifier(name: str) -> Classifier | None:
    return Classifier(name=name, function=load_function(CLASSIFIER, name)) if name else None


class Desk:
    """A process's own place of work: the rules, loaded, and the child process for what may crash."""

    def __init__(
        self,
        settings: Settings,
        evidence: Evidence,
        same: Mapping[tuple[str, int, str], str],
        *,
        keeper: Keeper | None = None,
        kept: Kept | None = None,
    ) -> None:
        """Load the rules; the child starts when it is first needed.

        Args:
            settings: the configuration.
            evidence: what the survey found.
            same: sources that repeat an earlier one, by uri, position and SHA-256, to the uri of that one.
            keeper: keeps what this desk decodes.
            kept: what the survey's desks decoded.
        """
        from copydesk.pipeline.chain import STAGES, source_format  # noqa: PLC0415 - the stages' libraries load here
        from copydesk.pipeline.observing import observe  # noqa: PLC0415 - likewise

        self.rules = load_rules(settings, evidence)
        self.same = same
        self.repeated = frozenset(name for first in same.values() for name in (first, first.rpartition("#")[0]))
        self._keeper, self._kept = keeper, kept
        self._stages, self._format, self._observe = STAGES, source_format, observe
        tag = settings.tag.model_copy(update={"classifier": ""})  # a model need not be loaded where nothing is tagged
        self._sandbox = Sandbox(
            settings.model_copy(update={"tag": tag}),
            evidence,
            timeout_seconds=settings.extract.timeout_seconds,
            memory_bytes=settings.extract.memory_bytes,
        )

    def call(self, stage: str, element: Any) -> Any:  # noqa: ANN401 - an Item for decode, a Document for the others
        """What a stage's function makes of an element; of a format that may crash its parser, in the child process.

        Raises:
            SourceError: the source cannot be processed, or its process crashed or took too long.
        """
        if stage not in ISOLATED_STAGES or self._format(element) not in ISOLATED_FORMATS:
            return self._stages[stage](element, self.rules)
        if stage == "decode" and self._kept and (found := self._kept.find(element, self.rules.evidence)):
            self._sandbox.know(*found)
            return found[0]
        return self._sandbox.call(stage, element)

    def observe(self, item: Item) -> dict[str, Any]:
        """What an item tells the survey, decoded; of a format that may crash its parser, in the child process.

        Returns:
            A row of a staged shard (`observing.observe`).

        Raises:
            SourceError: as `call`.
        """
        if self._format(item) not in ISOLATED_FORMATS:
            return self._observe(self._stages["decode"](item, self.rules), self.rules)
        row, packed = self._sandbox.call(OBSERVE, item)
        if self._keeper:
            self._keeper.add(item, packed)
        found: dict[str, Any] = row
        return found

    def close(self) -> None:
        """End the child process, if there is one, and close the files of what was decoded."""
        self._sandbox.close()
        if self._keeper:
            self._keeper.close()
        if self._kept:
            self._kept.close()


@dataclass(frozen=True, kw_only=True)
class Resources:
    """What a graph carries instead of rules: the configuration and the path of the evidence, loaded once a process."""

    settings: Settings
    evidence: str | None = None
    """Path of the survey's evidence file; None where there is none (yet)."""
    keep: str | None = None
    """Local folder in which the survey keeps what it decodes, for the pass after it; None where it keeps nothing."""
    known: str | None = None
    """Path of the digests of sources that an earlier run cleaned; None where there is no state."""

    def load(self) -> Desk:
        """This process's desk for these resources; made at the first call, shared by every step after that."""
        with _LOCK:
            key = (self.settings.model_dump_json(), self.evidence, self.keep)
            if key not in _DESKS:
                _close_all()
                keeper = Keeper(self.keep, self.settings.survey.keep_bytes) if self.keep and not self.evidence else None
                kept = Kept(self.keep) if self.keep and self.evidence else None
                _DESKS[key] = Desk(self.settings, *self._findings(), keeper=keeper, kept=kept)
            return _DESKS[key]

    def load_known(self) -> Known:
        """What tells of a source whether an earlier run cleaned it; its table is read once a process."""
        from copydesk.pipeline.state.seen import Known, KnowsNothing, load_seen  # noqa: PLC0415 - `clean` does without

        return Known(load_seen(self.known), guard_addresses(self.settings)) if self.known else KnowsNothing()

    def _findings(self) -> tuple[Evidence, Mapping[tuple[str, int, str], str]]:
        if self.evidence is None:
            return Evidence(), {}
        from copydesk.pipeline.evidence import read_findings  # noqa: PLC0415 - it imports Beam, which `clean` does without

        findings = read_findings(self.evidence)
        return findings.evidence, findings.same


_LOCK = threading.Lock()
_DESKS: dict[tuple[str, str | None, str | None], Desk] = {}


@atexit.register
def close_desks() -> None:
    """End the child processes of this process's desks."""
    with _LOCK:
        _close_all()


def _close_all() -> None:
    for desk in _DESKS.values():
        desk.close()
    _DESKS.clear()
