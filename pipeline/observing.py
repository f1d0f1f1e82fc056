"""What one document teaches about its batch: the lines that it shares with its site, the names that it spells out.

It runs where the document is decoded; of HTML that is the child process, and only what was observed comes back.
"""

from __future__ import annotations

import base64
from array import array
from typing import Any, Final

from copydesk.transforms.cells import fold
from copydesk.transforms.decode.site import folder_of
from copydesk.transforms.evidence import line_key
from copydesk.transforms.extract import kind_of
from copydesk.transforms.repair.names import harvest_names
from copydesk.transforms.rules import Rules
from copydesk.transforms.settings import Settings
from copydesk.transforms.shapes import Document

FOLDER: Final = "folder:"
"""Marks a site that is only a folder, until its files prove to be of one site."""


def site_of(document: Document) -> str:
    """The site that a document's lines are counted under: its own, or else its folder, marked as such."""
    return document.source.site or FOLDER + folder_of(document.source.uri)


def pack_lines(document: Document, settings: Settings) -> bytes:
    """The keys of a document's short lines, each once, eight bytes a key, in order of the keys."""
    survey = settings.survey
    half = max(survey.lines_per_document // 2, 1)
    blocks = document.blocks
    ends = blocks if len(blocks) <= 2 * half else (*blocks[:half], *blocks[-half:])
    keys = {line_key(fold(block.text)) for block in ends if len(block.text) <= survey.max_line_characters}
    return array("Q", sorted(keys)).tobytes()


def pack_names(document: Document, rules: Rules) -> bytes:
    """The names that a written page spells out, a line each; nothing where the document is no page."""
    if (document.source.kind or kind_of(document)) == "transcript":
        return b""
    return "\n".join(harvest_names(document, rules)).encode("utf-8", "replace")


def observe(document: Document, rules: Rules) -> dict[str, Any]:
    """What one document tells the survey, as a row of a staged shard: its lines under its site, its names."""
    row: dict[str, Any] = {}
    if lines := pack_lines(document, rules.settings):
        row |= {"site": site_of(document), "lines": base64.b64encode(lines).decode()}
    if names := pack_names(document, rules):
        row["names"] = names.decode()
    return row
