"""Rule data with a file a language, each read when a text first needs it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath
from typing import Any, TypeVar

from copydesk.pipeline.shipped import read_toml
from copydesk.transforms.cells import RuleError
from copydesk.transforms.collection import no_collection

Pack = TypeVar("Pack")


class ByLanguage(Mapping[str, Pack]):
    """Language -> what its file says, parsed once and the same object from then on.

    A process meets few of the languages there are files for. Whom it could harm: whoever edits a file finds a fault in it only
    where a text of the language is met, or by the tests, which read all of them.
    """

    def __init__(
        self,
        folder: str,
        files: Iterable[tuple[str, Traversable]],
        parse: Callable[[str, dict[str, Any]], Pack],
    ) -> None:
        """Nothing is read yet.

        Args:
            folder: whose files these are, named by their languages ("phrases").
            files: all there are, each with its path for messages.
            parse: makes rules of the path and the data, and raises `RuleError` where it cannot.
        """
        own = ((PurePosixPath(path), entry) for path, entry in files)
        self._files = {path.stem: (str(path), entry) for path, entry in own if str(path.parent) == folder}
        self._parse = parse
        self._found: dict[str, Pack] = {}

    def __getitem__(self, language: str) -> Pack:
        """What the file of a language says.

        Raises:
            KeyError: the language has none.
            RuleError: it cannot be used, or is another language's.
        """
        if language not in self._found:
            path, entry = self._files[language]
            with no_collection():
                data = read_toml(path, entry)
                if data.get("language") != language:
                    raise RuleError(f"{path}: language: {data.get('language')!r}; the file's name says {language!r}")
                self._found.setdefault(language, self._use(path, data))  # one object, whichever thread was first
        return self._found[language]

    def _use(self, path: str, data: dict[str, Any]) -> Pack:
        """The rules of a file; a fault that its parser does not know is named, too, and is no language without a file."""
        try:
            return self._parse(path, data)
        except RuleError:
            raise
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            raise RuleError(f"{path}: these are no rules ({type(error).__name__}: {error})") from error

    def __contains__(self, language: object) -> bool:
        """Whether a language has a file; it is not read for that."""
        return language in self._files

    def __iter__(self) -> Iterator[str]:
        """The languages, in the order of their files."""
        return iter(self._files)

    def __len__(self) -> int:
        """How many languages there are."""
        return len(self._files)
