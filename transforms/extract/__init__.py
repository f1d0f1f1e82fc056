"""Document -> Document: a role for every block, with the rule that gave it; a page told from a transcript.

A text dump's lines are labelled by `page`, HTML's blocks by `markup` with `structure` and, in doubt, a `witness`,
transcripts by `captioned`: pasted ones with `turns` and `speech`, all of them with `sounds` and `speakers`. A `story` stays as
it is.
What a line is like by itself stands in `lines`, `cues`, `dates`, `bylines`, `signatures` and `relative`;
`telling` has words for what the labeller saw of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from copydesk.transforms.cells import fold
from copydesk.transforms.extract.captioned import label_transcript
from copydesk.transforms.extract.markup import label_markup
from copydesk.transforms.extract.page import label_lines, weigh_lines
from copydesk.transforms.extract.speech import looks_like_speech
from copydesk.transforms.extract.telling import tell_feature
from copydesk.transforms.rules import Rules
from copydesk.transforms.shapes import CAPTION_FORMATS, Block, Document, Kind

__all__ = ["extract_blocks", "kind_of", "tell_feature", "weigh_lines"]


def extract_blocks(document: Document, rules: Rules) -> Document:
    """Give every block of a document its role, and the document its kind.

    Args:
        document: as `decode` leaves it. A kind that the user gave is kept; else speech is told from a page.
        rules: phrase packs, settings and site evidence.

    Returns:
        The document with `source.kind` set, `role`, `rule` and `evidence` on every block, and without its markup.
    """
    kind = document.source.kind or kind_of(document)
    if kind == "page" and document.source.format in CAPTION_FORMATS:
        kind = "transcript"  # whatever was said of the whole batch
    if kind == "story":
        blocks = tuple(_label_story(document))
    elif kind == "transcript":
        blocks = label_transcript(document, rules)
    elif document.source.format == "html" or document.markup is not None:
        blocks = label_markup(document, rules)
    else:
        blocks = label_lines(document, rules)
    return replace(document, source=replace(document.source, kind=kind), blocks=blocks, markup=None)


def kind_of(document: Document) -> Kind:
    """Whether a document is a page or a transcript, by its format or its shape; cheap enough for a survey."""
    captions = document.source.format in CAPTION_FORMATS
    return "transcript" if captions or looks_like_speech(document) else "page"


def _label_story(document: Document) -> Iterator[Block]:
    """A story is taken as it is: nothing is cut; a first line that is the metadata's title is the headline."""
    title = fold(document.metadata.title or "")
    for number, block in enumerate(document.blocks):
        if number == 0 and title and fold(block.text) == title:
            yield replace(block, role="headline", rule="story.headline", evidence="the source's own title")
        else:
            yield replace(block, role="body", rule="story.body", evidence="given as a story")
