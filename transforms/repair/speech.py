"""Transcripts into readable, rightly spelled speech: lines joined, words repaired on evidence, paragraphs cut.

Every rule proposes edits of the running text; the surest that do not touch each other are made, once. `consider` gives all of
them, made or not, by the same call, so an explanation cannot differ from the result.

No rule of repair is against doubled words. Speakers do repeat themselves, and what was said is kept: in trials on talks with a
person's version, a plain rule took out fourteen genuine repeats in 10,000 words and mended nothing. Who wants them out asks for
it (`repair.tidy_speech`); repairs go before.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from copydesk.transforms.explain import Edit, apply_edits, choose_edits, shift
from copydesk.transforms.repair.batch import mend_batch_names
from copydesk.transforms.repair.casing import mend_casing
from copydesk.transforms.repair.clues import Clues, gather_clues, written_beside
from copydesk.transforms.repair.compounds import mend_compounds
from copydesk.transforms.repair.confusions import mend_confusions
from copydesk.transforms.repair.expansions import mend_acronyms
from copydesk.transforms.repair.fused import mend_fused
from copydesk.transforms.repair.gazetteer import mend_gazetteer_names
from copydesk.transforms.repair.heard import mend_heard_names
from copydesk.transforms.repair.names import mend_names
from copydesk.transforms.repair.nonwords import mend_nonwords
from copydesk.transforms.repair.paragraphs import cut_paragraphs
from copydesk.transforms.repair.punctuation import lacks_marks
from copydesk.transforms.repair.running import Running, join_lines
from copydesk.transforms.repair.standing import Standing, considered_names, standing_names
from copydesk.transforms.repair.stops import mend_stops
from copydesk.transforms.repair.switches import Switches
from copydesk.transforms.repair.tidy import tidy_speech
from copydesk.transforms.repair.turns import name_turns
from copydesk.transforms.repair.units import mend_units
from copydesk.transforms.rules import Rules
from copydesk.transforms.shapes import RESTORED, Block, Change, Document

Rule = Callable[[Clues], Iterator[Edit]]

RULES: Final[tuple[Rule, ...]] = (
    mend_names,
    mend_compounds,
    mend_batch_names,
    mend_heard_names,
    mend_gazetteer_names,
    mend_acronyms,
    mend_casing,
    mend_confusions,
    mend_fused,
    mend_nonwords,
    mend_units,
    mend_stops,
)
"""What is asked, in this order: the document itself, the batch, the gazetteer, the language. All of them are for English."""

MIN_ENGLISH: Final = 0.2
"""Share of English function words in a sample without a language hint: English has 0.4 and more, other languages under 0.08."""
SAMPLE_WORDS: Final = 600
SAMPLE_CHARACTERS: Final = 6_000
"""Of running text: about as many words."""
HEADINGS: Final = frozenset({"headline", "subhead", "section"})
"""Roles of lines that somebody put over a stretch of speech; a paragraph never runs on below one."""
MAX_DOUBTFUL: Final = 300
"""Doubtful repairs that `consider` lists; a talk of hours has thousands, and nobody reads them."""
LONG_LINE_WORDS: Final = 40
"""Words of a line at the median from which on the lines of a transcript are its paragraphs."""

NO_WITNESS: Final = frozenset({"speech.time", "captions.repeat"})
"""Furniture that nobody wrote: time stamps, and the speech that rolling captions show again, whose slips are the same slips."""

_ENDS = re.compile(r"[.!?…。！？:][\"'”’»)\]]*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Consideration:
    """A repair that was thought of: what stands there, what would, on what evidence, and why it was made or not."""

    start: int
    """Offset into the document's text."""
    before: str
    after: str
    rule: str
    confidence: float
    evidence: str
    made: bool
    reason: str


def repair_speech(document: Document, rules: Rules) -> Document:
    """Join the lines of a transcript, repair its words on evidence, and cut it into paragraphs.

    Args:
        document: as `extract` leaves it; what is no transcript is returned as it is.
        rules: confusions of the language, names of the batch, `settings.repair`.

    Returns:
        The document with its blocks of speech replaced by paragraphs. Not a character of the speech is lost: undo a
        paragraph's changes, and its text is what stands at its spans, joined by spaces.
    """
    speech = [block for block in document.blocks if block.role == "body"]
    if document.source.kind != "transcript" or not speech:
        return document
    running, edits = _propose(document, speech, rules)
    chosen = choose_edits(edit for edit in edits if edit.confidence >= rules.settings.repair.min_confidence)
    text, changes = apply_edits(running.text, chosen)
    names = None
    if _restores(document, running, text, rules):
        names = list(considered_names(running.text, edits, rules.settings.repair.min_confidence))
    paragraphs = _paragraphs(running, speech, text, changes, rules, headed=_headed(document), names=names)
    others = (block for block in document.blocks if block.role != "body")
    return replace(document, blocks=tuple(sorted([*others, *paragraphs], key=lambda block: block.start)))


def consider(document: Document, rules: Rules) -> tuple[Consideration, ...]:
    """The repairs that were thought of for a transcript, in text order, made or not, with the reason.

    Of those that are too doubtful to be made, the first `MAX_DOUBTFUL`.

    Args:
        document: as `extract` leaves it, before `repair_speech`.
        rules: the same that `repair_speech` is given.
    """
    speech = [block for block in document.blocks if block.role == "body"]
    if document.source.kind != "transcript" or not speech:
        return ()
    running, edits = _propose(document, speech, rules)
    least = rules.settings.repair.min_confidence
    chosen = set(map(id, choose_edits(edit for edit in edits if edit.confidence >= least)))
    doubtful = sorted((edit for edit in edits if edit.confidence < least), key=lambda edit: edit.start)
    listed = [*(edit for edit in edits if edit.confidence >= least), *doubtful[:MAX_DOUBTFUL]]
    found = [_consideration(running, edit, least, made=id(edit) in chosen) for edit in listed]
    return tuple(sorted(found, key=lambda one: (one.start, not one.made)))


def _consideration(running: Running, edit: Edit, least: float, *, made: bool) -> Consideration:
    reason = "made" if made else "a surer repair stands there"
    if edit.confidence < least:
        reason = f"confidence {edit.confidence:g} is below {least:g}"
    spans = running.spans(edit.start, edit.end)
    return Consideration(
        start=spans[0][0],
        before=running.text[edit.start : edit.end],
        after=edit.after,
        rule=edit.rule,
        confidence=edit.confidence,
        evidence=edit.evidence,
        made=made,
        reason=reason,
    )


def _propose(document: Document, speech: Sequence[Block], rules: Rules) -> tuple[Running, list[Edit]]:
    """The running text, and all that the rules propose for it, surest first."""
    running = join_lines(document.text, speech)
    furniture = [block for block in document.blocks if block.role != "body" and block.rule not in NO_WITNESS]
    clues = gather_clues(running, furniture, rules, written_beside(document))
    english = _is_english(document.language_hint, clues.words, rules)
    edits = [edit for rule in RULES for edit in rule(clues)] if english else []
    switches = Switches(running.text if edits else "", rules.function_words)
    edits = sorted((edit for edit in edits if not switches.covers(edit.start)), key=lambda edit: -edit.confidence)
    pack = rules.fillers.get("en" if english else (document.language_hint or "").split("-")[0])
    if rules.settings.repair.tidy_speech and pack:
        speakers, lead = name_turns(speech)
        walls = [running.lines[i] - lead.get(i, 0) for i in _breaks(speech, speakers, _headed(document))]
        edits += tidy_speech(clues, pack, walls)
    return running, edits


def _is_english(hint: str | None, words: Sequence[str], rules: Rules) -> bool:
    """Whether English rules may touch the speech: what the hint says, and the words themselves."""
    if hint is not None and hint.split("-")[0] != "en":
        return False
    sample = words[:SAMPLE_WORDS]
    common = rules.function_words.get("en", frozenset())
    return hint is not None or sum(word.lower() in common for word in sample) >= MIN_ENGLISH * max(len(sample), 1)


def _restores(document: Document, running: Running, text: str, rules: Rules) -> bool:
    """Whether marks and capitals are put into the repaired text: English that has none."""
    if rules.punctuator is None or not lacks_marks(text):
        return False
    return _is_english(document.language_hint, running.text[:SAMPLE_CHARACTERS].split(), rules)


# --- paragraphs ----------------------------------------------------------------------------------------------------------


def _paragraphs(
    running: Running,
    speech: Sequence[Block],
    repaired: str,
    changes: Sequence[Change],
    rules: Rules,
    *,
    headed: Collection[int],
    names: Sequence[Standing] | None,
) -> Iterator[Block]:
    """The repaired text cut into blocks, with punctuation where it is restored.

    Args:
        running: the text before repairs.
        speech: its lines.
        repaired: what became of it.
        changes: with these changes.
        rules: settings, and the weights of punctuation.
        headed: numbers of the lines over which a heading stands.
        names: places of the running text that a rule took for one name, changed or not; None where the text needs no marks.
    """
    speakers, lead = name_turns(speech)
    to_old = _Offsets(changes)
    turns = [(to_old.new(running.lines[i] - lead.get(i, 0)), i) for i in _breaks(speech, speakers, headed)]
    text, marks = apply_edits(repaired, ())
    if names is not None and rules.punctuator:
        labels = [(at, at + _label_length(repaired, at, speakers[i])) for at, i in [(0, 0), *turns]]
        switches = Switches(repaired, rules.function_words)
        whole = [Standing(to_old.new(name.start), to_old.new(name.end)) for name in names]
        proposed = rules.punctuator.restore(repaired, labels, [*standing_names(repaired, rules), *whole])
        text, marks = apply_edits(repaired, [mark for mark in proposed if not switches.covers(mark.start)])
    rules_used = {mark.rule for mark in marks}
    restored = tuple(what for what in RESTORED if what in rules_used)
    to_bare = _Offsets([mark for mark in marks if mark.rule == "punctuation"])  # a capital moves nothing
    ours = [to_bare.carry(change, text) for change in changes]
    cuts = cut_paragraphs(text, [to_bare.new(at) for at, _ in turns], rules.settings.repair)
    cuts = [at for at in cuts if not to_old.inside(to_bare.old(at))]
    turn_of = {to_bare.new(at): i for at, i in turns}
    first = 0
    for start, end in zip(cuts, [*cuts[1:], len(text)], strict=True):
        kept = text[start:end].rstrip()
        own: list[Change] = []
        while first < len(ours) and (ours[first].start < end or end == len(text)):
            own.append(ours[first])
            first += 1
        low = to_old.old(to_bare.old(start))
        line = running.line_at(low)
        layout = replace(speech[line].layout, speaker=speakers[turn_of.get(start, line)])
        yield Block(
            text=kept,
            spans=running.spans(low, to_old.old(to_bare.old(start + len(kept)))),
            role="body",
            rule="repair.paragraph",
            changes=shift(own, -start),
            restored=restored,
            layout=layout,
        )


def _label_length(text: str, at: int, speaker: str | None) -> int:
    """Characters of the label that stands at an offset."""
    return len(speaker) + 1 if speaker and text.startswith(f"{speaker}:", at) else 0


class _Offsets:
    """Offsets before and after changes, each found from the other in logarithmic time."""

    def __init__(self, changes: Sequence[Change]) -> None:
        self._changes = changes
        self._starts = [change.start for change in changes]
        self._grown = [0]
        for change in changes:
            self._grown.append(self._grown[-1] + len(change.after) - len(change.before))
        self._old_starts = [change.start - grown for change, grown in zip(changes, self._grown, strict=False)]

    def old(self, at: int) -> int:
        """Where an offset of the repaired text, not inside a change, stood before."""
        return at - self._grown[self._before(at)]

    def _before(self, at: int) -> int:
        """Number of the changes that lie wholly before `at`."""
        i = bisect_right(self._starts, at)
        return i - 1 if i and self._changes[i - 1].end > at else i

    def new(self, at: int) -> int:
        """Where an offset of the running text stands after the changes."""
        i = bisect_right(self._old_starts, at)
        if i and at < self._old_starts[i - 1] + len(self._changes[i - 1].before):
            return self._starts[i - 1]
        return at + self._grown[i]

    def carry(self, change: Change, text: str) -> Change:
        """A change of the text before these changes as one of `text`, the text after them."""
        start = self.new(change.start)
        end = self.new(change.end - 1) + 1 if change.end > change.start else start
        return replace(change, start=start, end=end, after=text[start:end])

    def inside(self, at: int) -> bool:
        """Whether an offset of the repaired text lies within a change, where no paragraph can start."""
        i = bisect_right(self._starts, at)
        return i > 0 and self._starts[i - 1] < at < self._changes[i - 1].end


def _headed(document: Document) -> frozenset[int]:
    """Numbers of the lines of speech over which a heading stands."""
    headed, lines, heading = set(), 0, False
    for block in sorted(document.blocks, key=lambda block: block.start):
        if block.role == "body":
            if heading:
                headed.add(lines)
            lines, heading = lines + 1, False
        heading = heading or block.role in HEADINGS
    return frozenset(headed)


def _breaks(speech: Sequence[Block], speakers: Sequence[str | None], headed: Collection[int]) -> Iterator[int]:
    """Numbers of the lines at which a paragraph starts whatever its length."""
    spaced = sum(block.layout.blank_lines > 0 for block in speech) > len(speech) / 2
    lengths = sorted(block.text.count(" ") + 1 for block in speech)
    long = lengths[len(lengths) // 2] >= LONG_LINE_WORDS
    for i in range(1, len(speech)):
        labelled = speakers[i] is not None and (speakers[i] != speakers[i - 1] or speech[i].layout.speaker is None)
        apart = (speech[i].layout.blank_lines > 0 and not spaced) or long
        if labelled or i in headed or (apart and not _goes_on(speech[i - 1].text, speech[i].text)):
            yield i


def _goes_on(before: str, after: str) -> bool:
    """Whether a sentence runs over a break: nothing ends it, and what follows has a small letter."""
    return not _ENDS.search(before) and after[:1].islower()
