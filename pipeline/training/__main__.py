"""`python -m copydesk.pipeline.training DATA`: train the labeller of text dumps and write its weights.

DATA holds the labelled pages: `pages/`, `seeds/`, `dumps/single/` and `dumps/scroll/` (NAME.txt with NAME.gold.json),
and `html/strings/`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from copydesk.pipeline.resources import load_rules
from copydesk.pipeline.shipped import LABELLER
from copydesk.pipeline.training.carried import load_carried
from copydesk.pipeline.training.learn import learn_labeller
from copydesk.pipeline.training.pages import Example, load_folder, relate
from copydesk.pipeline.training.weights import add_output, write_weights
from copydesk.transforms.rules import Rules


def load_examples(data: Path, rules: Rules, more: Path | None = None) -> list[Example]:
    """All labelled pages of a data folder, each with the sites of all that it shares a line with.

    Args:
        data: the folder.
        rules: phrase packs and settings.
        more: a folder of other pages labelled by hand, as `copydesk labels` writes them.

    Raises:
        FileNotFoundError: a folder is missing.
    """
    folders = {
        "pages": data / "pages", "seed": data / "seeds", "single": data / "dumps" / "single",
        "scroll": data / "dumps" / "scroll",
    }  # fmt: skip
    for folder in (*folders.values(), data / "html" / "strings", *([more] if more else [])):
        if not folder.is_dir():
            raise FileNotFoundError(f"{folder}: no such folder; the first argument names the folder of labelled data")
    found = [example for corpus, folder in folders.items() for example in load_folder(folder, corpus, rules)]
    found += load_folder(more, "pages", rules) if more else []
    return relate([*found, *load_carried(data / "html" / "strings", rules)])


def main() -> None:
    """Train on everything, and write the weights where an installed package reads them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=Path, help="folder of labelled data")
    parser.add_argument("--labels", type=Path, help="folder of more pages, which copydesk labels wrote")
    add_output(parser, LABELLER)
    arguments = parser.parse_args()
    rules = load_rules(trained=False)
    more = [arguments.labels] if arguments.labels else []
    weights = learn_labeller(load_examples(arguments.data, rules, *more), rules)
    write_weights(arguments.output, weights)


if __name__ == "__main__":
    main()
