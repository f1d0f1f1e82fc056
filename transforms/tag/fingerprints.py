"""What is compared to find a story that was seen before: small values that cross a shuffle instead of bodies."""

from __future__ import annotations

import hashlib
from typing import Final

from copydesk.transforms.shapes import Fingerprint, Story
from copydesk.transforms.tag.sketches import fold_words, sketch, to_base64

DIGEST_BYTES: Final = 16
"""128 bits: two of a billion different stories agree by chance with a probability below 10^-20."""


def fingerprint_story(story: Story) -> Fingerprint:
    """The fingerprint of one story, some 1,300 bytes whatever its length.

    Equal stories are those whose text has the same letters and digits in the same order: capitals, punctuation, white
    space and typography differ between two scrapes of one article. What is alike short of that, `sketches` tells. Headline,
    byline and date are left out, because a syndicated text gets others; `whole` and `published` help to choose the better
    of two copies.

    The price: a script's vowel signs are no letters by Unicode and are left out too, so two texts that differ in them
    alone count as equal; in a story of any length that does not happen by chance.
    """
    folded = fold_words(story.text)
    made = sketch(folded)
    return Fingerprint(
        story=story.id,
        exact=_digest(folded, story.text),
        whole=bool(story.headline and story.published and story.authors),
        published=story.published,
        characters=len(story.text),
        words=made.words,
        keys=to_base64(made.keys),
        pairs=to_base64(made.pairs),
        figures=to_base64(made.figures),
    )


def exact_digest(text: str) -> str:
    """The digest, 32 hex digits, of a text's letters and digits, case folded; without any, of the text itself.

    >>> exact_digest("“Rain”, he said.") == exact_digest("RAIN he   said") != exact_digest("Sun, he said.")
    True
    >>> exact_digest("😀") == exact_digest("🌧")
    False
    """
    return _digest(fold_words(text), text)


def _digest(folded: str, text: str) -> str:
    compared = folded.replace(" ", "") or text.strip().casefold()
    return hashlib.blake2b(compared.encode(errors="surrogatepass"), digest_size=DIGEST_BYTES).hexdigest()
