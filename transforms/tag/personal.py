"""Personal data in running text: e-mail addresses, IP addresses, card numbers and IBANs; `phones` has phone numbers.

Each is found by a form that little else has and, where it has them, by its check digits. Patterns have bounded repeats or start
from a rare mark, so that cost is linear in the text.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple
from urllib.parse import quote

from copydesk.transforms.settings import Personal
from copydesk.transforms.tag.phones import PhoneRules, find_phones

PLACEHOLDERS: Final[dict[Personal, str]] = {
    "email": "[EMAIL]", "iban": "[IBAN]", "card": "[CARD]", "ip": "[IP]", "phone": "[PHONE]",
}  # fmt: skip
"""What stands in a masked text."""
REACH: Final = 64
"""Characters of the part of an address before its @, by RFC 5321."""
_DOMAIN_REACH: Final = 255

_UNSPACED: Final = r"\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
"""Scripts that put no blank between a word and an address beside it; an address in them has no Latin letters."""
_LOCAL: Final = re.compile(rf"(?:(?![{_UNSPACED}])[\w.!$&'*+^{{|}}~-])+\Z")
"""What people have in front of the @; "#%/=?`" are allowed there too, but in running text and URLs they end something else."""
_LOCAL_UNSPACED: Final = re.compile(r"[\w.-]+\Z")
_DOMAIN: Final = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}(?:xn--[a-z0-9-]{2,59}|[a-z]{2,24})(?![a-z0-9_-])"
    r"|(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}(?:xn--[a-z0-9-]{2,59}|[^\W\d_]{2,24})(?![\w-])",
    re.IGNORECASE,
)
_AT: Final = re.compile(r"@|＠|%40|\s?[\[({<]\s?(?:at|ät|arroba|chez|собака|собачка)\s?[\])}>]\s?", re.IGNORECASE)
_DOT: Final = re.compile(r"\s?[\[({<]\s?(?:dot|punkt|point|punto|ponto|punt|точка)\s?[\])}>]\s?", re.IGNORECASE)
_FILES: Final = frozenset({"png", "jpg", "jpeg", "gif", "svg", "webp", "avif", "css", "js", "map", "json", "html", "pdf"})
"""Ends of file names, as in icon@2x.png."""

_OCTET: Final = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_IP4: Final = re.compile(rf"(?<![\w.-])(?:{_OCTET}\.){{3}}{_OCTET}(?![\w-]|\.\w)")
_POSSIBLE: Final = re.compile(r"[\d@＠]|[\[({<]\s?(?:at|ät|arroba|chez|собак)", re.IGNORECASE)
"""What every finding holds: most lines of a page have neither a digit nor an address, and are read once for it."""
_IP6: Final = re.compile(
    r"(?<![\w:.])(?:[0-9A-Fa-f]{1,4}|:(?=:))(?::{1,2}[0-9A-Fa-f]{1,4}){1,7}(?:::)?"
    r"(?::\d{1,3}(?:\.\d{1,3}){3}|(?:\.\d{1,3}){3})?(?![\w:])",
)
_VERSION: Final = re.compile(
    r"(?:\bversion(?:en|s|e)?|versión|versão|версия|\bver|\bv|\brelease|\bbuild|\bfirmware|\bupdate|\bsection|\bchapter"
    r"|\bkapitel|§|版本|バージョン|버전)[\s.:]*\Z",
    re.IGNORECASE,
)
_ADDRESS_CUE: Final = re.compile(
    r"\bIPs?\b|\bIPv[46]\b|\bIP-|address|adresse|dirección|endereço|indirizzo|адрес|地址|アドレス|주소|\bhost|server",
    re.IGNORECASE,
)
_SMALL: Final = 32
"""Four numbers that are all smaller are more often a section or a version than an address, unless a word says so."""
_CUE_REACH: Final = 40
_GROUPS6: Final = 3
"""Groups of an IPv6 address that is somebody's; "::1" is nobody's, and a name with two colons in it is code."""

_CARD: Final = re.compile(r"(?<![\w.,/#-])(?:\d{4}([ -]?)\d{4}\1\d{4}\1\d{1,7}|\d{4}([ -]?)\d{6}\2\d{4,5})(?!\w|[.,-]\d)")
_BRAND: Final = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|(?:5[1-5]\d{2}|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}|3[47]\d{13}"
    r"|3(?:0[0-5]|[68]\d)\d{11}|(?:6011|64[4-9]\d|65\d\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}|62\d{14,17}|(?:5[0678]|6[37])\d{10,17}",
)
"""First digits and lengths of Visa, Mastercard, American Express, Diners Club, Discover, JCB, UnionPay and Maestro."""
_IBAN: Final = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ \xa0\u202f-]?[A-Za-z0-9]){11,30}(?![A-Za-z0-9])")
_IBAN_LENGTHS: Final = {
    country: length
    for length, countries in (
        (15, "NO"),
        (16, "BE"),
        (18, "DK FI FK FO GL NL SD"),
        (19, "MK SI"),
        (20, "AT BA EE KZ LT LU MN XK"),
        (21, "CH HR LI LV"),
        (22, "BG BH CR DE GB GE IE ME RS VA"),
        (23, "AE GI IL IQ OM SO TL"),
        (24, "AD CZ ES MD PK RO SA SE SK TN VG"),
        (25, "LY PT ST"),
        (26, "IS TR"),
        (27, "BI DJ FR GR IT MC MR SM"),
        (28, "AL AZ BY CY DO GT HU LB NI PL SV"),
        (29, "BR EG PS QA UA"),
        (30, "JO KW MU YE"),
        (31, "MT SC"),
        (32, "LC"),
        (33, "RU"),
    )
    for country in countries.split()
}
"""ISO 13616: characters of each country's IBAN."""

_DIALLED: Final = re.compile(
    r"(?:(?<=[=/:])(?:\+|%2B)|(?<=tel=)|(?<=tel:)|(?<=phone=)|(?<=mobile=)|(?<=fax=)|(?<=wa\.me/))\+?\d"
    r"(?:[\s().+-]|%20|\d){5,24}(?<=\d)",
    re.IGNORECASE,
)
"""A number in a URL that is said to be dialled: with its plus, or under a name that says so."""
_NAMED_CARD: Final = re.compile(r"(?<==)\d{12,19}\b")


class Found(NamedTuple):
    """One piece of personal data at [start, end) of a string."""

    start: int
    end: int
    kind: Personal


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """What is looked for in one source."""

    kinds: tuple[Personal, ...]
    phones: PhoneRules
    regions: tuple[str, ...] = ()
    """Countries whose phone numbers may stand without a country code."""

    def find(self, text: str) -> list[Found]:
        """All that is found in a text, in order and without overlap; of two that overlap the surer kind wins.

        >>> from copydesk.pipeline.resources import load_privacy
        >>> guard = Guard(kinds=("email", "ip"), phones=load_privacy())
        >>> [found.kind for found in guard.find("Write to ada@example.org, version 1.2.3.4, host 203.0.113.9.")]
        ['email', 'ip']
        """
        taken: list[Found] = []
        if not _POSSIBLE.search(text):
            return taken
        for kind, finder in _FINDERS.items():
            if kind in self.kinds:
                taken += (Found(*span, kind) for span in finder(text, self) if not _overlaps(span, taken))
        return sorted(taken)

    def mask(self, text: str, known: Mapping[str, str] | None = None) -> str:
        """A text with a placeholder for each thing found, and for each occurrence of what was found elsewhere.

        Args:
            text: any string of a record that has no account to keep.
            known: what was found in the source's text (`variants`), longest first -> placeholder.
        """
        return _replaced(_masked(text, self.find(text)), known)

    def mask_address(self, address: str, known: Mapping[str, str] | None = None) -> str:
        """A URL or path, masked: numbers in it are mostly ids, so a phone or card number has to be named as one, or be known.

        >>> from copydesk.pipeline.resources import load_privacy
        >>> guard = Guard(kinds=("email", "phone"), phones=load_privacy())
        >>> guard.mask_address("https://example.org/4155550123?mail=ada%40example.org&tel=+4155550123")
        'https://example.org/4155550123?mail=[EMAIL]&tel=[PHONE]'
        """
        kinds = tuple(kind for kind in self.kinds if kind not in {"phone", "card"})
        address = _masked(address, Guard(kinds=kinds, phones=self.phones).find(address))
        if "phone" in self.kinds:
            address = _DIALLED.sub(PLACEHOLDERS["phone"], address)
        if "card" in self.kinds:
            address = _NAMED_CARD.sub(lambda found: PLACEHOLDERS["card"] if _is_card(found[0]) else found[0], address)
        return _replaced(address, known)


def variants(original: str, kind: Personal) -> Iterator[str]:
    """A thing that was found, in the forms in which other strings of its source may hold it.

    >>> list(variants("+44 20 7946 0018", "phone"))
    ['+44 20 7946 0018', '%2B44%2020%207946%200018', '+44+20+7946+0018', '+442079460018']
    """
    forms = [original, quote(original, safe="@"), quote(original, safe=""), original.replace(" ", "+")]
    if kind in {"phone", "card", "iban"}:
        forms.append("".join(mark for mark in original if mark.isalnum() or mark == "+"))
    yield from dict.fromkeys(forms)


def _masked(text: str, found: Sequence[Found]) -> str:
    for one in reversed(found):
        text = text[: one.start] + PLACEHOLDERS[one.kind] + text[one.end :]
    return text


def _replaced(text: str, known: Mapping[str, str] | None) -> str:
    for original, placeholder in (known or {}).items():
        text = text.replace(original, placeholder)
    return text


def _overlaps(span: tuple[int, int], taken: Sequence[Found]) -> bool:
    return any(span[0] < found.end and found.start < span[1] for found in taken)


# --- the kinds ----------------------------------------------------------------------------------------------------------


def _emails(text: str, _: Guard) -> Iterator[tuple[int, int]]:
    """Addresses around each @, or what people write in its place; both sides are bounded, so that no text takes long."""
    done = 0
    for sign in _AT.finditer(text):
        reach = (max(done, sign.start() - REACH), sign.start())
        local = _LOCAL.search(text, *reach) or _LOCAL_UNSPACED.search(text, *reach)
        domain = _domain(text, sign.end(), plain=sign[0] in "@＠%40")
        if local is None or domain is None:
            continue
        name = local[0].rpartition("&")[2].lstrip(".'*_{|}~!$^-+")
        start = sign.start() - len(name)
        if not name or text[max(0, start - 1)] == "@" or _is_path(text, domain):
            continue
        yield start, domain
        done = domain


def _domain(text: str, start: int, *, plain: bool) -> int | None:
    """Where the domain ends that begins at `start`; with "(dot)" where the @ was written out too."""
    if found := _DOMAIN.match(text, start, start + _DOMAIN_REACH):
        return None if found[0].rpartition(".")[2].lower() in _FILES else found.end()
    if plain:
        return None
    name = re.compile(r"[\w.-]{1,63}").match(text, start)
    dot = _DOT.match(text, name.end()) if name else None
    ending = re.compile(r"[^\W\d_]{2,24}").match(text, dot.end()) if dot else None
    return ending.end() if ending else None


def _is_path(text: str, end: int) -> bool:
    """Whether what follows an address makes it one of a repository: git@host.example:team/project."""
    return bool(re.compile(r":[\w.~-]+/").match(text, end))


def _ips(text: str, _: Guard) -> Iterator[tuple[int, int]]:
    for found in _IP4.finditer(text):
        before = text[max(0, found.start() - _CUE_REACH) : found.start()]
        small = all(int(part) < _SMALL for part in found[0].split("."))
        if not _VERSION.search(before) and (not small or _ADDRESS_CUE.search(before)):
            yield found.span()
    for found in _IP6.finditer(text) if text.count(":") > 1 else ():
        if _is_ip6(found[0]):
            yield found.span()


def _is_ip6(text: str) -> bool:
    if len([group for group in text.split(":") if group]) < _GROUPS6 or not any(map(str.isdigit, text)):
        return False
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return True


def _cards(text: str, _: Guard) -> Iterator[tuple[int, int]]:
    return (found.span() for found in _CARD.finditer(text) if _is_card(found[0]))


def _is_card(text: str) -> bool:
    """Whether digits have a brand's first ones and length, and Luhn's check digit (ISO/IEC 7812-1)."""
    digits = [int(mark) for mark in text if mark.isdigit()]
    if not _BRAND.fullmatch("".join(map(str, digits))) or len(set(digits)) == 1:
        return False
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _ibans(text: str, _: Guard) -> Iterator[tuple[int, int]]:
    for found in _IBAN.finditer(text):
        length = _IBAN_LENGTHS.get(found[0][:2].upper(), 0)
        places = [at for at, mark in enumerate(found[0]) if mark.isalnum()]
        if not length or len(places) < length:
            continue
        end = places[length - 1] + 1
        whole = len(places) == length or not found[0][end].isalnum()
        if whole and _has_check_digits("".join(found[0][at] for at in places[:length])):
            yield found.start(), found.start() + end


def _has_check_digits(iban: str) -> bool:
    """ISO 7064, MOD 97-10: the first four characters put last and letters read as 10 to 35, the number leaves 1.

    >>> _has_check_digits("GB82WEST12345698765432"), _has_check_digits("GB83WEST12345698765432")
    (True, False)
    """
    if not iban.isascii():
        return False
    return int("".join(str(int(mark, 36)) for mark in iban[4:] + iban[:4])) % 97 == 1


def _phones(text: str, guard: Guard) -> Iterator[tuple[int, int]]:
    return find_phones(text, guard.phones, guard.regions)


_FINDERS: Final[dict[Personal, Callable[[str, Guard], Iterator[tuple[int, int]]]]] = {
    "email": _emails, "iban": _ibans, "card": _cards, "ip": _ips, "phone": _phones,
}  # fmt: skip
"""In the order of their certainty."""
