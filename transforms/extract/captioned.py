"""Blocks of caption files: all of it is speech, but what the format or the reader knows better, sound marks, and credits.

A caption file has no page around it, so nothing of `speech`'s furniture is looked for: a wide cue, or one that says
"Subscribe", is spoken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from copydesk.transforms.extract.lines import packs_for
from copydesk.transforms.extract.sounds import part_sounds
from copydesk.transforms.extract.speakers import name_speakers
from copydesk.transforms.extract.speech import label_speech
from copydesk.transforms.extract.turns import part_turns
from copydesk.transforms.rules import Rules
from copydesk.transforms.shapes import CAPTION_FORMATS, Block, Document


def label_transcript(document: Document, rules: Rules) -> tuple[Block, ...]:
    """Roles for the blocks of a transcript, pasted or of captions, with its sound marks parted and its speakers named.

    Args:
        document: of kind "transcript", as `decode` cut it. A block that has a rule keeps its role.
        rules: phrase packs for the furniture of a pasted one, and the words that name sounds.

    Returns:
        The same characters in the same order.
    """
    captions = document.source.format in CAPTION_FORMATS and document.source.format != "md"
    if captions:
        blocks: Sequence[Block] = [block if block.rule else replace(block, rule="speech.line") for block in document.blocks]
    else:
        blocks = _around_known(replace(document, blocks=part_turns(document, packs_for(document, rules))), rules)
    sounds = frozenset().union(*rules.sounds.values())
    return name_speakers(tuple(part_sounds(document, blocks, sounds, captions=captions)))


def _around_known(document: Document, rules: Rules) -> Sequence[Block]:
    """A text's lines by `speech`, those that the format has given a role as they are."""
    known = [block for block in document.blocks if block.rule]
    if not known:
        return label_speech(document, rules)
    told = label_speech(replace(document, blocks=tuple(block for block in document.blocks if not block.rule)), rules)
    titled = any(block.role == "headline" for block in known)
    if titled:  # front matter has the title, so the first words of the speech are none
        told = tuple(
            replace(block, role="body", rule="speech.line", evidence="") if block.rule == "speech.title" else block
            for block in told
        )
    return sorted([*known, *told], key=lambda block: block.start)
