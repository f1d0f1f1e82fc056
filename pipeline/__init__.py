"""Where and how it runs; and, for other programs, the functions that need no pipeline.

    from copydesk.pipeline import clean, read_stories

    for story in clean(page):                       # a page or a transcript, as text or HTML
        print(story.headline, story.language, story.text)

    for story in read_stories("output/seeds"):      # what a run wrote
        print(story.id, story.duplicate_of)

Beside `read_stories` stand `read_documents`, `read_removed` and `read_rejected`; all four are in `copydesk.pipeline.reading`,
with the `OutputError` that they raise. Importing this is instant: what a function needs is loaded when it is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from copydesk.pipeline.reading import (
        OutputError,
        StoryColumns,
        read_documents,
        read_rejected,
        read_removed,
        read_stories,
    )
    from copydesk.transforms.settings import Settings
    from copydesk.transforms.shapes import Format, Kind, Story
else:  # what a type checker must not see, which would take any name for one of these

    def __getattr__(name: str) -> object:
        """What reads a run, loaded when it is first asked for."""
        if name in __all__:
            from copydesk.pipeline import reading  # noqa: PLC0415 - importing this package is instant

            return getattr(reading, name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = ["OutputError", "StoryColumns", "clean", "read_documents", "read_rejected", "read_removed", "read_stories"]


def clean(
    text_or_html: str | bytes,
    *,
    kind: Kind | None = None,
    url: str | None = None,
    site: str | None = None,
    title: str | None = None,
    format: Format | None = None,  # noqa: A002 - the word of the record
    settings: Settings | None = None,
) -> list[Story]:
    """The stories of one page or transcript, in their order; what stood around them is left out.

    It is done in this process, by the functions that a run calls. A run knows more: what recurs on a site's other pages, and
    which stories are duplicates. It also keeps a page that brings its parser down from bringing down the program.

    Args:
        text_or_html: a text dump of a page, its HTML, or a transcript. Bytes are decoded by what they declare and hold.
        kind: "page", "transcript", or "story" for a text that is taken as it is; None means that it is detected.
        url: where it came from.
        site: the site that it came from; else that of the URL.
        title: what its source says of its title.
        format: "txt", "html" or one of captions ("vtt", "srt", ...); None means that the content tells.
        settings: from `copydesk.pipeline.options.load_settings`; None means the defaults.

    Returns:
        The stories, none where the text holds none. Offsets in `spans` count the decoded text.

    Raises:
        SourceError: it cannot be processed: `EmptySource`, `BinarySource`, `TooLarge` of `copydesk.transforms.errors`.

    >>> [story] = clean("The ferry to the island runs again from Monday, after a winter in the dock.", kind="story")
    >>> story.words, story.source.kind
    (15, 'story')
    """
    from copydesk.pipeline.chain import work  # noqa: PLC0415 - importing this package is instant
    from copydesk.pipeline.resources import load_rules  # noqa: PLC0415
    from copydesk.pipeline.single import item_of  # noqa: PLC0415

    rules = load_rules(settings)
    charset = "utf-8" if isinstance(text_or_html, str) else None
    payload = text_or_html.encode("utf-8", "replace") if isinstance(text_or_html, str) else text_or_html
    item = item_of(
        payload, rules.settings, format=format, kind=kind, url=url, site=site, title=title, charset=charset
    )  # fmt: skip
    return list(work(item, rules).stories)
