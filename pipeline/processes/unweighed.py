"""What passes from step to step inside a fused chain, of which Beam would like to know how many bytes it is.

Of everything that passes a step Beam's worker takes a sample, ten elements of the first ten and ten more each time that their
number has nearly trebled, and encodes each to learn its size, for a statistic that nobody here reads. To pickle a document
costs some milliseconds, and a page passes seven steps. The coder of such elements therefore tells any size without looking.
Where a runner does part the chain between two steps, it encodes and decodes as Beam's own coder of objects does.
"""

from __future__ import annotations

from typing import Any

from apache_beam import coders
from apache_beam.coders import coder_impl
from apache_beam.pvalue import PCollection
from apache_beam.transforms.ptransform import PTransform


class Body:
    """The element type of bodies: items, documents, records; whatever is carried from source to staged shard."""


class UnweighedCoder(coders.PickleCoder):  # type: ignore[misc]  # Beam publishes no types
    """Pickles, but takes no element for heavier than another."""

    def _create_impl(self) -> coder_impl.CallbackCoderImpl:
        known = super()._create_impl()
        return coder_impl.CallbackCoderImpl(known.encode, known.decode, _no_size)


def _no_size(_: object) -> int:
    return 0


coders.registry.register_coder(Body, UnweighedCoder)


def in_one_chain(elements: PCollection[Any], *steps: PTransform[Any, Any]) -> PCollection[Any]:
    """What the last of some steps gives, each applied to what the one before it gives, with no element weighed between."""
    given = []
    for step in steps:
        elements = elements | step
        given.append(elements)
    for one in given:  # only now, because Beam checks whether each step takes what the one before it says that it gives
        one.element_type = Body
    return elements
