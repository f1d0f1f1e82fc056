"""`python -m copydesk.pipeline.training.speech DATA`: learn the punctuation of speech and write its weights.

DATA holds `speech/speech.jsonl.gz`: punctuated talks, a JSON object a line with the fields `id` and `text`.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from copydesk.pipeline.shipped import PUNCTUATOR
from copydesk.pipeline.training.punctuate import learn_punctuation
from copydesk.pipeline.training.talks import is_held_back, read_talks
from copydesk.pipeline.training.weights import add_output, write_weights

TALKS: Final = "speech/speech.jsonl.gz"


def main() -> None:
    """Learn from all talks but the tenth that is held back, and write the weights where an installed package reads them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=Path, help="folder of labelled data")
    add_output(parser, PUNCTUATOR)
    arguments = parser.parse_args()
    weights = learn_punctuation([talk for talk in read_talks(arguments.data / TALKS) if not is_held_back(talk.id)])
    write_weights(arguments.output, weights, ensure_ascii=False)


if __name__ == "__main__":
    main()
