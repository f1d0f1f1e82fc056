"""Words that speech recognition takes for others, where the words beside them decide: rules from `configs/confusions`."""

from __future__ import annotations

from collections.abc import Iterator

from copydesk.transforms.explain import Edit
from copydesk.transforms.repair.clues import Clues


def mend_confusions(clues: Clues) -> Iterator[Edit]:
    r"""Every place where the pattern of a confusion matches, its group `wrong` replaced by `right`.

    `right` may name groups of the pattern (`\g<a>`). A capital at the head of what is replaced is kept.
    """
    for confusion in clues.rules.confusions.get("en", ()):
        for match in confusion.pattern.finditer(clues.text):
            wrong = match["wrong"]
            right = match.expand(confusion.right) if "\\g<" in confusion.right else confusion.right
            if wrong[:1].isupper() and right[:1].islower():
                right = right[:1].upper() + right[1:]
            if right != wrong:
                yield Edit(
                    start=match.start("wrong"),
                    end=match.end("wrong"),
                    after=right,
                    rule=f"confusion.{confusion.id}",
                    confidence=confusion.confidence,
                    evidence=confusion.why,
                )
