"""`python -m copydesk.pipeline.training.speech DATA`: learn the punctuation of speech and write its weights.

DATA holds `speech/speech.jsonl.gz`: punctuated talks, a JSON object a line with the fields `id` and `text`.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Final

from copydesk.pipeline.shipped import PUNCTUATOR, configs
from copydesk.pipeline.training.punctuate import learn_punctuation
from copydesk.pipeline.training.talks import is_held_back, read_talks

TALKS: Final = "speech/speech.jsonl.gz"


def main() -> None:
    """Learn from all talks but the tenth that is held back, and write the weights where an installed package reads them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=Path, help="folder of labelled data")
    parser.add_argument("--output", type=Path, default=Path(str(configs())) / PUNCTUATOR, help="file of weights")
    arguments = parser.parse_args()
    weights = learn_punctuation([talk for talk in read_talks(arguments.data / TALKS) if not is_held_back(talk.id)])
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(weights, ensure_ascii=False, separators=(",", ":"))
    arguments.output.write_text(text + "\n", encoding="utf-8")
    print(f"{arguments.output}: {len(text.encode()):,} bytes")


if __name__ == "__main__":
    main()
