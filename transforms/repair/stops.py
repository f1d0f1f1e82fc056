"""Full stops that end no sentence: the recogniser heard a pause."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from copydesk.transforms.explain import Edit
from copydesk.transforms.repair.clues import Clues
from copydesk.transforms.repair.words import is_ordinary

USUAL: Final = 0.2
"""Share of full stops before a small letter from which on that is how the text is written, not a slip."""

_STOP = re.compile(r"(?<=[\w,] )(?<![.!?:;] )([A-Za-z][A-Za-z'’]{2,})\. ([a-z]+)(?=[ ,])(?= ([a-z]*))?")
_ANY_STOP = re.compile(r"[a-z]{3}\. ([A-Za-z])")
_CONTINUES = re.compile(
    "and|or|but|nor|yet|because|although|though|unless|until|whereas|while|which|whose|whom|than|as|of|with|without|for|from|to|in|"
    "on|at|by|into|onto|about|among|between|within|through|throughout|across|along|against|during|despite|except|especially|"
    "including",
)
"""Words that carry a sentence on. A pronoun, a number or an adverb ("they", "one", "most", "so", "then", "only") as often
starts one that lost its capital."""
_QUANTIFIERS: Final = ("all", "both", "each", "many", "most", "none", "one", "some")
_CONTINUE_TOGETHER: Final = frozenset({
    "instead of", "such as", "even as", "even if", "even though", "even when", "even with",
    *(f"{one} {of}" for one in _QUANTIFIERS for of in ("of", "in", "with", "from")),
})  # fmt: skip
"""And those that do so together with the next: a quantifier with a preposition has no verb of its own."""
_ENDS_NO_SENTENCE = re.compile(
    "etc|vs|approx|dept|est|inc|corp|ltd|llc|assoc|bros|mfg|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|vol|figs?|eds|rev|gen|col|"
    "sgt|capt|prof|mrs|gov|sen|rep|hon|ave|blvd|min|max|avg|misc|tel|ext|ref|num|viz|ibid|cit|cap|sec|para|resp|incl|excl|temp",
)
"""Abbreviations: their full stop belongs to them."""
_ANSWERS = re.compile("yeah|yes|yep|okay|right|sure|exactly|true|great|cool|nice|wow|absolutely")
"""Sentences of one word that a listener throws in, often in the middle of what the speaker says."""


def mend_stops(clues: Clues) -> Iterator[Edit]:
    """A full stop before a small letter becomes a comma where the sentence evidently goes on.

    Whom it could harm: a speaker whose sentence did end there and whose next one lost its capital; so only words that carry a
    sentence on count, an exclamation ("Great. and ...") is a sentence, and a text that writes small letters after many full
    stops is left as it is.
    """
    small = [match[1].islower() for match in _ANY_STOP.finditer(clues.text)]
    usual = bool(small) and sum(small) > max(USUAL * len(small), 2)
    for match in _STOP.finditer(clues.text):
        before, after, second = match[1], match[2], match[3] or ""
        word = before.lower()
        if _ENDS_NO_SENTENCE.fullmatch(word) or _ANSWERS.fullmatch(word) or not is_ordinary(before):
            continue
        goes_on = _CONTINUES.fullmatch(after) is not None or f"{after} {second}" in _CONTINUE_TOGETHER
        sure = goes_on and not usual and not clues.edited
        why = "carries the sentence on" if goes_on else "may start a sentence that lost its capital"
        if usual:
            why += "; this text has small letters after many full stops"
        elif clues.edited:
            why += "; a person wrote or edited this text"
        at = match.end(1)
        yield Edit(
            start=at,
            end=at + 1,
            after=",",
            rule="false_full_stop",
            confidence=0.88 if sure else 0.5,
            evidence=f"small letter after the full stop; {after!r} {why}",
        )
