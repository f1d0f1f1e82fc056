"""What Copydesk ships below `configs/`, wherever it is installed: files of rule data, and learned weights."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, Final, TypeVar

from copydesk.transforms.cells import RuleError
from copydesk.transforms.extract.labeller import Labeller
from copydesk.transforms.repair.punctuation import Punctuator
from copydesk.transforms.segment.chapters import ChapterModel
from copydesk.transforms.tag.topic_model import TopicModel

Model = TypeVar("Model")

LABELLER: Final = "models/lines.json"
"""The weights of the labeller of text dumps, below `configs/`."""
CHAPTERS: Final = "models/chapters.json"
"""The weights that find chapters, below `configs/`."""
PUNCTUATOR: Final = "models/speech.json"
"""The weights of the punctuation of speech, below `configs/`."""
TOPICS: Final = "models/topics.json"
"""The weights of the layer over topics, below `configs/`."""


def configs() -> Traversable:
    """The folder of the shipped rule data, wherever the package is installed."""
    return resources.files("copydesk.configs")


def rule_files() -> Iterator[tuple[str, Traversable]]:
    """Every shipped data file, with its path below `configs/`, in order of the path."""

    def walk(folder: Traversable, prefix: str) -> Iterator[tuple[str, Traversable]]:
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
            if entry.is_dir() and entry.name != "__pycache__":
                yield from walk(entry, f"{prefix}{entry.name}/")
            elif entry.name.endswith((".toml", ".tsv", ".json")):
                yield f"{prefix}{entry.name}", entry

    return walk(configs(), "")


def read_toml(path: str, entry: Traversable) -> dict[str, Any]:
    """One file of rule data.

    Raises:
        RuleError: the file is no UTF-8 or no TOML.
    """
    try:
        return tomllib.loads(entry.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RuleError(f"{path}: {error}") from error


@lru_cache(maxsize=1)
def load_labeller() -> Labeller | None:
    """The labeller of text dumps, once a process; None where its weights are not there yet."""
    return _weights(LABELLER, Labeller.from_json, "a labeller")


@lru_cache(maxsize=1)
def load_chapters() -> ChapterModel | None:
    """What finds chapters, once a process; None where its weights are not there yet."""
    return _weights(CHAPTERS, ChapterModel.from_json, "chapters")


@lru_cache(maxsize=1)
def load_punctuator() -> Punctuator | None:
    """What punctuates speech, once a process; None where its weights are not there yet."""
    return _weights(PUNCTUATOR, Punctuator.from_json, "punctuation")


@lru_cache(maxsize=1)
def load_topic_model() -> TopicModel | None:
    """The layer over topics, once a process; None where its weights are not there yet."""
    return _weights(TOPICS, TopicModel.from_json, "topics")


def _weights(path: str, model: Callable[[Any], Model], of: str) -> Model | None:
    """Learned weights, where there are any.

    Raises:
        RuleError: the file is no JSON, or holds no weights.
    """
    entry = configs() / path
    if not entry.is_file():
        return None
    try:
        return model(json.loads(entry.read_text(encoding="utf-8")))
    except (KeyError, TypeError, ValueError) as error:
        raise RuleError(f"{path}: these are no weights of {of} ({type(error).__name__}: {error})") from error
