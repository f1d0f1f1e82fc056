"""Bodies pass from step to step unweighed, and are pickled where a runner parts the chain."""

from __future__ import annotations

import apache_beam as beam
import pytest
from apache_beam.testing.util import assert_that, equal_to

from copydesk.pipeline.processes.unweighed import Body, UnweighedCoder, in_one_chain


class Heavy:
    """What cannot be pickled."""

    def __reduce__(self) -> str:
        raise TypeError("somebody weighs me")


def test_no_element_of_a_chain_is_pickled() -> None:
    """What cannot be pickled passes the steps of a chain."""
    with beam.Pipeline("FnApiRunner") as pipeline:
        numbers = pipeline | beam.Create([1, 2, 3])
        heavy = in_one_chain(numbers, "one" >> beam.Map(lambda _: Heavy()), "two" >> beam.Map(lambda heavy: heavy))
        assert_that(heavy | "names" >> beam.Map(lambda heavy: type(heavy).__name__), equal_to(["Heavy"] * 3))


def test_elements_are_weighed_elsewhere() -> None:
    """Without the chain the same elements end the run: Beam does weigh what passes a step."""
    pipeline = beam.Pipeline("FnApiRunner")
    heavy = pipeline | beam.Create([1]) | "one" >> beam.Map(lambda _: Heavy()) | "two" >> beam.Map(lambda heavy: heavy)
    assert_that(heavy | "names" >> beam.Map(lambda heavy: type(heavy).__name__), equal_to(["Heavy"]))
    with pytest.raises(Exception, match="somebody weighs me"):
        pipeline.run()


def test_the_coder_gives_back_what_it_was_given() -> None:
    """A body is pickled like any object; every body weighs nothing."""
    coder = UnweighedCoder()
    assert beam.coders.registry.get_coder(Body) == coder
    assert coder.decode(coder.encode(("a", [1, 2]))) == ("a", [1, 2])
    assert coder.get_impl().estimate_size("a" * 1000) == 0
