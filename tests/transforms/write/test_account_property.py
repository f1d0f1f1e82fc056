"""The account holds on anything: arbitrary pages through the stages that move characters."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copydesk.pipeline.resources import load_rules
from copydesk.transforms.decode import decode
from copydesk.transforms.errors import EmptySource
from copydesk.transforms.extract import extract_blocks
from copydesk.transforms.repair import repair_speech
from copydesk.transforms.segment import segment_stories
from copydesk.transforms.shapes import Document, Format, Item, Kind, Source
from copydesk.transforms.write import write_records

WORDS = st.sampled_from(
    ["ferry", "Harbour", "said", "the", "Ana", "Ortega", "1924", "3.", "—", "渡轮", "恢复", "العبارة", "…", "\u200b", "©"],
)
PROSE = st.sampled_from(
    [
        "The ferry came back on Sunday after eleven weeks in the yard, and two hundred people stood on the pier to see it.",
        "Nobody on the council would say when the bridge will open, or what the repairs have cost the town so far.",
        "渡轮在停航十一周之后于星期日恢复运营，约有两百名居民来到码头迎接第一班船。",
    ],
)
KNOWN = st.sampled_from(
    [
        "", " ", "Menu", "Continue reading", "Comments", "Reply", "Share this article", "Published", "on", "By",
        "By Ana Ortega",
        "March 5, 2024", "Photo: Ana Ortega/Reuters", "WATCH: the ferry comes in", "* * *", "- two spoons",
        "What it cost",
        "Ferry back after eleven weeks", "Ferry back after eleven weeks", "445 segments", "0:15",
        "What has changed since then?",
    ],
)  # fmt: skip
LINES = st.lists(st.one_of(KNOWN, PROSE, st.lists(WORDS, max_size=14).map(" ".join)), min_size=1, max_size=60)

TAGS = st.sampled_from(["p", "h1", "h2", "li", "figcaption", "article", "nav", "div hidden"])


def worked(payload: bytes, kind: Kind | None, markup: Format = "txt") -> Document:
    """A document through all stages up to `segment`."""
    rules = load_rules()
    source = Source(uri="x", sha256="0", format=markup, kind=kind)
    document = decode(Item(source=source, payload=payload), rules)
    return segment_stories(repair_speech(extract_blocks(document, rules), rules), rules)


def places(document: Document) -> list[int]:
    """For every block how many stories and removed records claim its first character."""
    claims = [span for story in document.stories for span in story.spans]
    claims += [(part.start, part.end) for part in document.removed]
    return [sum(start <= block.start < end for start, end in claims) for block in document.blocks]


def check(document: Document) -> None:
    """The account, and every block in exactly one place."""
    records = write_records(document)
    assert set(places(document)) <= {1}
    assert len(records.stories) == len(document.stories)
    assert [story.source.index for story in document.stories] == list(range(len(document.stories)))


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(LINES, st.sampled_from([None, "page", "transcript", "story"]))
def test_every_character_of_a_text_has_one_place(lines: Sequence[str], kind: Kind | None) -> None:
    """Whatever lines a text has and whatever it is called, no character of it is lost, doubled or made up."""
    try:
        document = worked("\n".join(lines).encode(), kind)
    except EmptySource:
        return
    check(document)


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(LINES, st.lists(TAGS, min_size=1, max_size=9))
def test_every_character_of_markup_has_one_place(lines: Sequence[str], tags: Sequence[str]) -> None:
    """So it is for HTML, in whatever elements the lines stand."""
    parts = [f"<{tag}>{line}</{tag.split()[0]}>" for line, tag in zip(lines, tags * len(lines), strict=False)]
    try:
        document = worked(f"<html><body>{''.join(parts)}</body></html>".encode(), "page", "html")
    except EmptySource:
        return
    check(document)


CUES = st.sampled_from(
    [
        "we went down to the quay", "[Music]", ">> Ada Key: Well. And", "♪ so it goes ♪",
        "Speaker 1: The tide is out. (laughter) yes",
        "JOHN SMITH: No.", "we went down to the quay to the sea", "(笑)", "مرحبا بكم", "government. and so", "No.",
    ],
)  # fmt: skip


@settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(CUES, min_size=1, max_size=40), st.sampled_from(["rolling", ""]), st.sampled_from([None, "story"]))
def test_every_character_of_captions_has_one_place(lines: Sequence[str], rolling: str, kind: Kind | None) -> None:
    """Captions, rolling or not: what is said is in the story, what is shown again or is no speech in the removed records."""
    cues = []
    for n, line in enumerate(lines):
        above = f"{lines[n - 1]}\n" if rolling and n else ""
        cues.append(f"00:{n:02}.000 --> 00:{n:02}.990\n{above}{line}")
        cues += [f"00:{n:02}.990 --> 00:{n + 1:02}.000\n{line}"] if rolling else []
    document = worked("\n\n".join(cues).encode(), kind, "vtt")
    check(document)
    if rolling and kind != "story" and len(lines) > 1:
        assert {removed.rule for removed in document.removed} >= {"captions.repeat"}


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(CUES | st.sampled_from(["# Salt", "## Next", "", "[0:15](u) and so"]), min_size=1, max_size=40))
def test_every_character_of_markdown_has_one_place(lines: Sequence[str]) -> None:
    """Front matter, headings and speech: nothing is lost between them."""
    text = "\n".join(["---", "title: Salt", "tags: [a, b]", "---", "Well then.", *lines])
    check(worked(text.encode(), None, "md"))
