"""Texts are found in every script, however their characters are written."""

from __future__ import annotations

import sqlite3
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import closing

import pytest

from copydesk.pipeline.view.search import TOKENIZER, searchable, terms
from tests.pipeline import runs
from tests.pipeline.view.served import Client, served

TEXTS = {
    "chinese.txt": "渡轮星期一恢复通航，市长说。", "japanese.txt": "月曜日から東京の港でフェリーが再開する。",
    "thai.txt": "เรือข้ามฟากเริ่มวิ่งอีกครั้งวันจันทร์",
    "hindi.txt": "नाव सोमवार से फिर चलेगी", "korean.txt": "월요일부터 여객선이 다시 다닌다",
    "french.txt": "Le café de l’île a rouvert", "german.txt": "Die Straße zur Fähre", "russian.txt": "Паром снова ходит",
    "odd.txt": "one a\u19b0b sign",
}  # fmt: skip


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A source of each script, French in two ways of writing its accents."""
    folder = tmp_path_factory.mktemp("search")
    texts = TEXTS | {"apart.txt": unicodedata.normalize("NFD", TEXTS["french.txt"])}
    rows: runs.Rows = {"documents": [], "stories": [], "removed": [], "rejected": []}
    for name, text in texts.items():
        made = runs.rows_of(name)
        made["removed"] = [made["removed"][0] | {"text": text, "end": len(text)}]
        made["stories"] = []
        for kind, more in made.items():
            rows[kind] += more
    with served(runs.write_run(folder / "out", rows), folder / "l.jsonl") as found:
        yield found


@pytest.mark.parametrize(("text", "found"), [
    ("恢复通航", "chinese.txt"), ("市", "chinese.txt"), ("说", "chinese.txt"), ("港でフェリー", "japanese.txt"),
    ("東京", "japanese.txt"),
    ("京東", ""), ("ﾌｪﾘｰ", "japanese.txt"), ("วันจันทร์", "thai.txt"),
    ("ข้ามฟาก", "thai.txt"), ("सोमवार", "hindi.txt"),
    ("सोमव", "hindi.txt"),
    ("सामवार", ""), ("여객선", "korean.txt"), ("여객", "korean.txt"), ("cafe\u0301", "apart.txt french.txt"),
    ("CAFÉ île", "apart.txt french.txt"), ("cafe", "apart.txt french.txt"), ("strasse", "german.txt"), ("FÄHRE", "german.txt"),
    ("паром ХОДИТ", "russian.txt"), ("a\u19b0b", "odd.txt"), ("\u3042\u3099" * 2_00, ""), ("\u200b", ""),
])  # fmt: skip
def test_it_is_found_wherever_it_stands(client: Client, text: str, found: str) -> None:
    """Within a run without spaces, whole or in part; composed or not; in either case, with accents or without."""
    assert " ".join(one["uri"] for one in client.page(text=text)["sources"]) == found


def test_a_term_is_one_word_to_the_database() -> None:
    """Whatever Python takes for a letter, SQLite does not part: no search ends in an error, and each text finds itself."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute(f"CREATE VIRTUAL TABLE words USING fts5 (text, content='', detail=none, tokenize='{TOKENIZER}')")
        signs = (chr(code) for code in range(0x80, sys.maxunicode + 1, 7))
        texts = [f"a{sign}b" for sign in signs if sign.isalnum()][::40]
        database.executemany("INSERT INTO words (rowid, text) VALUES (?, ?)", enumerate(map(searchable, texts)))
        for number, text in enumerate(texts):
            for term in terms(text, 9):
                query = "SELECT count(*) FROM words WHERE words MATCH ? AND rowid = ?"
                assert database.execute(query, (f'"{term}"*', number)).fetchone() == (1,), (text, term)
