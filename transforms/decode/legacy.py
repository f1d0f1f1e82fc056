"""Which legacy charset bytes are written in, where nothing has said so.

charset-normalizer is built for longer texts: of a headline in Shift_JIS or a line in KOI8-R it often names a cousin (of 50
lines of our own in 20 languages it read 36 rightly). So the charsets that the web really used are
tried first, each by the letters that its languages use most; charset-normalizer is asked where none of them stands out.

Method: letter frequencies in place of the byte sequences of Li and Momoi, "A composite approach to language/encoding
detection" (2001). Whom it could harm: languages whose letters are in no list here; they get charset-normalizer's answer.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

from charset_normalizer import from_bytes
from ftfy.badness import badness

ENOUGH: Final = 0.5
"""Mean weight of the characters beyond ASCII that a charset must reach. Set so that the samples of tests/cases/decode come out
right; lower, and lone bad bytes in ASCII are taken for a charset, higher, and headlines of rare characters go to the
detector."""
_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]")
_MIXED: Final = re.compile(r"[a-zа-яёα-ωά-ώ][A-ZА-ЯЁΑ-Ω]|[\u0370-\u0eff][A-Za-z]|[A-Za-z][\u0370-\u0eff]")
"""Case or script that changes inside a word: text read in the wrong one of its charsets is full of it."""
_ASTRAY: Final = re.compile(
    "[A-Za-z][¿¡]|õ(?!e)"  # Spanish opens with them; õ that is not Portuguese is a Hungarian ő (its price: Estonian)
    "|ة(?=[ا-ي])|[ךםןףץ](?=[א-ת])"  # only ever at the end of an Arabic, of a Hebrew word
    # Thai vowels without a consonant, and consonants without a vowel
    "|[\u0e01-\u0e2e]{5}"
    "|(?<![\u0e01-\u0e4e])[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]|[\u0e40-\u0e44](?![\u0e01-\u0e2e])",
)
"""Letters where their language does not put them."""
_RUN: Final = re.compile(r"[^\W\x00-\x7f]{3}")


def _weights(*grades: tuple[float, str]) -> dict[str, float]:
    return {letter: weight for weight, letters in reversed(grades) for letter in letters}


_PUNCTUATION: Final = "«»“”„‘’–—…•€£°·©№§\u00a0"
_KANA: Final = "".join(map(chr, [*range(0x3041, 0x3094), *range(0x30A1, 0x30F7), 0x30FC]))
_WIDE: Final = "、。・「」『』（）！？：，；《》“”…０１２３４５６７８９％\u3000"
_SIMPLIFIED: Final = (
    "的一是了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后小么心多天而能好都然没日于起还发成"
    "事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知民样现分将外但身些与高意进把法此实回二理美点月明其种声全工己话儿"
    "者向情部正名定女问力机给等几很业最间新什打便位因重被走电四第门相次东政海口使教西再平真听世气信北少关并内加化由却代军产入先山五太水万"
    "市报记者据称近表示经济社会体院科技今京华区网元增亿价改革建设场首项目合应研究总统计划"
)
_TRADITIONAL: Final = (
    "的一是不了在人有我他這中大來上國個到說們為子和你地出道也時年得就那要下以生會自著去之過家學對可她里後小麼心多天而能好都然沒日於起還發成"
    "事只作當想看文無開手十用主行方又如前所本見經頭面公同三已老從動兩長知民樣現分將外但身些與高意進把法此實回二理美點月明其種聲全工己話兒"
    "者向情部正名定女問力機給等幾很業最間新什打便位因重被走電四第門相次東政海口使教西再平真聽世氣信北少關並內加化由卻代軍產入先山五太水萬"
    "市報記者據稱近表示經濟社會體院科技今京華區網元增億價改革建設場首項目合應研究總統計劃台灣港臺灣"
)
_KANJI: Final = "日一国会人年大十二本中長出三同時政事自行社見月分議後前民生連五発間対上部東者党地合市業内相方四定今回新場金員九入選立開手米力学問高代明実円関決子動京全目表戦経通外最言氏現理調体化田当八六約主題下首意法"  # noqa: E501
_HANGUL: Final = "이다는의에을를가고은로하한지사기자도서인대시정어나리아그과해부일수들보있것전제주장상만구와라여으면원유"
_RUSSIAN: Final = "оеаинтсрвлкмдпіуяыьгзбчїйхжшєюцщэфъёґўјљњћђџ"
_GREEK: Final = "αοιετσνηυρπκμλςωδγχθφβξζψάέήίόύώϊϋΐΰ"
_HEBREW: Final = "יוהלאתרבשמםנןעחדקפףסצץגטכךז"
_ARABIC: Final = "اليمنوترهبسفعدقكحةجشصطخىضذءغئأثزظإؤآپچگیک"
_THAI: Final = "านรอกเงมยลวดทสตะปบคหแจพชขใไโัำ่้ิี็ุูื์ผถซธศณึๆญ"
_WEST: Final = "éèàùâêîôûçëïüäöåßñáíóúãõøæœ"
_CENTRAL: Final = "ąćęłńśźżěščřžýáíéóúůďťňőűöüäôăâîșțşţđ"
_TURKISH: Final = "ıİşŞğĞçöüÇÖÜâî"
_BALTIC: Final = "āčēģīķļņšūžąęėįųõäöü"


class Reads(Enum):
    """What a charset is for, as far as it matters here."""

    HAN = "characters of two bytes"
    LATIN = "Latin letters, most of them ASCII"
    OTHER = "a small alphabet beyond ASCII"


@dataclass(frozen=True, slots=True)
class _Candidate:
    name: str
    codec: str
    weights: dict[str, float]
    reads: Reads
    common: tuple[int, int] = (0, 0)
    """First and last lead byte of the standard's everyday characters (its level 1)."""


def _alphabet(lower: str) -> dict[str, float]:
    """Weights of an alphabet in the order of its letters' frequency: the commonest third in full, capitals a little less."""
    third = len(lower) // 3
    small = {letter: 1.0 if i < third else 0.7 if i < 2 * third else 0.3 for i, letter in enumerate(lower)}
    capital = {letter.upper(): 0.9 * weight for letter, weight in small.items() if len(letter.upper()) == 1}
    return {**_weights((0.75, _PUNCTUATION)), **capital, **small}


def _flat(*grades: tuple[float, str]) -> dict[str, float]:
    return _weights(*grades, (0.75, _PUNCTUATION))


_CANDIDATES: Final = (
    # East Asian first: a reading in them that holds at all is full of their commonest characters, or it is chance.
    _Candidate("shift_jis", "cp932", _flat((1.0, _KANA), (0.9, _KANJI), (0.8, _WIDE)), Reads.HAN, (0x88, 0x97)),
    _Candidate("euc-jp", "euc_jp", _flat((1.0, _KANA), (0.9, _KANJI), (0.8, _WIDE)), Reads.HAN, (0xB0, 0xCF)),
    _Candidate("euc-kr", "cp949", _flat((1.0, _HANGUL), (0.6, _WIDE)), Reads.HAN, (0xB0, 0xC8)),
    _Candidate("gb18030", "gb18030", _flat((1.0, _SIMPLIFIED), (0.8, _WIDE)), Reads.HAN, (0xB0, 0xD7)),
    _Candidate("big5", "cp950", _flat((1.0, _TRADITIONAL), (0.8, _WIDE)), Reads.HAN, (0xA4, 0xC6)),
    _Candidate("windows-1252", "cp1252", _flat((1.0, _WEST), (0.6, "ÉÈÀÄÖÜÅØÆÇÑÁÍÓÚÂÊÎÔÃÕŒðþýÿºª"), (1.0, "¿¡")), Reads.LATIN),
    _Candidate("windows-1250", "cp1250", _flat((1.0, _CENTRAL + "ß"), (0.6, _CENTRAL.upper())), Reads.LATIN),
    _Candidate("iso-8859-2", "iso8859_2", _flat((0.99, _CENTRAL + "ß"), (0.6, _CENTRAL.upper())), Reads.LATIN),
    _Candidate("windows-1254", "cp1254", _flat((1.0, _TURKISH)), Reads.LATIN),
    _Candidate("windows-1257", "cp1257", _flat((0.98, _BALTIC), (0.6, _BALTIC.upper())), Reads.LATIN),
    _Candidate("windows-1251", "cp1251", _alphabet(_RUSSIAN), Reads.OTHER),
    _Candidate("koi8-r", "koi8_r", _alphabet(_RUSSIAN), Reads.OTHER),
    _Candidate("koi8-u", "koi8_u", _alphabet(_RUSSIAN), Reads.OTHER),
    _Candidate("iso-8859-5", "iso8859_5", _alphabet(_RUSSIAN), Reads.OTHER),
    _Candidate("cp866", "cp866", _alphabet(_RUSSIAN), Reads.OTHER),
    _Candidate("windows-1253", "cp1253", _alphabet(_GREEK), Reads.OTHER),
    _Candidate("iso-8859-7", "iso8859_7", _alphabet(_GREEK), Reads.OTHER),
    _Candidate("windows-1255", "cp1255", _alphabet(_HEBREW), Reads.OTHER),
    _Candidate("windows-1256", "cp1256", {**_alphabet(_ARABIC), **_weights((0.7, "،؟؛ًَُِّْ"))}, Reads.OTHER),
    _Candidate("cp874", "cp874", _alphabet(_THAI), Reads.OTHER),
)
_RARER: Final = {"iso8859_4", "iso8859_6", "mac_roman", "cp437", "cp850"}
_ASKED: Final = sorted({candidate.codec for candidate in _CANDIDATES} | _RARER)
_WORD: Final = re.compile(r"[^\W\d_]+")


def guess_legacy(payload: bytes, sample_bytes: int) -> str | None:
    """The legacy charset whose reading of the bytes looks most like text, or None where none does.

    Args:
        payload: bytes that are not UTF-8.
        sample_bytes: how many of them are looked at; only parts with bytes beyond ASCII are of use.

    >>> guess_legacy("Привет, как дела?".encode("cp1251"), 65536)
    'windows-1251'
    """
    if b"\x1b$" in payload and payload.isascii():
        return "iso-2022-jp"
    sample = _telling(payload, sample_bytes)
    scored = [(score, -i) for i, candidate in enumerate(_CANDIDATES) if (score := _score(sample, candidate)) is not None]
    best, place = max(scored, default=(0.0, 0))
    if best >= ENOUGH:
        return _CANDIDATES[-place].name
    return _ask_detector(sample)


def _telling(payload: bytes, sample_bytes: int) -> bytes:
    """A bounded sample: the lines that have bytes beyond ASCII, for ASCII tells nothing."""
    if len(payload) <= sample_bytes:
        return payload
    sample = bytearray()
    for line in payload[: 32 * sample_bytes].splitlines(keepends=True):
        if not line.isascii():
            sample += line[: sample_bytes - len(sample)]
        if len(sample) >= sample_bytes:
            break
    return bytes(sample)


def _score(sample: bytes, candidate: _Candidate) -> float | None:
    """Mean weight of the characters beyond ASCII, less what is odd; None where the bytes cannot be read so."""
    try:
        text = codecs.getincrementaldecoder(candidate.codec)().decode(sample)
    except UnicodeDecodeError:
        return None
    strange = _NOT_ASCII.findall(text)
    if not strange or (candidate.reads is Reads.OTHER and not _RUN.search(text)):
        return None
    total = sum(candidate.weights.get(character) or _weight(character, candidate) for character in strange)
    odd = len(_MIXED.findall(text)) + len(_ASTRAY.findall(text))
    if candidate.reads is Reads.LATIN:
        # In a Latin script most letters are ASCII; words of nothing else are another script's, read wrongly.
        words = _WORD.findall(text)
        odd += sum(len(word) for word in words if len(word) > 2 and len(_NOT_ASCII.findall(word)) * 2 > len(word) + 1)
        odd += 2 * badness(text)
    return (total - odd) / len(strange)


def _weight(character: str, candidate: _Candidate) -> float:
    """The weight of a character that is not among the candidate's commonest."""
    if character <= "\x9f" or "\ue000" <= character <= "\uf8ff":
        return -0.5
    if candidate.reads is not Reads.HAN:
        return 0.0
    if "\uff61" <= character <= "\uff9f":  # katakana of one byte, as every other charset reads in Shift_JIS
        return -0.2
    code = character.encode(candidate.codec, errors="replace")
    everyday = candidate.common[0] <= code[0] <= candidate.common[1] and (code[-1] > 0xA0 or code[0] < 0xB0)
    return ENOUGH if everyday else 0.0


def _ask_detector(sample: bytes) -> str | None:
    match = from_bytes(sample, cp_isolation=_ASKED, threshold=0.2, enable_fallback=False).best()
    return None if match is None else codecs.lookup(match.encoding).name
