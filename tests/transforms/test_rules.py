"""The phrase packs keep the promises that their own examples make, and bad rule data is refused by name and value."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from copydesk.transforms.cells import RuleError, fold
from copydesk.transforms.rules import PHRASE_KINDS, PhrasePack, PhraseRule, parse_phrases, phrase_key
from copydesk.transforms.shapes import KEPT

FOLDER = Path(str(files("copydesk.configs"))) / "phrases"
PACKS = {
    path.stem: parse_phrases(path.name, tomllib.loads(path.read_text(encoding="utf-8")))
    for path in sorted(FOLDER.glob("*.toml"))
}
RULES = [pytest.param(rule, id=f"{language}-{rule.id}") for language, pack in PACKS.items() for rule in pack.rules]
LANGUAGES = ["ar", "cs", "da", "de", "en", "es", "fi", "fr", "it", "ja", "ko", "nl", "no", "pl", "pt", "ru", "sv", "tr", "zh"]
COVERED = set(PHRASE_KINDS)
LONGEST_FURNITURE = 2_000
"""Characters: a consent text of five sentences has about 900; what is longer is an article about it."""
STEPS = 200_000
"""Characters of the long lines; a pattern that backtracks in squares would need hours for one of them."""

SPOKEN_OR_WRITTEN = [
    "Yes.", "No.", "I agree.", "Okay.", "OK", "Got it.", "I understand.", "No, thanks.", "Right.",
    "Exactly!", "Why?", "What do you think?", "Politics", "Weather", "Sports", "Business", "Opinion",
    "Culture", "Health", "World", "Introduction", "Conclusion", "Background", "Discussion", "Results",
    "Methods", "Summary", "Ingredients", "Directions", "The verdict", "Battery life", "Design",
    "Camera", "Key takeaways", "FAQ", "Questions and answers", "Oui.", "Non.", "Bonjour !", "Merci.",
    "Politique", "Météo", "Ja.", "Nein.", "Genau.", "Politik", "Wetter", "Sí.", "De acuerdo.",
    "Deportes", "Certo.", "Sport", "Não.", "Política", "Tak.", "Да.", "Политика", "Спорт", "はい。", "政治",
    "スポーツ", "是的。", "体育", "네.", "정치", "نعم.", "سياسة", "Evet.", "Siyaset", "Kyllä.", "Ano.", "Počasí",
]  # fmt: skip
PROSE = [
    "The council met on Tuesday and decided to share the costs of the new bridge with the province.",
    "We use cookie cutters in the shape of a star, and the children love them.",
    "She subscribed to the theory that the newsletter had been written by a neighbour.",
    "Der Rat beschloss am Dienstag, die Kosten der Brücke mit der Provinz zu teilen.",
    "Le conseil a décidé mardi de partager le coût du nouveau pont avec la province.",
    "El concejo decidió el martes compartir el coste del nuevo puente con la provincia.",
    "市議会は火曜日、新しい橋の費用を県と分担することを決めた。",
    "Совет решил во вторник разделить расходы на новый мост с областью.",
]


def row(**changes: object) -> dict[str, Any]:
    """A sound [[phrase]], with changes; None takes a key away."""
    sound = {
        "id": "one",
        "kind": "sharing",
        "why": "A test.",
        "phrases": ["Share"],
        "example": ["Share"],
        "counter": ["Shares fell"],
    }
    return {key: value for key, value in (sound | changes).items() if value is not None}


def data(*rows: dict[str, Any], **more: object) -> dict[str, Any]:
    """A pack of rules as TOML gives it."""
    return {"language": "xx", "phrase": list(rows), **more}


# --- every rule's own words --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", RULES)
def test_examples_match(rule: PhraseRule) -> None:
    """Every example of a rule matches it."""
    assert [text for text in rule.examples if not rule.matches(text)] == []


@pytest.mark.parametrize("rule", RULES)
def test_counters_do_not_match(rule: PhraseRule) -> None:
    """No counter-example of a rule matches it."""
    assert [text for text in rule.counters if rule.matches(text)] == []


@pytest.mark.parametrize("rule", RULES)
def test_furniture_is_never_kept(rule: PhraseRule) -> None:
    """No rule gives a role whose words make a story's text."""
    assert rule.role not in KEPT


@pytest.mark.parametrize("rule", RULES)
def test_patterns_leave_long_lines_alone_in_linear_time(rule: PhraseRule) -> None:
    """A line longer than any furniture is matched by no pattern, and refusing it takes no time that grows in squares."""
    for text in (*rule.examples, *rule.counters, "a ", "1 ", "/ ", ": "):
        line = fold(text + " ") * (STEPS // len(text))
        assert len(line) > LONGEST_FURNITURE
        assert rule.pattern is None or rule.pattern.fullmatch(line) is None


# --- the packs ---------------------------------------------------------------------------------------------------------


def test_every_language_has_a_pack() -> None:
    """Nineteen languages have a pack, under their own name."""
    assert sorted(PACKS) == LANGUAGES
    assert [pack.language for pack in PACKS.values()] == LANGUAGES


@pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS)
def test_every_pack_covers_every_kind(pack: PhrasePack) -> None:
    """A pack has at least one rule of each kind of furniture, twelve months and words that open a byline."""
    assert {rule.kind for rule in pack.rules} == COVERED
    assert len(pack.months) == 12
    assert all(pack.months)
    assert pack.byline


@pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS)
def test_no_name_stands_for_two_months(pack: PhrasePack) -> None:
    """A name or short form of a month belongs to one month of its language."""
    names = [name for month in pack.months for name in month]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS)
def test_no_pack_takes_speech_section_names_or_prose(pack: PhrasePack) -> None:
    """Answers, section names, subheads and sentences of prose are no language's furniture."""
    assert [text for text in (*SPOKEN_OR_WRITTEN, *PROSE) if pack.match(fold(text))] == []


@pytest.mark.parametrize(
    ("language", "block", "kind", "role"),
    [
        ("en", "WATCH: Rescue of the stranded whale", "promo", "promo"),
        ("de", "Lesen Sie auch: So wurde der Damm gerettet", "promo", "promo"),
        ("fr", "Lire aussi : Le port ouvre sa nouvelle école", "promo", "promo"),
        ("es", "Lea también: El puerto abre su nueva escuela", "promo", "promo"),
        ("en", "Jane Doe | AFP | Getty Images", "credit", "caption"),
        ("de", "Foto: dpa", "credit", "caption"),
        ("fr", "Crédit photo : Jeanne Dupont", "credit", "caption"),
        ("ru", "Фото: Анна Иванова", "credit", "caption"),
        ("en", "445 segments", "transcript", "chrome"),
        ("en", "0:00 / 2:31", "transcript", "chrome"),
        ("en", "» SKIP TO CONTENT «", "navigation", "chrome"),
        ("tr", "TÜM HAKLARI SAKLIDIR", "copyright", "chrome"),
        ("tr", "GİRİŞ YAP", "login", "chrome"),
        ("ja", "続きを読む：", "navigation", "chrome"),
        ("zh", "【延伸閱讀】", "related", "chrome"),
        ("ar", "اقرأ أيضا: الميناء يفتتح مدرسته الجديدة", "promo", "promo"),
    ],
)
def test_a_block_is_known_by_the_first_rule_that_fits(language: str, block: str, kind: str, role: str) -> None:
    """A pack tells a block's kind and role, whatever its capitals and the marks around it."""
    rule = PACKS[language].match(fold(block))
    assert rule is not None
    assert (rule.kind, rule.role) == (kind, role)


def test_phrases_are_looked_up_without_the_marks_around_them() -> None:
    """A phrase and a block meet folded, without arrows, bullets, brackets and closing punctuation of any script."""
    pack = parse_phrases("xx.toml", data(row(phrases=["»  Don’t MISS…"])))
    assert set(pack.exact) == {"don't miss"}
    assert pack.match(fold("【DON'T MISS】：")) is pack.rules[0]
    assert pack.match(fold("Don't miss it")) is None
    assert phrase_key(fold("« Share »")) == "share"


# --- errors ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (row(id=None), ["a [[phrase]]", "id", "None"]),
        (row(kind="banner"), ["one", "kind", "'banner'", "sharing"]),
        (row(role="advert"), ["one", "role", "'advert'", "chrome"]),
        (row(why=""), ["one", "why", "''"]),
        (row(phrases=["Share", " » "]), ["one", "empty phrase"]),
        (row(phrases=None), ["one", "neither phrases nor a pattern"]),
        (row(pattern=""), ["one", "pattern", "''"]),
        (row(pattern="share("), ["one", "pattern", "'share('"]),
        (row(pattern="(?:share)?"), ["one", "pattern", "'(?:share)?'", "empty text"]),
        (row(example=None), ["one", "example", "None"]),
        (row(example=[]), ["one", "example", "[]"]),
        (row(counter="Shares fell"), ["one", "counter", "'Shares fell'"]),
        (row(wyh="A test."), ["one", "unknown key", "'wyh'"]),
    ],
)
def test_a_broken_rule_is_refused_by_name(broken: dict[str, Any], said: list[str]) -> None:
    """An error names the file, the rule and the value."""
    with pytest.raises(RuleError) as error:
        parse_phrases("xx.toml", data(broken))
    assert [words for words in ("xx.toml", *said) if words not in str(error.value)] == []


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (data(row(), row(id="two")), ["'share'", "one", "two"]),
        (data(row(), row(phrases=["Like"])), ["id", "'one'", "twice"]),
        (data(row(), months=[["January"]]), ["months", "1 entries"]),
        (data(row(), colour="red"), ["unknown key", "'colour'"]),
        ({"phrase": [row()]}, ["language", "None"]),
    ],
)
def test_a_broken_pack_is_refused_by_name(broken: dict[str, Any], said: list[str]) -> None:
    """Two rules that claim one phrase or one id, a year of one month and a pack without language are errors."""
    with pytest.raises(RuleError) as error:
        parse_phrases("xx.toml", broken)
    assert [words for words in ("xx.toml", *said) if words not in str(error.value)] == []
