"""Characters that a reader cannot see and that mean nothing where they stand: taken out, each one listed.

What looks like them and is not stays: the joiners that Persian, Indic scripts and emoji need, variation selectors, emoji tag
sequences, direction marks in texts with right-to-left letters, and the zero-width space between the words of Thai, Lao,
Khmer and Burmese.

Whom it could harm: a soft hyphen is a spelling aid in some texts; it is listed, so it can be put back.
"""

from __future__ import annotations

import re
from typing import Final

from copydesk.transforms.explain import Edit

_JOINERS: Final = "\u200c\u200d"
_MARKS: Final = "\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069"
_CONTROLS: Final = "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"
_OTHERS: Final = "\xad\ufeff\u2060-\u2064\u206a-\u206f\ufff9-\ufffb\ud800-\udfff"
_LINES: Final = "\x0b\x0c\x1c-\x1f\x85\u2028\u2029"
_ANY: Final = re.compile(
    f"(?P<gone>[{_CONTROLS}{_OTHERS}]+)|(?P<space>\u200b+)|(?P<join>[{_JOINERS}]+)|(?P<mark>[{_MARKS}]+)|(?P<line>[{_LINES}]+)",
)
_ONE: Final = re.compile(f"[{_CONTROLS}{_OTHERS}\u200b{_JOINERS}{_MARKS}{_LINES}]")
"""Any of them, as the one class that the regex engine runs along at 4 ns a character; `_ANY` takes 50."""
_UNSEEN: Final = re.compile(f"[{_CONTROLS}{_OTHERS}\u200b{_JOINERS}{_MARKS}]")
_AS_LINES: Final = dict.fromkeys(map(ord, "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"), "\n") | {0x1F: " "}
"""What parts lines becomes a line end, as `str.splitlines` has it; the "unit separator" parts words, as `str.isspace` says."""
_RULES: Final = (
    (re.compile(f"[{_CONTROLS}]"), "control_character"), (re.compile("\xad"), "soft_hyphen"),
    (re.compile("[\ud800-\udfff]"), "lone_surrogate"), (re.compile(f"[{_MARKS}]"), "direction_mark"),
    (re.compile(f"[{_LINES}]"), "line_separator"),
)  # fmt: skip
_LOOK: Final = 8
"""Invisible characters that are looked across for a neighbour; more in a row are rubbish whatever stands beyond."""
_SHOWN: Final = 8
"""Code points that a change names."""
_RIGHT_TO_LEFT: Final = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
_SPACELESS: Final = re.compile(
    "[\u0e00-\u0eff\u0f00-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf\ua9e0-\ua9ff\uaa60-\uaadf]"
)
"""Scripts that part words, if at all, by a zero-width space: Thai, Lao, Burmese, Khmer, Tai, Tibetan."""
_JOINED: Final = re.compile(
    "[\u0600-\u109f\u1700-\u18af\u1a00-\u1cff\ua800-\uabff\ufb50-\ufdff\ufe70-\ufefc\U00010a00-\U00011fff]"
)
"""Scripts whose letters a joiner or non-joiner shapes: Arabic, Syriac, N'Ko, Indic, Burmese, Khmer, Mongolian and their kin."""
_EMOJI: Final = re.compile(
    "[#*0-9©®\u2190-\u2bff\u3030\u303d\u3297\u3299\ufe0f\u20e3\U0001f000-\U0001faff\U000e0020-\U000e007f]"
)


def invisible_edits(text: str) -> list[Edit]:
    r"""What has to go from a text of unified line ends, in order.

    >>> [(edit.start, edit.rule) for edit in invisible_edits("so\xadft, ze\u200bro and a\x00")]
    [(2, 'soft_hyphen'), (9, 'zero_width'), (18, 'control_character')]
    >>> invisible_edits("می\u200cخواهم 👩\u200d🚀")
    []
    """
    edits: list[Edit] = []
    right_to_left: bool | None = None
    at = 0
    while (one := _ONE.search(text, at)) and (match := _ANY.match(text, one.start())):
        at = match.end()
        kind, start, end = match.lastgroup, match.start(), match.end()
        after = ""
        if kind == "line":
            after = match[0].translate(_AS_LINES)
        elif kind == "mark":
            if right_to_left is None:
                right_to_left = _RIGHT_TO_LEFT.search(text) is not None
            if right_to_left:
                continue
        elif kind != "gone" and _means_something(kind, _neighbour(text, start - 1, -1), _neighbour(text, end, 1), match[0]):
            continue
        edits.append(_edit(start, end, match[0], after))
    return edits


def _means_something(kind: str | None, before: str, after: str, run: str) -> bool:
    """Whether a zero-width space or joiners are of use between these two visible characters."""
    if kind == "space":
        return bool(_SPACELESS.match(before) or _SPACELESS.match(after))
    if _JOINED.match(before) or _JOINED.match(after):
        return True
    return "\u200d" in run and bool(_EMOJI.match(before) and _EMOJI.match(after))


def _neighbour(text: str, at: int, step: int) -> str:
    """The nearest visible character in a direction, or "" at the text's edge."""
    for _ in range(_LOOK):
        if not 0 <= at < len(text):
            return ""
        if not _UNSEEN.match(text, at):
            return text[at]
        at += step
    return ""


def _edit(start: int, end: int, run: str, after: str) -> Edit:
    rule = next((rule for pattern, rule in _RULES if pattern.match(run)), "zero_width")
    shown = " ".join(f"U+{ord(character):04X}" for character in run[:_SHOWN])
    evidence = shown + (f" and {len(run) - _SHOWN} more" if len(run) > _SHOWN else "")
    return Edit(start=start, end=end, after=after, rule=rule, confidence=1.0, evidence=evidence)
