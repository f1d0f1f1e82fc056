"""Labelled blocks to stories: boundaries, fields, spans, and the account of the rest."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import pytest

from copydesk.pipeline.resources import load_rules
from copydesk.transforms.explain import undo
from copydesk.transforms.rules import Rules
from copydesk.transforms.segment import segment_stories
from copydesk.transforms.segment.stories import story_id
from copydesk.transforms.shapes import Block, Change, Document, Kind, Layout, Metadata, Source
from copydesk.transforms.write import check_account

PROSE: Final = "The ferry came back on Sunday after eleven weeks in the yard, and two hundred people stood on the pier."
OTHER: Final = "Nobody on the council would say when the bridge will open, or what the repairs have cost the town so far."


@pytest.fixture(scope="module")
def rules() -> Rules:
    """The shipped rules."""
    return load_rules()


def make_document(*lines: tuple[str, str], kind: Kind = "page", **fields: Any) -> Document:
    """A document whose lines have these roles; a role may be followed by its rule, "headline:headline_repeated"."""
    text, blocks = "", []
    for role, line in lines:
        name, _, rule = role.partition(":")
        start = len(text)
        text += line + "\n\n"
        blocks.append(
            Block(text=line, spans=((start, start + len(line)),), role=name, rule=rule or f"line.{name}"),  # type: ignore[arg-type]
        )
    source = Source(uri="page.txt", sha256="00", format="txt", kind=kind)
    return Document(source=source, text=text, charset="utf-8", language_hint="en", blocks=tuple(blocks), **fields)


def test_two_stories_with_their_fields(rules: Rules) -> None:
    """Each headline starts a story, and each story has the fields of its own head."""
    document = make_document(
        ("section", "Harbour"), ("headline", "Ferry back after eleven weeks"), ("byline", "By Ana Ortega"),
        ("date", "March 5, 2024"), ("caption", "The ferry at the pier."), ("body", PROSE), ("chrome", "Continue Reading"),
        ("headline", "Bridge stays shut"), ("deck", "No date is in sight."), ("date", "6 March 2024"), ("body", OTHER),
    )  # fmt: skip
    first, second = segment_stories(document, rules).stories
    assert (first.headline, first.section, first.authors, first.published) == (
        "Ferry back after eleven weeks", "Harbour", ("Ana Ortega",), "2024-03-05",
    )  # fmt: skip
    assert first.captions == ("The ferry at the pier.",)
    assert (second.headline, second.deck, second.published, second.authors) == (
        "Bridge stays shut", "No date is in sight.", "2024-03-06", (),
    )  # fmt: skip
    assert [(story.source.index, story.source.count) for story in (first, second)] == [(0, 2), (1, 2)]
    assert first.id == story_id("page.txt", "00", first.spans[0][0])


def test_everything_is_accounted_for(rules: Rules) -> None:
    """What is in no story is removed with its role and rule, neighbours of one rule together, and the account holds."""
    document = segment_stories(
        make_document(
            ("chrome", "Menu"), ("chrome", "Search"), ("headline", "Ferry back"), ("headline:headline_repeated", "Ferry back"),
            ("byline", "By Ana Ortega"), ("body", PROSE), ("promo", "WATCH: the ferry"), ("body", OTHER), ("chrome", "Contact"),
        ),
        rules,
    )  # fmt: skip
    check_account(document)
    assert [(part.role, part.rule, part.text) for part in document.removed] == [
        ("chrome", "line.chrome", "Menu\n\nSearch"),
        ("headline", "headline_repeated", "Ferry back"),
        ("byline", "line.byline", "By Ana Ortega"),
        ("promo", "line.promo", "WATCH: the ferry"),
        ("chrome", "line.chrome", "Contact"),
    ]


def test_a_page_that_begins_in_the_middle(rules: Rules) -> None:
    """Prose before the first headline is a story without one; no headline is made up for it."""
    document = segment_stories(make_document(("body", PROSE), ("headline", "Bridge stays shut"), ("body", OTHER)), rules)
    assert [story.headline for story in document.stories] == [None, "Bridge stays shut"]


def test_subheads_do_not_split(rules: Rules) -> None:
    """A subhead is a paragraph of its story and starts none."""
    document = segment_stories(
        make_document(("headline", "Ferry back"), ("body", PROSE), ("subhead", "What it cost"), ("body", OTHER)), rules,
    )  # fmt: skip
    (story,) = document.stories
    assert [paragraph.role for paragraph in story.paragraphs] == ["paragraph", "subhead", "paragraph"]
    assert story.text == f"{PROSE}\n\nWhat it cost\n\n{OTHER}"
    assert [story.text[p.start : p.end] for p in story.paragraphs] == [PROSE, "What it cost", OTHER]


def test_prose_too_short_to_be_a_story(rules: Rules) -> None:
    """A few words without a headline are removed, and say why."""
    document = segment_stories(make_document(("chrome", "Menu"), ("body", "It rained."), ("chrome", "Contact")), rules)
    assert document.stories == ()
    assert [part.rule for part in document.removed] == ["line.chrome", "segment.too_short", "line.chrome"]
    check_account(document)


def test_a_page_without_content(rules: Rules) -> None:
    """A page of furniture gives no story, and all of it is removed."""
    document = segment_stories(make_document(("chrome", "Menu"), ("headline", "Ferry back"), ("chrome", "Contact")), rules)
    assert document.stories == ()
    assert " ".join(part.text for part in document.removed).split() == document.text.split()


def test_the_metadata_of_one_story_only(rules: Rules) -> None:
    """A page's own date and authors are those of its only story, and of none where it has several."""
    told = Metadata(authors=("Ana Ortega",), published="2024-03-05")
    one = segment_stories(make_document(("headline", "Ferry back"), ("body", PROSE), metadata=told), rules)
    assert [(story.authors, story.published) for story in one.stories] == [(("Ana Ortega",), "2024-03-05")]
    lines = (("headline", "Ferry back"), ("body", PROSE), ("headline", "Bridge stays shut"), ("body", OTHER))
    two = segment_stories(make_document(*lines, metadata=told), rules)
    assert [(story.authors, story.published) for story in two.stories] == [((), None)] * 2


def test_the_title_of_a_row_is_the_headline_where_its_text_has_none(rules: Rules) -> None:
    """Of a page's only story; where the text has a headline that one stays, and of several stories none gets it."""
    told = Metadata(title="Harbour closed")
    bare = segment_stories(make_document(("body", PROSE), metadata=told), rules)
    assert [story.headline for story in bare.stories] == ["Harbour closed"]
    own = segment_stories(make_document(("headline", "Ferry back"), ("body", PROSE), metadata=told), rules)
    assert [story.headline for story in own.stories] == ["Ferry back"]
    lines = (("body", PROSE), ("headline", "Bridge stays shut"), ("body", OTHER))
    two = segment_stories(make_document(*lines, metadata=told), rules)
    assert [story.headline for story in two.stories] == [None, "Bridge stays shut"]


def test_a_transcript_is_one_story(rules: Rules) -> None:
    """Speech is one story whatever stands in it; its title comes from the metadata, speakers and times stay."""
    lines = (("body", PROSE), ("chrome", "445 segments"), ("body", OTHER))
    document = make_document(*lines, kind="transcript", metadata=Metadata(title="A talk"))
    spoken = replace(document.blocks[0], layout=Layout(speaker="Ana", time=1.5))
    document = segment_stories(replace(document, blocks=(spoken, *document.blocks[1:])), rules)
    (story,) = document.stories
    assert story.headline == "A talk"
    assert [(p.speaker, p.time) for p in story.paragraphs] == [("Ana", 1.5), (None, None)]
    check_account(document)


def test_changes_are_shifted_into_the_story(rules: Rules) -> None:
    """A repair of a block is listed with offsets into the story's text, and undoing it gives the source's words."""
    document = make_document(("body", PROSE), ("body", OTHER), kind="transcript")
    change = Change(start=4, end=9, before="fairy", after="ferry", rule="r", confidence=0.9, evidence="e")
    text = document.text.replace("ferry", "fairy", 1)
    first = replace(document.blocks[0], changes=(change,))
    second = replace(document.blocks[1], changes=(replace(change, start=0, end=6, before="Nobudy", after="Nobody"),))
    text = text.replace("Nobody", "Nobudy", 1)
    document = segment_stories(replace(document, text=text, blocks=(first, second)), rules)
    (story,) = document.stories
    assert undo(story.text, story.changes).split() == text.split()
    check_account(document)


JAPANESE: Final = (
    "港の渡し船は月曜日から再び運航すると港の事務所は述べた。住民は十一週間のあいだ船がなかったため、遠くの橋まで歩いて行かなければ"
    "ならなかったと話している。"
)
"""A paragraph, though it has fewer characters than a long cell."""


def cells(document: Document, *places: tuple[int, int] | None) -> Document:
    """The same document as a page gives it, one character between its blocks, which stand in these cells."""
    blocks, at = [], 0
    for block, cell in zip(document.blocks, places, strict=True):
        spans = ((at, at + len(block.text)),)
        blocks.append(replace(block, spans=spans, layout=Layout(tag="td" if cell else "p", cell=cell)))
        at += len(block.text) + 1
    return replace(document, text=" ".join(block.text for block in blocks), blocks=tuple(blocks))


def test_rows_of_a_table_are_a_paragraph_each(rules: Rules) -> None:
    """Cells are parted by a tab, one for each empty cell too; the account holds, and repairs of a cell stay in their place."""
    rows = ["Ferries", "Cargo", "2023", "1,010", "305", "2024", "299"]
    document = make_document(("headline", "Fewer ships"), ("body", PROSE), *(("body", cell) for cell in rows), ("body", OTHER))
    places = [None, None, (5, 2), (5, 3), (9, 1), (9, 2), (9, 3), (14, 1), (14, 3), None]
    document = cells(document, *places)
    change = Change(start=0, end=5, before="Kargo", after="Cargo", rule="r", confidence=0.9, evidence="e")
    blocks = [replace(block, changes=(change,)) if block.text == "Cargo" else block for block in document.blocks]
    document = segment_stories(replace(document, text=document.text.replace("Cargo", "Kargo"), blocks=tuple(blocks)), rules)
    (story,) = document.stories
    check_account(document)
    found = [story.text[part.start : part.end] for part in story.paragraphs]
    assert found == [PROSE, "\tFerries\tCargo", "2023\t1,010\t305", "2024\t\t299", OTHER]
    assert "\n\n".join(found) == story.text
    assert [part.role for part in story.paragraphs] == ["paragraph", "table", "table", "table", "paragraph"]
    assert [len(part.spans) for part in story.paragraphs] == [1, 2, 3, 2, 1]
    (moved,) = story.changes
    assert story.text[moved.start : moved.end] == "Cargo"


@pytest.mark.parametrize(("above", "below"), [(True, False), (False, True), (True, True)])
def test_a_cell_of_two_paragraphs_is_told_by_the_rows_beside(above: bool, below: bool, rules: Rules) -> None:  # noqa: FBT001
    """In a table whose other rows are data, several short pieces of a cell stand in its row, a space between them."""
    rows = [("Mast", (1, 1)), ("Cargo", (1, 2))] * above
    rows += [("Ada", (5, 1)), ("Holm", (5, 1)), ("305", (5, 2)), ("first", (7, 2)), ("second", (7, 2)), ("7", (7, 3))]
    rows += [("Keel", (9, 1)), ("12", (9, 3))] * below
    lines = [("headline", "Fewer ships"), *(("body", text) for text, _ in rows), ("body", PROSE), ("body", OTHER)]
    document = make_document(*lines)
    document = segment_stories(cells(document, None, *(cell for _, cell in rows), None, None), rules)
    check_account(document)
    (story,) = document.stories
    found = [story.text[part.start : part.end] for part in story.paragraphs]
    wanted = ["Mast\tCargo"] * above + ["Ada Holm\t305", "\tfirst second\t7"] + ["Keel\t\t12"] * below
    assert found == [*wanted, PROSE, OTHER]


@pytest.mark.parametrize(
    ("lines", "places"),
    [
        ([("body", "one"), ("body", "two"), ("body", PROSE)], [(3, 1), (3, 1), (5, 1)]),  # no row of data beside it
        ([("body", PROSE), ("body", PROSE * 2)], [(5, 1), (5, 2)]),  # columns of prose
        ([("body", PROSE), ("body", JAPANESE), ("body", JAPANESE)], [None, (5, 1), (5, 2)]),
        ([("body", PROSE), ("body", "one"), ("body", "two")], [(5, 1), (5, 2), (5, 2)]),  # a cell of two paragraphs
        ([("body", PROSE), ("chrome", "Share"), ("body", "two")], [(5, 1), (5, 2), (5, 3)]),  # furniture between
        ([("body", PROSE), ("subhead", "one"), ("body", "two")], [(5, 1), (5, 2), (5, 3)]),
        ([("body", PROSE), ("body", "two")], [(5, 1), (6, 1)]),  # rows of one cell
    ],
)
def test_what_is_laid_out_by_a_table_stays_in_paragraphs(
    lines: list[tuple[str, str]], places: list[tuple[int, int] | None], rules: Rules
) -> None:
    """Old pages put everything into cells; only short cells that follow each other are a row of data."""
    document = segment_stories(cells(make_document(*lines), *places), rules)
    check_account(document)
    (story,) = document.stories
    assert len(story.paragraphs) == sum(role != "chrome" for role, _ in lines)
    assert "\t" not in story.text


@pytest.mark.parametrize("size", [2_000])
def test_many_blocks_take_linear_time(rules: Rules, size: int) -> None:
    """Thousands of blocks of one story, with furniture between all of them, are one story with its account."""
    lines = [("body", PROSE) if n % 2 else ("chrome", "Advertisement") for n in range(size)]
    document = segment_stories(make_document(*lines), rules)
    check_account(document)
    assert len(document.stories) == 1
    assert len(document.removed) == size // 2


def test_the_greeting_of_a_digest_is_no_story(rules: Rules) -> None:
    """A digest's name with a line of greeting in front of its stories is removed; a single short story is not."""
    lines = (("headline", "The Valley Letter"), ("body", "Good morning. Here are today's stories."))
    more = (("headline", "Ferry back"), ("body", PROSE), ("headline", "Bridge stays shut"), ("body", OTHER))
    document = segment_stories(make_document(*lines, *more), rules)
    assert [story.headline for story in document.stories] == ["Ferry back", "Bridge stays shut"]
    check_account(document)
    assert [story.headline for story in segment_stories(make_document(*lines), rules).stories] == ["The Valley Letter"]
