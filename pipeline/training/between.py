"""What sites put between a story's paragraphs: boxes, related stories, captions, quotes, advertisements."""

from __future__ import annotations

from typing import Final

from copydesk.pipeline.training.bodies import Lines
from copydesk.pipeline.training.cast import sentences
from copydesk.pipeline.training.furniture import Press, advert, newsletter, share, teasers
from copydesk.pipeline.training.heads import caption

UNDER: Final = 0.04
"""Share of stories in which a line below each subhead names another page ("Main article: ...")."""
PAIR: Final = 2
"""Subheads that a story has at least where its page lists them in front of it."""


def add_body(press: Press, lines: Lines, busy: float) -> None:
    """The lines, with what sites put between paragraphs; no more than the last paragraph is added.

    Args:
        press: the page.
        lines: the story's own lines; one at least is "body".
        busy: chance of something after each paragraph but the last.
    """
    last = max(i for i, (_, role) in enumerate(lines) if role == "body")
    if (
        press.chance.random() < busy
        and sum(role == "subhead" for _, role in lines) >= PAIR
        and press.chance.random() < 0.5
    ):
        press.sheet.group([press.say("navigation"), *(text for text, role in lines if role == "subhead")])
    under = press.say("related") if press.chance.random() < UNDER else ""
    for i, (text, role) in enumerate(lines[: last + 1]):
        press.sheet.fresh()
        press.sheet.add(text, role)
        if role == "subhead" and under:
            press.sheet.add(f"{under}: {press.cast.headline()}", "promo")
        if role == "body" and i < last and press.chance.random() < busy:
            _INSIDE[press.chance.choices(range(len(_INSIDE)), _INSIDE_WEIGHTS)[0]](press, text)


def _read_more(press: Press, text: str) -> None:
    del text
    kind = press.say("related")
    title = press.cast.headline()
    press.sheet.add(
        f"{kind}{press.chance.choice((': ', ' ', ' – '))}{title}" if press.chance.random() < 0.6 else title, "promo"
    )


def _pull_quote(press: Press, text: str) -> None:
    quote = press.chance.choice(sentences(text) or [text])
    press.sheet.add(quote, "promo")
    if press.chance.random() < 0.4:
        press.sheet.add(press.wording.name(press.chance), "promo")


def _post(press: Press, text: str) -> None:
    """A quoted post of a social network."""
    del text
    name = press.wording.name(press.chance)
    press.sheet.add(press.cast.remark(), "either")
    press.sheet.add(f"— {name} (@{name.replace(' ', '').lower()[:15]}) {press.wording.day(press.chance)}", "either")


def _related(press: Press, text: str) -> None:
    del text
    teasers(press, "promo", 1, 2, 3, 5, titled=0.9)


def _caption(press: Press, text: str) -> None:
    del text
    caption(press)


def _advert(press: Press, text: str) -> None:
    del text
    advert(press)


def _newsletter(press: Press, text: str) -> None:
    del text
    newsletter(press, "promo")


def _share(press: Press, text: str) -> None:
    del text
    share(press)


_INSIDE: Final = (_read_more, _related, _pull_quote, _caption, _advert, _newsletter, _post, _share)
_INSIDE_WEIGHTS: Final = (5, 3, 2, 7, 6, 1, 1, 1)
