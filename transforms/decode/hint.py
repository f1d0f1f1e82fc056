"""A cheap guess at a document's language, by its script, its letters and its commonest words; None where nothing is clear.

It chooses which phrase packs and date words are tried, so it had better be silent than wrong; `tag` decides the language
of a story. Method: function words as in Grefenstette, "Comparing two language identification schemes" (1995); Cyrillic and
Arabic by the letters that only one of their languages has.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

MIN_LETTERS: Final = 12
"""Fewer letters than this are no evidence of a language."""
MIN_HITS: Final = 3
"""Different function words that a text has to show before they count."""
MIN_SHARE: Final = 0.12
"""Share of a text's words that are its language's function words. With these limits 99 % of the hints on 354 texts of 455
to 500 characters in 47 languages were right, and 8 % of the texts had none."""
MIN_LEAD: Final = 1.25
"""The best language's hits over the next one's; cousins (Danish and Norwegian, Czech and Slovak) share half of their words."""
MIN_OWN: Final = 3
MIN_OWN_LEAD: Final = 4
"""Between cousins: words that only the better one has, and how often there must be one for each of the other's."""
MIN_SCRIPT: Final = 0.5
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SCRIPTS: Final = {
    "latin": re.compile("[a-z\u00df-\u024f\u1e00-\u1eff]"),
    "kana": re.compile("[\u3041-\u30ff]"),
    "hangul": re.compile("[\u1100-\u11ff\uac00-\ud7a3]"),
    "han": re.compile("[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002fa1f]"),
    "cyrillic": re.compile("[\u0400-\u052f]"),
    "arabic": re.compile("[\u0620-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc]"),
    "el": re.compile("[\u0370-\u03ff\u1f00-\u1fff]"),
    "he": re.compile("[\u05d0-\u05ea]"),
    "th": re.compile("[\u0e01-\u0e4e]"),
    "hi": re.compile("[\u0900-\u097f]"),
    "bn": re.compile("[\u0980-\u09ff]"),
    "ta": re.compile("[\u0b80-\u0bff]"),
    "ka": re.compile("[\u10a0-\u10ff]"),
    "hy": re.compile("[\u0530-\u058f]"),
    "km": re.compile("[\u1780-\u17ff]"),
    "my": re.compile("[\u1000-\u109f]"),
    "lo": re.compile("[\u0e80-\u0eff]"),
    "pa": re.compile("[\u0a00-\u0a7f]"),
    "gu": re.compile("[\u0a80-\u0aff]"),
    "or": re.compile("[\u0b00-\u0b7f]"),
    "te": re.compile("[\u0c00-\u0c7f]"),
    "kn": re.compile("[\u0c80-\u0cff]"),
    "ml": re.compile("[\u0d00-\u0d7f]"),
    "si": re.compile("[\u0d80-\u0dff]"),
}  # fmt: skip
_ALPHABETS: Final = frozenset(
    {"bn", "el", "gu", "he", "hy", "ka", "km", "kn", "lo", "ml", "my", "or", "pa", "si", "ta", "te", "th"}
)
"""Scripts that, on the web, stand for one language."""
_OTHER_CYRILLIC: Final = re.compile("[әғқңөұүһҳҷӣӯўӑӗҫҥӧӱԥҕ]")
"""Letters of Kazakh, Tatar, Tajik, Mongolian, Chuvash ...: none of the languages that are told apart here."""


def language_hint(text: str, function_words: Mapping[str, frozenset[str]], characters: int) -> str | None:
    """The language of a text as a two-letter tag, or None.

    Args:
        text: a whole document; its longest lines are read, for furniture is short and may be of another language.
        function_words: the commonest words of each language (`rules.function_words`).
        characters: how many of the text's are read.

    >>> language_hint("Сьогодні в Києві пройшов дощ, а завтра буде сонце", {}, 4000)
    'uk'
    >>> language_hint("12:30", {}, 4000) is None
    True
    """
    sample = _longest_lines(text, characters).lower()
    counts = _count_scripts(sample)
    total = sum(counts.values())
    script = max(counts, key=lambda name: counts[name])
    east_asian = counts.get("han", 0) + counts.get("kana", 0)
    if total < MIN_LETTERS:
        return None
    if counts.get("kana", 0) * 20 > east_asian > MIN_SCRIPT * total:
        return "ja"
    if counts[script] < max(MIN_SCRIPT * total, MIN_LETTERS / 2):
        return None
    if script == "latin":
        return _by_words(sample, _latin(function_words))
    return script if script in _ALPHABETS else _BY_LETTERS[script](sample)


def _count_scripts(sample: str) -> Counter[str]:
    """Letters of each script: every different character is looked up once, however often it stands there."""
    counts: Counter[str] = Counter(latin=0)
    for character, count in Counter(sample).items():
        if script := _script_of(character):
            counts[script] += count
    return counts


@lru_cache(maxsize=8_192)
def _script_of(character: str) -> str | None:
    return next((name for name, pattern in _SCRIPTS.items() if pattern.match(character)), None)


def _longest_lines(text: str, characters: int) -> str:
    """So much of a text as asked for: its longest lines, in their order; of a text of one line, its middle."""
    window = text if len(text) <= 64 * characters else text[: 64 * characters]
    lines = window.split("\n")
    if len(window) <= characters:
        return window
    lengths = list(map(len, lines))
    longest = sorted(range(len(lines)), key=lengths.__getitem__, reverse=True)  # of equals, the first stays first
    taken: list[int] = []
    left = characters
    for i in longest:
        taken.append(i)
        left -= len(lines[i])
        if left <= 0:
            break
    return "\n".join(_middle(lines[i], characters // min(len(taken), 4)) for i in sorted(taken))[: 2 * characters]


def _middle(line: str, characters: int) -> str:
    start = max(0, len(line) - characters) // 2
    return line[start : start + characters]


@lru_cache(maxsize=4)
def _index(packs: tuple[tuple[str, frozenset[str]], ...]) -> dict[str, tuple[str, ...]]:
    """Word -> the languages whose function word it is."""
    index: dict[str, list[str]] = {}
    for language, words in packs:
        for word in sorted(words):
            index.setdefault(word, []).append(language)
    return {word: tuple(languages) for word, languages in index.items()}


def _latin(function_words: Mapping[str, frozenset[str]]) -> Mapping[str, tuple[str, ...]]:
    return _index(tuple(function_words.items()))


def _by_words(sample: str, index: Mapping[str, tuple[str, ...]]) -> str | None:
    words = _WORD.findall(sample)
    hits: Counter[str] = Counter()
    different: Counter[str] = Counter()
    for word, count in Counter(words).items():
        languages = index.get(word)
        if languages is None and "'" in word:
            languages = index.get(word.partition("'")[0])
        for language in languages or ():
            hits[language] += count
            different[language] += 1
    ranked = hits.most_common(2)
    if not ranked or different[ranked[0][0]] < MIN_HITS or ranked[0][1] < MIN_SHARE * len(words):
        return None
    clear = len(ranked) == 1 or ranked[0][1] >= MIN_LEAD * ranked[1][1] or _leads(words, index, ranked[0][0], ranked[1][0])
    return ranked[0][0] if clear else None


def _leads(words: Sequence[str], index: Mapping[str, tuple[str, ...]], best: str, cousin: str) -> bool:
    """Whether, of two languages that share most of their function words, one has nearly all the words that only one has."""
    listed = [index.get(word, ()) for word in words]
    own = sum(best in languages and cousin not in languages for languages in listed)
    others = sum(cousin in languages and best not in languages for languages in listed)
    return own >= MIN_OWN and own >= MIN_OWN_LEAD * others


def _cyrillic(sample: str) -> str | None:
    """By letters that only one of the big languages has; Russian is what has ы and э, Bulgarian what has ъ and neither."""
    if _OTHER_CYRILLIC.search(sample):
        return None
    count = sample.count
    if any(map(count, "ђћјљњџ")):
        guess = "sr" if count("ђ") + count("ћ") else "mk"
    elif any(map(count, "їєґ")) or (count("і") and not any(map(count, "ыў"))):
        guess = "uk"
    elif any(map(count, "іў")):  # Belarusian
        guess = None
    elif any(map(count, "ыэё")):
        guess = "ru"
    else:
        guess = "bg" if count("ъ") * 200 > len(sample) else None
    return guess


def _arabic(sample: str) -> str | None:
    """Urdu has letters of its own; Persian has four that Arabic has not; ة and ى, and أ, are Arabic."""
    if re.search("[ٹڈڑںےہھ]", sample):
        return "ur"
    if re.search("[ۆێەڕڵټډړږښڼ\u067f\u0680\u06ba\u06cb\u06c7]", sample):
        return None  # Kurdish, Pashto, Sindhi, Uyghur
    persian, arabic = len(re.findall("[پچژگکی]", sample)), len(re.findall("[ةىكيأإ]", sample))
    if persian > 2 * arabic:
        return "fa"
    return "ar" if arabic > 2 * persian else None


def _han(_sample: str) -> str | None:
    return "zh"


def _hangul(_sample: str) -> str | None:
    return "ko"


def _devanagari(sample: str) -> str | None:
    """Hindi by its commonest words, which Marathi and Nepali write otherwise."""
    hindi = len(re.findall(r"(?<!\S)(?:है|हैं|के|का|की|में|और|से|को)(?![^\s।,])", sample))
    others = len(re.findall(r"(?<!\S)(?:आहे|आणि|च्या|आहेत|छ|हरु|गर्न|छन्|ळ)(?![^\s।,])", sample)) + sample.count("ळ")
    return "hi" if hindi >= 2 and hindi > 3 * others else None


_BY_LETTERS: Final = {"cyrillic": _cyrillic, "arabic": _arabic, "han": _han, "hangul": _hangul, "hi": _devanagari}
