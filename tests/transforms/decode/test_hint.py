"""The language hint: right or silent."""

from __future__ import annotations

import pytest

from copydesk.transforms.decode import language_hint
from copydesk.transforms.rules import Rules

SAMPLES = {
    "en": "The council said on Friday that it would not open the bridge before the end of the year, and they were sorry.",
    "es": "El ayuntamiento dijo el viernes que no abrirá el puente antes de fin de año porque las obras no acaban.",
    "fr": "La mairie a dit vendredi que le pont ne sera pas ouvert avant la fin de l’année, et que les travaux sont en retard.",
    "de": "Die Stadt sagte am Freitag, dass die Brücke nicht vor dem Ende des Jahres geöffnet wird und es ihr leid tut.",
    "it": "Il comune ha detto venerdì che il ponte non sarà aperto prima della fine dell'anno per i lavori che sono lenti.",
    "pt": "A prefeitura disse na sexta-feira que não vai abrir a ponte antes do fim do ano, mas os barcos já são uma ajuda.",
    "nl": "De gemeente zei vrijdag dat de brug niet voor het einde van het jaar open gaat en dat zij er spijt van heeft.",
    "pl": "Rada miasta powiedziała w piątek, że most nie zostanie otwarty przed końcem roku, ale prace są już skończone.",
    "sv": "Kommunen sade på fredagen att bron inte öppnas före årets slut och att de som bor där får vänta.",
    "fi": "Kaupunki sanoi perjantaina, että silta ei ole auki ennen vuoden loppua, mutta työt ovat jo alkaneet ja ne jatkuvat.",
    "cs": "Rada města v pátek řekla, že most nebude otevřen do konce roku, ale práce jsou již skoro hotové a pokračují.",
    "tr": "Belediye cuma günü köprünün yıl sonuna kadar açılmayacağını ve bunun için çok üzgün olduğunu söyledi.",
    "id": "Jembatan itu tidak akan dibuka karena hujan, namun mereka bisa pergi dengan perahu seperti para nelayan di sini.",
    "ru": "Мэрия сообщила в пятницу, что мост не откроют до конца года.",
    "uk": "Мерія повідомила, що міст не відкриють до кінця року.",
    "bg": "Общината съобщи в петък, че мостът няма да бъде отворен преди края на годината.",
    "sr": "Градска управа је саопштила да мост неће бити отворен пре краја године, јер радови још трају.",
    "el": "Ο δήμος ανακοίνωσε ότι η γέφυρα δεν θα ανοίξει φέτος.",
    "he": "העירייה הודיעה ביום שישי שהגשר לא ייפתח",
    "ar": "قالت البلدية يوم الجمعة إن الجسر لن يفتح قبل نهاية السنة",
    "fa": "شهرداری روز جمعه گفت که پل تا پایان سال باز نخواهد شد",
    "hi": "नगर पालिका ने शुक्रवार को कहा कि पुल साल के अंत से पहले नहीं खुलेगा और काम जारी है",
    "th": "เทศบาลกล่าวเมื่อวันศุกร์ว่าสะพานจะไม่เปิดก่อนสิ้นปี",
    "te": "సంవత్సరం చివరి వరకు వంతెన తెరవబడదని నగరపాలక సంస్థ శుక్రవారం తెలిపింది",
    "gu": "વર્ષના અંત સુધી પુલ ખુલશે નહીં એમ નગરપાલિકાએ શુક્રવારે જણાવ્યું",
    "ja": "市は金曜日、橋は年末まで開通しないと発表した。",
    "zh": "市政府周五表示，大桥在年底前不会开放。",
    "ko": "시는 금요일에 다리가 연말 전에 개통되지 않는다고 밝혔다.",
}


@pytest.mark.parametrize("language", SAMPLES)
def test_a_sentence_is_enough(language: str, rules: Rules) -> None:
    """One sentence is hinted rightly, also where it is written in capitals."""
    words, characters = rules.function_words, rules.settings.decode.hint_characters
    assert language_hint(SAMPLES[language], words, characters) == language
    assert language_hint(SAMPLES[language].upper(), words, characters) == language


@pytest.mark.parametrize(
    "text", ["", "12:30 — 14:00", "Lorem ipsum dolor sit amet consectetur", "OK", "Menu Home Contact Login", "word " * 99]
)
def test_what_is_not_clear_has_no_hint(text: str, rules: Rules) -> None:
    """Too few letters, no function words, or one word over and over are no evidence."""
    assert language_hint(text, rules.function_words, rules.settings.decode.hint_characters) is None


def test_the_longest_lines_decide(rules: Rules) -> None:
    """Furniture in another language, however much of it comes first, does not decide."""
    page = "und die\nder Mann\nmit dem Rad\n" * 300 + f"{SAMPLES['fr']}\n" * 30
    assert language_hint(page, rules.function_words, rules.settings.decode.hint_characters) == "fr"
