"""The configuration's tables as frozen, checked objects: one for each stage, passed whole.

The values stand in `configs/copydesk.toml`, each with its reason; nothing here has a default, so the file is the one place
to look. `pipeline.options` reads it, lays a user's own file and `--set` over it, and turns an error into one that names the
file, the key, the bad value and the remedy.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from copydesk.transforms.shapes import Role

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=1)]


_FUNCTION = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*")


def _classifier(name: str) -> str:
    if name and not _FUNCTION.fullmatch(name):
        raise ValueError('name a function as "module:function", or leave it empty')
    return name


def _witness(name: str) -> str:
    if name not in {"trafilatura", "none"} and not _FUNCTION.fullmatch(name):
        raise ValueError('give "trafilatura", "none", or a function as "module:function"')
    return name


Signal = Literal[
    "word_count", "mean_word_length", "symbol_to_word_ratio", "frac_no_alph_words", "new_line_ratio",
    "stop_word_count", "stop_word_fraction",
    "frac_lines_start_with_bullet", "frac_lines_end_with_ellipsis", "short_line_ratio",
    "dup_line_frac", "dup_line_char_frac", "dup_para_frac", "dup_para_char_frac",
    "line_punct_ratio", "num_sentences", "c4_sentences", "lorem_ipsum", "javascript", "curly_bracket",
    "frac_chars_top_2gram", "frac_chars_top_3gram", "frac_chars_top_4gram",
    "frac_chars_dupe_5grams", "frac_chars_dupe_6grams", "frac_chars_dupe_7grams",
    "frac_chars_dupe_8grams", "frac_chars_dupe_9grams", "frac_chars_dupe_10grams",
]  # fmt: skip
"""The names in a story's `quality`, in their order there; `tag.quality` says what each is."""
Personal = Literal["email", "phone", "ip", "card", "iban"]
Preset = Literal["gopher", "c4", "fineweb"]
Bounds = dict[Signal, Annotated[float, Field(allow_inf_nan=False)]]


class Table(BaseModel):
    """A table of the configuration: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Fields(Table):
    """Which fields of a row hold what: names that are tried in order, none found meaning that the row has none."""

    text: tuple[str, ...]
    html: tuple[str, ...]
    id: tuple[str, ...]
    url: tuple[str, ...]
    site: tuple[str, ...]
    kind: tuple[str, ...]
    title: tuple[str, ...]
    authors: tuple[str, ...]
    published: tuple[str, ...]
    retrieved: tuple[str, ...]
    channel: tuple[str, ...]


class ReadSettings(Table):
    """[read]: what is taken in."""

    max_bytes: Count
    split_bytes: Annotated[int, Field(ge=0)]
    fields: Fields


class SurveySettings(Table):
    """[survey]: what the corpus teaches before the work begins."""

    documents_per_site: Count
    lines_per_document: Count
    max_line_characters: Count
    min_documents: Count
    shared_lines: Share
    names_per_document: Count
    documents_for_names: Count
    max_names: Count
    keep_bytes: Annotated[int, Field(ge=0)]


class DecodeSettings(Table):
    """[decode]: bytes to text."""

    max_replaced: Share
    sample_bytes: Count
    max_nodes: Count
    max_depth: Count
    max_blocks: Count
    hint_characters: Count


class LineRule(Table):
    """[[extract.rules]]: a line that the user knows better; it comes before every rule and the labeller."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9_-]+$")]
    pattern: str
    """A regular expression that the whole line matches, whatever its case."""
    role: Role
    why: str

    @field_validator("pattern")
    @classmethod
    def _check(cls, value: str) -> str:
        try:
            found = re.compile(value)
        except re.error as error:
            raise ValueError(f"no regular expression: {error}") from None
        if found.fullmatch(""):
            raise ValueError("it matches the empty text, so it would match everything")
        return value


class ExtractSettings(Table):
    """[extract]: the role of each block."""

    rules: tuple[LineRule, ...]

    witness: Annotated[str, AfterValidator(_witness)]
    witness_doubt: Annotated[float, Field(ge=0)]
    witness_max_characters: Count
    witness_max_blocks: Count
    timeout_seconds: Annotated[float, Field(gt=0)]
    memory_bytes: Count
    site_share: Share
    site_min_documents: Count


class RepairSettings(Table):
    """[repair]: transcripts into rightly spelled, readable speech."""

    min_confidence: Share
    lexicons: tuple[str, ...] = ()
    """Paths of the user's own TSV files of names, beside the shipped ones; none, where a table is made for a call."""
    tidy_speech: bool = False
    """Whether fillers and slips of the tongue are taken out."""
    paragraph_words: Count
    paragraph_max_words: Count


class SegmentSettings(Table):
    """[segment]: where one story ends and the next begins."""

    min_story_words: Count
    chapter_min_words: Count


class TagSettings(Table):
    """[tag]: language, topics, fingerprints."""

    language_sample_characters: Count
    language_min_letters: Count
    language_min_score: Share
    topic_min_score: Share
    max_topics: Count
    topics: tuple[str, ...]
    """Paths of the user's own TOML files of topics and terms, laid over the shipped ones."""
    classifier: Annotated[str, AfterValidator(_classifier)]
    """Who names the topics: "" (the terms), or "module:function"."""


class QualitySettings(Table):
    """[quality]: which stories are too bad to keep; nothing is dropped where no filter and no bound is named."""

    filters: tuple[Preset, ...]
    min: Bounds
    max: Bounds

    @model_validator(mode="after")
    def _check(self) -> Self:
        for signal in sorted(self.min.keys() & self.max.keys()):
            if self.min[signal] > self.max[signal]:
                low, high = self.min[signal], self.max[signal]
                raise ValueError(f"min.{signal} is {low:g} and max.{signal} {high:g}: no story lies between; swap them")
        return self


class PrivacySettings(Table):
    """[privacy]: what is masked wherever it stands; nothing by default."""

    mask: tuple[Personal, ...]


class DuplicateSettings(Table):
    """[duplicates]: which stories are told to be one."""

    near: Share
    contained: Share
    part: Share
    min_words: Count
    figures: Share
    drop: bool


class WriteSettings(Table):
    """[write]: the records and their shards."""

    shard_bytes: Count
    staged_bytes: Count
    staged_sources: Count
    format: Literal["jsonl", "parquet"]
    compression: Literal["auto", "none", "gzip", "zstd", "snappy"]

    @field_validator("compression")
    @classmethod
    def _check(cls, compression: str, others: ValidationInfo) -> str:
        file = others.data.get("format")
        if (file, compression) in {("jsonl", "snappy"), ("parquet", "gzip")}:
            known = "none, gzip or zstd" if file == "jsonl" else "none, zstd or snappy"
            raise ValueError(f"{file} files are not packed so; give {known}, or auto")
        return compression


class ReportSettings(Table):
    """[report]: the page that a run writes for people."""

    sources: Annotated[int, Field(ge=0)]
    bytes: Count


class RunSettings(Table):
    """[run]: the run as a whole."""

    max_rejected: Share
    workers: Annotated[int, Field(ge=0)]
    in_memory_bytes: Annotated[int, Field(ge=0)]
    staging: Annotated[str, Field(min_length=1)]


class Settings(Table):
    """The whole configuration."""

    run: RunSettings
    read: ReadSettings
    survey: SurveySettings
    decode: DecodeSettings
    extract: ExtractSettings
    repair: RepairSettings
    segment: SegmentSettings
    tag: TagSettings
    quality: QualitySettings
    privacy: PrivacySettings
    duplicates: DuplicateSettings
    write: WriteSettings
    report: ReportSettings
