"""JSON Schemas (draft 2020-12) of what is written, made from the dataclasses, so that they cannot drift from them."""

from __future__ import annotations

import functools
from typing import Any, Final, Literal, get_args

from pydantic import TypeAdapter

from copydesk.transforms.shapes import DocumentRecord, RejectedRecord, RemovedRecord, Story

RecordName = Literal["story", "document", "removed", "rejected"]
SCHEMAS: Final[tuple[RecordName, ...]] = get_args(RecordName)
SHAPES: Final[dict[RecordName, type]] = {
    "story": Story,
    "document": DocumentRecord,
    "removed": RemovedRecord,
    "rejected": RejectedRecord,
}
_DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
OPTIONAL: Final = frozenset({"speaker", "time"})
"""Keys that are left out where they are null; all others are always written."""


@functools.cache
def _schema(name: RecordName) -> dict[str, Any]:
    made = TypeAdapter(SHAPES[name]).json_schema(mode="serialization")
    for part in (made, *made.get("$defs", {}).values()):
        if part.get("type") != "object" or "properties" not in part:
            continue
        part["additionalProperties"] = False
        part["required"] = [key for key in part["properties"] if key not in OPTIONAL]
        for value in part["properties"].values():
            value.pop("default", None)
    return {"$schema": _DRAFT, "$id": f"copydesk:{name}:1.0", **made}


def schema(name: RecordName) -> dict[str, Any]:
    """The JSON Schema of one kind of record.

    Args:
        name: "story", "document", "removed" or "rejected".

    Raises:
        KeyError: there is no such record.

    >>> schema("rejected")["required"]
    ['source', 'stage', 'error', 'message']
    """
    return dict(_schema(name))
