"""Document -> Document: labelled blocks to stories, and every other block to `removed`.

`boundaries` decides where one story ends and the next begins, `stories` makes each one's record, `fields` reads its authors,
date and section, `leftover` keeps the account of the rest. Of a long transcript, `chapters` finds the parts.
"""

from __future__ import annotations

from copydesk.transforms.segment.stories import segment_stories

__all__ = ["segment_stories"]
