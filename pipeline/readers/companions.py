"""What a download tool writes beside a caption file: the `.info.json` with title, channel, day, address and description.

yt-dlp names them alike: `Talk [id].en.vtt` and `Talk [id].info.json`. Such a file is no source of its own; where no captions
stand beside it, it is read as any other and rejected with the reason.
"""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Iterable, Iterator
from typing import Final

from copydesk.pipeline import files
from copydesk.transforms.shapes import Metadata

_LOG = logging.getLogger(__name__)

INFO: Final = ".info.json"
MAX_INFO_BYTES: Final = 16 << 20
"""Of an info file; those of yt-dlp have 0.1 to 2 MB, nearly all of it lists of formats."""
_CAPTIONS: Final = re.compile(
    r"(?P<stem>.+?)(?P<language>\.[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*)?"
    r"\.(?:webvtt|vtt|srt|json3|srv[123]|ttml|dfxp|json|md|markdown)(?:\.(?:gz|bz2|zst))?",
    re.IGNORECASE,
)


def _stems(name: str) -> Iterator[str]:
    """The names that the info file of a caption file may have, without its ending: with a language in them, and without.

    >>> list(_stems("Talk [x1].en-GB.vtt")), list(_stems("Talk.info.json")), list(_stems("page.html"))
    (['Talk [x1].en-GB', 'Talk [x1]'], [], [])
    """
    match = _CAPTIONS.fullmatch(name)
    if match and not name.casefold().endswith(INFO):
        if match["language"]:
            yield match["stem"] + match["language"]
        yield match["stem"]


def descriptions(names: Iterable[str]) -> frozenset[str]:
    """Those names of a folder's files that only describe the captions beside them.

    >>> descriptions(["a.info.json", "a.en.vtt", "b.info.json", "bc.vtt"])
    frozenset({'a.info.json'})
    """
    names = frozenset(names)
    found = {name for name in names if name.endswith(INFO)}
    return frozenset(found & {stem + INFO for name in names for stem in _stems(name)}) if found else frozenset()


def beside(path: str) -> tuple[Metadata, str | None, str | None]:
    """Metadata, URL and channel from the info file beside a caption file; nothing where there is none that can be read.

    Of files on this machine only: elsewhere a question for a file that is mostly not there would be asked for every source.

    Args:
        path: of the caption file.
    """
    nothing = Metadata(), None, None
    if files.is_remote(path):
        return nothing
    folder, name = os.path.split(path)
    found = next((info for stem in _stems(name) if os.path.isfile(info := os.path.join(folder, stem + INFO))), None)
    if found is None:
        return nothing
    from copydesk.transforms.decode.captions.cues import told_of  # noqa: PLC0415 - only where there is such a file

    try:
        with files.open_read(found) as stream:
            data = json.loads(stream.read(MAX_INFO_BYTES).decode("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        _LOG.warning("%s: cannot be read (%s); the captions beside it go without it", ascii(found), error)
        return nothing
    if not isinstance(data, dict):
        return nothing
    return told_of((key, data[key]) for key in _ORDER if key in data)


_ORDER: Final = (
    "title", "fulltitle", "webpage_url", "original_url", "channel", "uploader", "upload_date", "language", "description",
)  # fmt: skip
"""Fields that are taken, the better one of two first; `url` is that of the video's stream."""
