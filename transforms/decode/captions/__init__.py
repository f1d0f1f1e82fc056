"""Caption files to blocks: WebVTT and SubRip, YouTube's json3 and srv3, TTML, JSON lists, Markdown.

`cues` holds what all formats come to; `webvtt`, `json_captions`, `xml_captions` and `markdown` read one family of formats each;
`rolling` tells what a cue only shows again. The document of a caption file is the text of its cues, a line of a cue a block.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from copydesk.transforms.decode.captions.cues import Captions
from copydesk.transforms.decode.captions.json_captions import read_json
from copydesk.transforms.decode.captions.markdown import read_markdown
from copydesk.transforms.decode.captions.rolling import Piece, mark_repeats
from copydesk.transforms.decode.captions.webvtt import read_webvtt
from copydesk.transforms.decode.captions.xml_captions import read_xml
from copydesk.transforms.errors import TooLarge
from copydesk.transforms.settings import DecodeSettings
from copydesk.transforms.shapes import Format

__all__ = ["Captions", "Piece", "read_captions", "read_pieces"]

_READERS: Final[Mapping[Format, Callable[[str], Captions]]] = {
    "vtt": lambda text: read_webvtt(text, webvtt=True),
    "srt": lambda text: read_webvtt(text, webvtt=False),
    "json3": read_json,
    "json": read_json,
    "srv3": read_xml,
    "ttml": read_xml,
    "md": read_markdown,
}


def read_captions(text: str, form: Format) -> Captions:
    """A caption file's cues and what it says of itself.

    The extension named the format; a file of JSON or XML under the name of another caption format is known by its first
    character, which no cue of WebVTT or SubRip can have there.

    Args:
        text: of unified line ends.
        form: one of `shapes.CAPTION_FORMATS`.

    Raises:
        NoCaptions: the text is not what its name says, and nothing in it can be read as captions.
    """
    start = text.lstrip()[:12]
    if form != "md" and start.startswith("WEBVTT"):
        form = "vtt"
    elif form not in {"md", "json3", "json"} and start.startswith('{"'):
        form = "json3"
    elif form not in {"md", "srv3", "ttml"} and start.startswith("<?xml"):
        form = "ttml"
    return _READERS[form](text)


def read_pieces(text: str, form: Format, settings: DecodeSettings) -> tuple[list[Piece], Captions]:
    """The blocks of a caption file, repeats marked, and what it says of itself.

    Args:
        text: of unified line ends.
        form: one of `shapes.CAPTION_FORMATS`.
        settings: the table `decode`.

    Raises:
        NoCaptions: nothing in it can be read as captions.
        TooLarge: more lines of captions than `max_blocks`.
    """
    captions = read_captions(text, form)
    limit = settings.max_blocks
    if sum(len(cue.lines) for cue in captions.cues) > limit:
        raise TooLarge(f"more than {limit} lines of captions; raise decode.max_blocks, or give the source in parts")
    return [piece for piece in mark_repeats(captions.cues) if piece.text.strip()], captions
