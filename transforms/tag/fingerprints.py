"""What is compared to find a story that was seen before: small values that cross a shuffle instead of bodies."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import Final

from copydesk.transforms.shapes import Fingerprint, Story
from copydesk.transforms.tag.typography import blank_marks

DIGEST_BYTES: Final = 16
"""128 bits: two of a billion different stories agree by chance with a probability below 10^-20."""

_COMPARED: Final = re.compile(r"[^\W_]+")
_ASCII_NOT_COMPARED: Final = bytes(code for code in range(128) if not chr(code).isalnum())


def fingerprint_story(story: Story) -> Fingerprint:
    """The fingerprint of one story.

    Equal stories are those whose text has the same letters and digits in the same order: capitals, punctuation, white
    space and typography differ between two scrapes of one article. Headline, byline and date are left out, because
    a syndicated text gets others; `whole` and `published` help to choose the better of two copies.

    The price: a script's vowel signs are no letters by Unicode and are left out too, so two texts that differ in them
    alone count as equal; in a story of any length that does not happen by chance.

    >>> exact_digest("“Rain”, he said.") == exact_digest("RAIN he   said") != exact_digest("Sun, he said.")
    True
    """
    return Fingerprint(
        story=story.id,
        exact=exact_digest(story.text),
        whole=bool(story.headline and story.published and story.authors),
        published=story.published,
        characters=len(story.text),
    )


def exact_digest(text: str) -> str:
    """The digest, 32 hex digits, of a text's letters and digits, case folded; without any, of the text itself.

    >>> exact_digest("😀") == exact_digest("🌧")
    False
    """
    folded = unicodedata.normalize("NFC", text).casefold()
    plain = blank_marks(folded)
    if plain.isascii():  # the same, ten times as quickly
        compared = plain.encode().translate(None, _ASCII_NOT_COMPARED).decode() or folded.strip()
    else:
        compared = "".join(_COMPARED.findall(folded)) or folded.strip()
    return hashlib.blake2b(compared.encode(errors="surrogatepass"), digest_size=DIGEST_BYTES).hexdigest()
