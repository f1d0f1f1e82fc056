"""Language: the same tag in every case, order, thread and process; null rather than a guess."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from copydesk.transforms.settings import TagSettings
from copydesk.transforms.tag import detect_language
from copydesk.transforms.tag.language import sample_text

from .conftest import CASES, cases

DATA = Path(os.environ.get("COPYDESK_DATA", Path(__file__).parents[4] / "shared" / "data"))
SENTENCES = cases("languages.toml", "text")
ENGLISH = "The council will decide on Tuesday whether the old bridge can be saved. "
FRENCH = "Le conseil municipal décidera mardi si le vieux pont peut être sauvé. "


@pytest.mark.parametrize("case", SENTENCES, ids=lambda case: case["tag"])
def test_sentence(case: dict[str, Any], settings: TagSettings) -> None:
    """A sentence of any script gets its tag, and gets it in ALL CAPS."""
    for text in (case["text"], case["text"].upper()):
        tag, score = detect_language(text, settings)
        assert tag == case["tag"]
        assert settings.language_min_score <= score <= 1


@pytest.mark.parametrize("upper", [False, True], ids=["as it stands", "ALL CAPS"])
def test_headlines(upper: bool, settings: TagSettings) -> None:  # noqa: FBT001 - two runs of one test
    """Of headlines of a few words in 62 languages, 95 % are named rightly, and not one in forty wrongly with a score of 0.9."""
    headlines = tomllib.loads((CASES / "headlines.toml").read_text(encoding="utf-8"))["headlines"]
    texts = [(tag, text.upper() if upper else text) for tag, several in headlines.items() for text in several]
    found = [(tag, *detect_language(text, settings)) for tag, text in texts]
    wrong = [one for one in found if (one[1] or "").partition("-")[0] != one[0]]
    assert len(wrong) <= 0.05 * len(found), wrong
    assert sum(score >= 0.9 for _, _, score in wrong) <= len(found) / 40


@pytest.mark.parametrize("case", cases("languages.toml", "none"), ids=lambda case: case["text"][:12])
def test_no_evidence(case: dict[str, Any], settings: TagSettings) -> None:
    """Where nothing says which language it is, none is named."""
    assert detect_language(case["text"], settings) == (None, 0.0)


@pytest.mark.parametrize("case", cases("languages.toml", "known_failure"), ids=lambda case: case["tag"])
@pytest.mark.xfail(strict=True, reason="see the case file")
def test_known_failure(case: dict[str, Any], settings: TagSettings) -> None:
    """What is known to be named wrongly still is; a success would be news."""
    assert detect_language(case["text"], settings)[0] == case["tag"]


def test_order_and_threads(settings: TagSettings) -> None:
    """The answer for a text depends on no other text, no order and no thread."""
    texts = [case["text"] for case in SENTENCES]
    alone = {text: detect_language(text, settings) for text in texts}
    assert {text: detect_language(text, settings) for text in reversed(texts)} == alone
    with ThreadPoolExecutor(4) as pool:
        assert dict(zip(texts * 3, pool.map(lambda text: detect_language(text, settings), texts * 3), strict=True)) == alone


def test_processes_agree(settings: TagSettings) -> None:
    """Processes with different hash seeds, where threads race for the first answer, load one model and agree."""
    code = (
        "import sys; from concurrent.futures import ThreadPoolExecutor as Pool\n"
        "from copydesk.transforms.settings import TagSettings\n"
        "from copydesk.transforms.tag import detectors, language\n"
        "settings = TagSettings.model_validate_json(sys.argv[1]); texts = sys.argv[2:]\n"
        "print(list(Pool(4).map(lambda text: language.detect_language(text, settings), texts)))\n"
        "assert detectors._load.cache_info().misses == 1"
    )
    texts = [case["text"][:25] for case in SENTENCES]
    here = [detect_language(text, settings) for text in texts]
    for seed in ("0", "1"):
        call = [sys.executable, "-c", code, settings.model_dump_json(), *texts]
        found = subprocess.run(call, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True)
        assert found.stdout.strip() == str(here)


def test_sample_is_of_the_whole_text(settings: TagSettings) -> None:
    """A foreign quotation at the top of a long text does not decide its language."""
    assert detect_language(FRENCH * 4 + ENGLISH * 40, settings)[0] == "en"


def test_sample_is_bounded() -> None:
    """However long a text is, and however much of it is URLs, no more than the sample is read."""
    for text in (ENGLISH * 5_000, "https://example.com/page " * 50_000, "x" * 1_000_000):
        assert len(sample_text(text, 600)) <= 600 + 2


def test_urls_do_not_decide(settings: TagSettings) -> None:
    """Addresses and handles are no evidence of English."""
    noise = "https://www.example.com/the-best-news-of-the-week @thedailynews news@example.com "
    assert detect_language(noise * 5 + FRENCH, settings)[0] == "fr"


def test_hint_breaks_a_tie_only(settings: TagSettings) -> None:
    """A page's own word decides between near languages, and does not turn clear evidence over."""
    close = "Skolen får nye vinduer til høsten"
    assert detect_language(close, settings)[0] == "da"
    assert detect_language(close, settings, hint="no-NO")[0] == "no"
    assert detect_language(ENGLISH, settings, hint="fr")[0] == "en"
    assert detect_language(ENGLISH, settings, hint="no such tag") == detect_language(ENGLISH, settings)


def test_below_the_score_is_null(settings: TagSettings) -> None:
    """An unsure answer is null, and its score is still told."""
    strict = settings.model_copy(update={"language_min_score": 1.0})
    tag, score = detect_language("Un texto en la mesa", strict)
    assert tag is None
    assert 0 < score < 1


@pytest.mark.skipif(not (DATA / "labels").is_dir(), reason="needs the labelled data, see COPYDESK_DATA")
@pytest.mark.parametrize("upper", [False, True], ids=["as it stands", "ALL CAPS"])
def test_floor(upper: bool, settings: TagSettings) -> None:  # noqa: FBT001 - two runs of one test
    """Accuracy on labelled sentences of 47 languages, by length, does not fall."""
    right: dict[int, Counter[bool]] = defaultdict(Counter)
    for line in (DATA / "labels" / "languages.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        text = row["text"].upper() if upper else row["text"]
        limit = next(limit for limit in (30, 75, 150, 10**9) if len(row["text"]) <= limit)
        tag = detect_language(text, settings)[0] or ""
        right[limit][tag.split("-")[0] == row["gold"].split("-")[0]] += 1
    shares = {limit: counts[True] / counts.total() for limit, counts in right.items()}
    assert shares[30] >= 0.91
    assert shares[75] >= 0.985
    assert shares[150] >= 0.99
    assert shares[10**9] >= 0.995
