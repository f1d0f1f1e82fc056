"""Functions of a user's own, named in the configuration as "module:function": found, checked, told apart by their code."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from copydesk.pipeline.options import ConfigError, suggest
from copydesk.transforms.settings import Settings

WITNESS: Final = "extract.witness"
CLASSIFIER: Final = "tag.classifier"


def named_functions(settings: Settings) -> dict[str, str]:
    """The keys of a configuration that name a function of the user's own, with the name."""
    named = {WITNESS: settings.extract.witness, CLASSIFIER: settings.tag.classifier}
    return {key: name for key, name in named.items() if ":" in name}


@lru_cache(maxsize=4)
def load_function(key: str, name: str) -> Callable[..., Any]:
    """The function that a key of the configuration names, once a process.

    Its module has to be one that Python finds: installed, or below a folder of PYTHONPATH. The folder of the call is not
    searched: a file there could stand in for a module of somebody else's.

    Args:
        key: the key, for messages.
        name: "module:function".

    Raises:
        ConfigError: there is no such module or function, it cannot be imported, or it is no function.
    """
    module, _, function = name.partition(":")
    try:
        loaded = import_module(module)
    except ModuleNotFoundError as error:
        raise ConfigError(f"{key}: {name!r}: {error}; install the module, or name its folder in PYTHONPATH") from error
    except Exception as error:  # whatever a module of the user's does when it is imported
        raise ConfigError(f"{key}: {name!r}: the module cannot be imported ({type(error).__name__}: {error})") from error
    found = getattr(loaded, function, None)
    if found is None:
        raise ConfigError(f"{key}: {name!r}: {module} has no {function!r}{suggest(function, vars(loaded))}")
    if not callable(found):
        raise ConfigError(f"{key}: {name!r}: {function!r} is no function but {type(found).__name__}")
    checked: Callable[..., Any] = found
    return checked


def code_sha256(settings: Settings) -> Mapping[str, str]:
    """For each key that names a function of the user's own, a digest of its module's file; functions are checked by it, too.

    What the module imports, and weights that it loads, do not count: whoever changes those changes a line of the module.

    Raises:
        ConfigError: see `load_function`.
    """
    return {key: _code(key, name) for key, name in named_functions(settings).items()}


def _code(key: str, name: str) -> str:
    load_function(key, name)
    spec = find_spec(name.partition(":")[0])
    if spec is None or not spec.origin or not Path(spec.origin).is_file():
        return ""  # built in, or in an archive
    return hashlib.sha256(Path(spec.origin).read_bytes()).hexdigest()
