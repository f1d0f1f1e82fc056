"""The shipped presets: each is a configuration that is taken, says why, and does a job."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from copydesk.pipeline import launcher
from copydesk.pipeline.commands.configuring import reasons
from copydesk.pipeline.options import RunRequest, load_settings, presets
from copydesk.pipeline.reading import read_stories

FOLDER = Path(__file__).parents[2] / "configs" / "presets"
PAGE = """Menu

Search

Clockmaker of Weir Lane closes after sixty years

By Ada Winter

The smallest shop in Weir Lane will not open again after Easter. Its owner, who mended the clocks of three generations, is
eighty-one and says that his hands have become slower than the work allows.

Customers stood in line on Saturday to fetch what they had left with him. Some brought cake; one brought a cuckoo clock that
nobody had been able to silence since the autumn, and he mended that as well before he turned the sign on the door.

What will become of the rooms is open. The town would like a workshop to move in, and a young watchmaker from the coast has
asked for the keys. She wants to keep the bench, the lamp and the tall mirror where they are.

Share this

Trending
"""


def leaves(table: dict[str, Any], at: tuple[str, ...] = ()) -> dict[tuple[str, ...], Any]:
    """The values of a configuration by their paths."""
    found: dict[tuple[str, ...], Any] = {}
    for key, value in table.items():
        found |= leaves(value, (*at, key)) if isinstance(value, dict) else {(*at, key): value}
    return found


def test_presets_are_the_files_of_their_folder() -> None:
    """Each file of the folder is a preset, and there are the four that the page names."""
    assert presets() == sorted(path.stem for path in FOLDER.iterdir())
    assert {"news_crawl", "podcasts", "blog_archive", "training_corpus"} <= set(presets())


@pytest.mark.parametrize("name", presets())
def test_every_value_differs_and_has_a_reason(name: str) -> None:
    """A preset holds only what differs from the defaults, each value with its reason, and a head that says whom it is for."""
    text = (FOLDER / f"{name}.toml").read_text("utf-8")
    values = leaves(tomllib.loads(text))
    defaults = leaves(load_settings().model_dump(mode="json"))
    assert values
    assert {path for path, value in values.items() if defaults[path] == value} == set()
    assert set(values) <= set(reasons(text))
    assert text.startswith("# ")
    assert f"--preset {name}" in text


@pytest.mark.parametrize("name", presets())
def test_preset_is_what_the_settings_become(name: str) -> None:
    """Loaded by its name, each of its values is in the settings, and every other one is the default."""
    values = leaves(tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8")))
    expected = leaves(load_settings().model_dump(mode="json")) | values
    assert leaves(load_settings(preset=name).model_dump(mode="json")) == expected


@pytest.mark.parametrize("name", presets())
def test_preset_does_a_job(name: str, tmp_path: Path) -> None:
    """A small run with the preset publishes the story of a page, in the format that the preset names."""
    (tmp_path / "page.txt").write_text(PAGE, "utf-8")
    settings = load_settings(preset=name)
    output = tmp_path / "out"
    result = launcher.run(RunRequest(inputs=(str(tmp_path),), output=str(output), settings=settings, quiet=True))
    assert (result.exit_code, result.counts["sources"], result.counts["rejected"]) == (0, 1, 0)
    assert [story.headline for story in read_stories(str(output))] == ["Clockmaker of Weir Lane closes after sixty years"]
    assert list(output.glob(f"stories-*{result.extension}"))
