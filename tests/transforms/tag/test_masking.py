"""Masking of a document: its account still adds up, and nothing but the masked is another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.pipeline.resources import load_rules
from copydesk.transforms.explain import Edit, apply_edits
from copydesk.transforms.rules import Rules
from copydesk.transforms.shapes import (
    Block,
    Change,
    Chapter,
    Document,
    Paragraph,
    RejectedRecord,
    Removed,
    Same,
    Source,
    SourceRef,
)
from copydesk.transforms.tag.masking import mask_document, mask_outcome
from copydesk.transforms.tally import tally
from copydesk.transforms.write import check_account

from .test_tag_stories import document as empty
from .test_tag_stories import story as made_story

EMAIL = "ada.winter@example.org"


def masking(*kinds: str) -> Rules:
    """The shipped rules, with some kinds masked."""
    rules = load_rules()
    privacy = rules.settings.privacy.model_copy(update={"mask": kinds or ("email", "phone", "ip", "card", "iban")})
    return replace(rules, settings=rules.settings.model_copy(update={"privacy": privacy}))


def of_blocks(text: str, blocks: Sequence[Block]) -> Document:
    """A document of one story whose paragraphs are these blocks, and whatever else stands in the text."""
    paragraphs, changes, at = [], [], 0
    for block in blocks:
        paragraphs.append(Paragraph(start=at, end=at + len(block.text), role="paragraph", spans=block.spans))
        changes += [replace(change, start=change.start + at, end=change.end + at) for change in block.changes]
        at += len(block.text) + 2
    spans = tuple(span for block in blocks for span in block.spans)
    story = replace(
        made_story("\n\n".join(block.text for block in blocks)),
        paragraphs=tuple(paragraphs), changes=tuple(changes), spans=spans,
        restored=tuple(dict.fromkeys(what for block in blocks for what in block.restored)),
    )  # fmt: skip
    edges = [0, *(place for span in spans for place in span), len(text)]
    gaps = [(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if text[start:end].strip()]
    removed = [Removed(start=a, end=b, text=text[a:b], role="chrome", rule="r", evidence="") for a, b in gaps]
    others = [Block(text=" ".join(text[a:b].split()), spans=((a, b),), role="chrome") for a, b in gaps]
    return replace(empty(), text=text, blocks=(*blocks, *others), stories=(story,), removed=tuple(removed))


def test_nothing_asked_nothing_done() -> None:
    """By default a document comes back as the same object."""
    document = of_blocks(EMAIL, [Block(text=EMAIL, spans=((0, len(EMAIL)),))])
    assert mask_document(document, load_rules()) is document


def test_a_story_and_what_is_around_it() -> None:
    """The story has a placeholder and a change, the document stars; offsets of all that follows still fit."""
    text = f"Write to {EMAIL} now.\nThe end.\nImprint {EMAIL}"
    blocks = [
        Block(text=line, spans=((text.index(line), text.index(line) + len(line)),)) for line in text.split("\n")[:2]
    ]  # fmt: skip
    document = of_blocks(text, blocks)
    chapter = Chapter(start=document.stories[0].text.index("The end"), title="The end")
    chaptered = replace(document.stories[0], chapters=(chapter,), headline=f"Of {EMAIL}")
    done = mask_document(replace(document, stories=(chaptered,)), masking())
    (story,) = done.stories
    assert story.text == "Write to [EMAIL] now.\n\nThe end."
    assert story.headline == "Of [EMAIL]"
    assert [story.text[part.start : part.end] for part in story.paragraphs] == ["Write to [EMAIL] now.", "The end."]
    assert story.text[story.chapters[0].start :] == "The end."
    assert story.changes == (
        Change(
            start=9, end=16, before="*" * len(EMAIL), after="[EMAIL]", rule="privacy.email", confidence=1.0,
            evidence=f"the document has it at [9, {9 + len(EMAIL)})",
        ),
    )  # fmt: skip
    assert done.removed[-1].text.strip() == "Imprint " + "*" * len(EMAIL)
    assert len(done.text) == len(text)
    assert tally("tag", done)["changed:privacy.email"] == 1
    check_account(done)


def test_cells_of_a_table() -> None:
    """What stands in a cell, or in a piece of one, is masked where it stands, and the rest of its row is as it was."""
    text = f"Office {EMAIL} 12 {EMAIL}"
    spans = ((0, 6), (7, 7 + len(EMAIL)), (8 + len(EMAIL), 10 + len(EMAIL)), (11 + len(EMAIL), len(text)))
    row = f"Office {EMAIL}\t\t12\t{EMAIL}"
    story = replace(
        made_story(row), spans=spans, changes=(), restored=(),
        paragraphs=(Paragraph(start=0, end=len(row), role="table", spans=spans),),
    )  # fmt: skip
    blocks = tuple(Block(text=text[start:end], spans=((start, end),)) for start, end in spans)
    masked = mask_document(replace(empty(), text=text, blocks=blocks, stories=(story,), removed=()), masking("email"))
    (found,) = masked.stories
    assert EMAIL not in found.text
    cells = found.text.split("\t")
    assert cells == [f"Office {cells[3]}", "", "12", cells[3]]
    assert (found.paragraphs[0].start, found.paragraphs[0].end) == (0, len(found.text))
    check_account(masked)


def test_one_number_over_two_lines() -> None:
    """Of speech whose lines were joined, both lines have stars, and the white space between them stays."""
    text = "call +44 20 79\n[Music]\n46 0018 today"
    block = Block(text="call +44 20 7946 0018 today", spans=((0, 14), (23, len(text))))
    joined = replace(block, text="call +44 20 79 46 0018 today")
    done = mask_document(of_blocks(text, [joined]), masking("phone"))
    assert done.text == "call *** ** **\n[Music]\n** **** today"
    assert done.stories[0].text == "call [PHONE] today"
    assert done.stories[0].changes[0].evidence == "the document has it at [5, 14), [23, 30)"
    check_account(done)


def repaired(said: str, wrong: str, right: str) -> Block:
    """A block in which one word was mended."""
    at = said.index(wrong)
    edit = Edit(start=at, end=at + len(wrong), after=right, rule="r", confidence=1, evidence=f"{right} for {wrong}")
    text, changes = apply_edits(said, [edit])
    return Block(text=text, spans=((0, len(said)),), changes=changes)


@pytest.mark.parametrize(
    ("said", "wrong", "right", "text"),
    [
        ("mail ada@exmaple.org today", "exmaple.org", "example.org", "mail [EMAIL] today"),  # inside, found in both
        ("mail ada@example.org, Kaarvick", "Kaarvick", "Kaarvik", "mail [EMAIL], Kaarvik"),  # after it
        ("Kaarvick has ada@example.org", "Kaarvick", "Kaarvik", "Kaarvik has [EMAIL]"),  # before it
        ("mail ada@example.org today", "ada@example.org", "Ada", "mail [EMAIL] today"),  # found before the repair alone
        ("mail ada at example today", "ada at example", "ada@example.org", "mail [EMAIL] today"),  # and after it alone
    ],
)
def test_repairs_in_it_and_around_it(said: str, wrong: str, right: str, text: str) -> None:
    """A repair that touches what is masked is masked with it; any other stays, and can still be undone."""
    done = mask_document(of_blocks(said, [repaired(said, wrong, right)]), masking("email"))
    assert done.stories[0].text == text
    assert "@" not in str(done.stories[0].changes) + done.text
    assert len(done.stories[0].changes) == (2 if "Kaarvick" in said else 1)
    check_account(done)


def test_speech_with_restored_marks() -> None:
    """Where a model put marks and capitals into the text, what is masked is still found in the source."""
    said = "so write to ada@example.org or call plus 44 thanks"
    text = "So, write to Ada@example.org. Or call: plus 44. Thanks."
    block = Block(text=text, spans=((0, len(said)),), restored=("punctuation",))
    done = mask_document(of_blocks(said, [block]), masking("email"))
    assert done.stories[0].text == "So, write to [EMAIL]. Or call: plus 44. Thanks."
    assert done.text == "so write to *************** or call plus 44 thanks"
    check_account(done)


def test_what_decoding_mended() -> None:
    """A repair of the charset inside of what is masked says nothing of it, one outside says all."""
    text = "Café jürgen@example.org"
    changes = tuple(
        Change(start=at, end=at + 1, before=before, after=text[at], rule="mojibake", confidence=1, evidence="e")
        for at, before in ((3, "Ã©"), (6, "Ã¼"))
    )
    document = replace(of_blocks(text, [Block(text=text, spans=((0, len(text)),))]), changes=changes)
    outside, inside = mask_document(document, masking("email")).changes
    assert outside == changes[0]
    assert (inside.before, inside.after, inside.evidence) == ("**", "*", "masked")


def test_sources_without_stories() -> None:
    """Rejected and repeated sources have their names and messages masked."""
    ref = SourceRef(uri=f"rows.jsonl#{EMAIL}", sha256=None)
    record = RejectedRecord(source=ref, stage="read", error="BrokenRow", message=f"kind '{EMAIL}' is none")
    done = mask_outcome(record, masking())
    assert done == replace(record, source=replace(ref, uri="rows.jsonl#[EMAIL]"), message="kind '[EMAIL]' is none")
    same = Same(source=Source(uri=f"b/{EMAIL}", sha256="0", format="txt"), same_as=f"a/{EMAIL}")
    masked = mask_outcome(same, masking())
    assert isinstance(masked, Same)
    assert (masked.source.uri, masked.same_as) == ("b/[EMAIL]", "a/[EMAIL]")
    assert mask_outcome(record, load_rules()) is record


WORDS = st.sampled_from(["rain", EMAIL, "+44 20 7946 0018", "the", "203.0.113.7", "Straße", "12", "(", "7946", "*", "é."])


@given(st.lists(st.lists(WORDS, min_size=1, max_size=8), min_size=1, max_size=4), st.data())
def test_the_account_of_any_document(lines: list[list[str]], data: st.DataObject) -> None:
    """Whatever is masked, every word still stands at its span, and no masked text is left."""
    text = "\n".join(" ".join(line) for line in lines)
    blocks, at = [], 0
    for line in text.split("\n"):
        start, end = at, at + len(line)
        at = end + 1
        if data.draw(st.booleans()):
            edits = [
                Edit(start=place, end=place + 4, after="snowy", rule="r", confidence=1, evidence="e")
                for place in range(len(line))
                if line.startswith("rain", place)
            ]
            mended, changes = apply_edits(line, edits)
            blocks.append(Block(text=mended, spans=((start, end),), changes=changes))
    done = mask_document(of_blocks(text, blocks), masking())
    check_account(done)
    written = done.text + "".join(story.text + str(story.changes) for story in done.stories)
    assert "@" not in written
    assert "+44 20 7946 0018" not in written
    assert "203.0.113.7" not in written
