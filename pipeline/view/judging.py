"""What a person said in the reading room, as a verdict: the page names a block or a repair, all else comes from the records."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from copydesk.pipeline.reading import Manifest, first_fault
from copydesk.pipeline.view.labels import JudgedSource, Judgement, Key, Labels, PageBlock, Verdict, Versions
from copydesk.pipeline.view.sheets import Sheet
from copydesk.transforms.shapes import ROLES

MOST_RIGHT: Final = 200
"""Characters of the words that a person says are right: a sentence."""
MOST_TEXT: Final = 10_000
"""Characters of a block that its verdict repeats."""
MOST_PAGE: Final = 1_000_000
"""Characters of a page that can be given whole to training: the longest text dumps have a fifth of it."""

_Number = Annotated[int, Field(ge=0)]


class SaidError(ValueError):
    """Nothing that can be said of this source; the message says why."""


class Said(BaseModel):
    """What the page sends."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    source: _Number
    block: _Number | None = None
    """The number of the block in its source; None where the whole page is meant."""
    change: _Number | None = None
    """The number of the repair in the block's paragraph; None where its role is meant."""
    verdict: Judgement
    right: Annotated[str, Field(max_length=MOST_RIGHT)] | None = None


def parse_said(body: bytes) -> Said:
    """What a request's body says.

    Raises:
        SaidError: it is no such thing.
    """
    try:
        return Said.model_validate_json(body)
    except ValidationError as error:
        raise SaidError(first_fault(error)) from None


def judge(said: Said, sheet: Sheet, manifest: Manifest) -> Verdict:
    """The verdict on what was named.

    Args:
        said: what the page sent.
        sheet: the source that it names.
        manifest: of the run.

    Raises:
        SaidError: there is no such block or repair, or what is said to be right cannot be.
    """
    common: dict[str, Any] = {
        "source": _source(sheet), "verdict": said.verdict, "time": _now(), "versions": _versions(manifest.data)
    }  # fmt: skip
    if said.block is None:
        return _page(said, sheet, common)
    if said.block >= len(sheet.blocks):
        raise SaidError(f"the source has {len(sheet.blocks):,} blocks, none of number {said.block}")
    if said.change is not None:
        return _change(said, sheet, common)
    block = sheet.blocks[said.block]
    role = str(block[1])
    right = {"accept": role, "reject": said.right, "withdraw": None}[said.verdict]
    if said.verdict == "reject" and (right not in ROLES or right == role):
        raise SaidError(f"say which role is right, other than {role}: one of {', '.join(ROLES)}")
    return Verdict(
        of="role", start=block[0], end=sheet.end(block), text=sheet.said(block)[:MOST_TEXT], said=role,
        rule=sheet.rule(block), right=right, **common,
    )  # fmt: skip


def _change(said: Said, sheet: Sheet, common: Mapping[str, Any]) -> Verdict:
    mends = sheet.mends(sheet.blocks[said.block or 0])
    if said.change is None or said.change >= len(mends):
        raise SaidError(f"the block has {len(mends)} repairs, none of number {said.change}")
    mend = mends[said.change]
    words = " ".join((said.right or "").split())
    right = {"accept": mend.after, "reject": words or mend.before, "withdraw": None}[said.verdict]
    if said.verdict == "reject" and right == mend.after:
        raise SaidError("these are the words that the repair made; accept it, or give other words")
    return Verdict(
        of="change", start=mend.start, end=mend.end, text=mend.before, said=mend.after, rule=mend.rule, right=right,
        nth=mend.nth, around=mend.around, **common,
    )  # fmt: skip


def _page(said: Said, sheet: Sheet, common: Mapping[str, Any]) -> Verdict:
    document = sheet.whole.document
    if said.verdict == "reject":
        raise SaidError("say of each block that is wrong which role is right; the rest can be accepted")
    if document["source"]["kind"] != "page":
        raise SaidError("pages are learned from line by line; of a transcript only single verdicts are of use")
    if document["characters"] > MOST_PAGE:
        raise SaidError(f"the page has more than {MOST_PAGE:,} characters, more than training takes")
    if any(row["rule"] == "duplicate" for row in sheet.whole.removed):
        raise SaidError("a story of this page repeats another and was dropped, so that the roles of its lines are not known")
    blocks = tuple(_page_block(sheet, number) for number in range(len(sheet.blocks))) if said.verdict == "accept" else ()
    return Verdict(
        of="page", start=0, end=document["characters"], text="", said="", rule="", right=None, blocks=blocks, **common
    )  # fmt: skip


def _page_block(sheet: Sheet, number: int) -> PageBlock:
    block = sheet.blocks[number]
    story = None if isinstance(block[2], str) else int(block[2])
    return block[0], sheet.end(block), block[1], story, " ".join(sheet.said(block).split())


def _source(sheet: Sheet) -> JudgedSource:
    document = sheet.whole.document
    source = document["source"]
    return JudgedSource(
        uri=source["uri"], sha256=source["sha256"], site=source["site"], kind=source["kind"],
        language=document["language_hint"],
    )  # fmt: skip


def _versions(data: Mapping[str, Any]) -> Versions:
    return Versions(
        copydesk=str(data.get("copydesk", "")), run=str(data.get("run_id", "")), rules_sha256=str(data.get("rules_sha256", ""))
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def said_of(sheet: Sheet, labels: Labels, first: int, last: int) -> dict[str, list[str | None]]:
    """The standing verdicts on some blocks of a source, and on the whole of it, for its page.

    Returns:
        [verdict, what is right] by "page", by the number of a block ("12"), or of a repair in it ("12.0").
    """
    source = sheet.whole.document["source"]
    found: dict[str, list[str | None]] = {}

    def look(name: str, key: Key) -> None:
        if verdict := labels.standing.get(key):
            found[name] = [verdict.verdict, verdict.right]

    at = (source["uri"], source["sha256"])
    look("page", ("page", *at, 0, sheet.whole.document["characters"], "", 0))
    for number in range(first, last):
        block = sheet.blocks[number]
        look(str(number), ("role", *at, block[0], sheet.end(block), "", 0))
        for place, mend in enumerate(sheet.mends(block)):
            look(f"{number}.{place}", ("change", *at, mend.start, mend.end, mend.before, mend.nth))
    return found
