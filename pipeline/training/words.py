"""Tables of wording that phrase packs do not hold: names, sections, date forms, sentences of boxes and notices.

All of it was written for this project. A language without an entry of its own falls back on English, as many sites do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

ENGLISH: Final = "en"
Table = Mapping[str, tuple[str, ...]]
_ROW: Final = re.compile(r"(?:^|\n)(?=(?:[a-z]{2}|\*): )")


def _table(rows: str) -> dict[str, tuple[str, ...]]:
    r"""Rows of "language: entry | entry", each over one line or more; a "+" between blanks is a bar of the entry's own.

    >>> _table("en: By {name} + {day}\n    | {day}")
    {'en': ('By {name} | {day}', '{day}')}
    """
    out: dict[str, tuple[str, ...]] = {}
    for row in _ROW.split(rows)[1:]:
        language, _, entries = " ".join(row.split()).partition(": ")
        out[language] = tuple(entry.replace(" + ", " | ") for entry in entries.split(" | "))
    return out


def words_of(table: Table, language: str) -> tuple[str, ...]:
    """A language's row of a table, or the English one.

    >>> words_of({"en": ("News",)}, "xx")
    ('News',)
    """
    return table.get(language) or table[ENGLISH]


FIRST_NAMES: Final = _table("""
en: Anna | Jonas | Maria | Peter | Lucía | Olivier | Greta | Samuel | Nadia | Tomas | Helen | Viktor | Amara | Kofi |
    Priya | Rohan | Mei | Daniel | Ruth | Oscar | J. R. | Mary Ann | Jean-Luc | Eve | Bob | Zoë | Farid | Leila |
    Ingrid | Matteo | Sofia | Pawel | Yuki | Carlos | Dr. Hanna | Emeka | Siobhán | Luis Miguel | Kim | Nils
ja: 健一 | 美咲 | 大輔 | 由美 | 翔太
zh: 伟 | 芳 | 晓明 | 丽华 | 国强
ko: 민준 | 서연 | 지훈 | 하은 | 영호
ru: Анна | Иван | Мария | Сергей | Ольга | Дмитрий
ar: أحمد | فاطمة | خالد | ليلى | يوسف
""")
LAST_NAMES: Final = _table("""
en: Berg | Ortega | Lindqvist | Moreau | Novak | Castro | Weber | Hughes | Rossi | Jansen | Kowalski | Ito | Okafor |
    Singh | Patel | O'Neill | van Dijk | de la Cruz | McAllister | Schäfer | Dubois | García Soler | Nguyen | Park |
    Almeida | Haddad | Petrov | Smith | Marsh-Bailey | Lund | Virtanen | Horváth | Yilmaz | Stone | Quill | Abbot
ja: 佐藤 | 田中 | 鈴木 | 山本 | 中村
zh: 王 | 李 | 张 | 陈 | 刘
ko: 김 | 이 | 박 | 최 | 정
ru: Иванова | Петров | Смирнова | Волков | Морозов
ar: حسن | منصور | العلي | سالم
""")
HANDLES: Final = (
    "birdwatcher77",
    "Old Tom",
    "K. from the valley",
    "sunny_side",
    "anon",
    "Grumpy",
    "mk",
    "TheRealDeal",
    "Guest",
    "Bea",
    "northernlad",
    "Paco",
    "user4711",
    "Just saying",
    "Ex-Lehrer",
    "nena",
    "zorro",
    "M. Duarte",
    "x_files",
    "concerned citizen",
    "Anonymous",
    "Hans im Glück",
)
SECTIONS: Final = _table("""
en: News | World | Politics | Business | Sports | Opinion | Culture | Science | Health | Travel | Local | Technology |
    Lifestyle | Food | Education | Entertainment | Weather | Video | Photos | Podcasts | Events | Jobs | Real Estate |
    Cars | Obituaries | Letters | Editorial | Features | Money | Arts & Leisure | Crime & Courts | Books | Film |
    Music
de: Politik | Wirtschaft | Sport | Kultur | Panorama | Wissen | Gesundheit | Reise | Lokales | Meinung | Digital |
    Gesellschaft | Auto | Karriere | Ratgeber | Region | Leben | Fußball | Feuilleton | Finanzen | Unterhaltung |
    Blaulicht | Termine | Stellenmarkt | Immobilien | Leserbriefe | Ausland | Inland | Videos | Wetter | Stadt & Land
es: Política | Economía | Deportes | Cultura | Sociedad | Mundo | Opinión | Ciencia | Salud | Sucesos | Nacional |
    Tecnología | Viajes | Gente | Fútbol | Internacional | Local
fr: Politique | Économie | Sport | Culture | Société | Monde | Opinions | Sciences | Santé | Faits divers |
    International | Voyages | Idées | Régions | Éducation | Médias
it: Politica | Economia | Sport | Cultura | Cronaca | Esteri | Opinioni | Scienza | Salute | Viaggi | Spettacoli |
    Tecnologia | Motori | Interni
pt: Política | Economia | Esportes | Cultura | Mundo | Opinião | Ciência | Saúde | Cidades | Tecnologia | Viagem |
    Educação
nl: Politiek | Economie | Sport | Cultuur | Buitenland | Binnenland | Opinie | Wetenschap | Gezondheid | Regio |
    Reizen | Tech
pl: Polityka | Gospodarka | Sport | Kultura | Świat | Kraj | Opinie | Nauka | Zdrowie | Podróże | Technologie
sv: Inrikes | Utrikes | Ekonomi | Sport | Kultur | Ledare | Vetenskap | Hälsa | Resor | Nöje
da: Indland | Udland | Økonomi | Sport | Kultur | Debat | Viden | Sundhed | Rejser
no: Innenriks | Utenriks | Økonomi | Sport | Kultur | Meninger | Viten | Helse | Reise
fi: Kotimaa | Ulkomaat | Talous | Urheilu | Kulttuuri | Mielipide | Tiede | Terveys | Matkailu
cs: Domácí | Zahraničí | Ekonomika | Sport | Kultura | Názory | Věda | Zdraví | Cestování | Magazín
tr: Gündem | Dünya | Ekonomi | Spor | Kültür | Yazarlar | Bilim | Sağlık | Seyahat | Magazin
ru: Политика | Экономика | Спорт | Культура | Общество | Мир | Мнения | Наука | Здоровье | Происшествия
ja: 政治 | 経済 | スポーツ | 文化 | 社会 | 国際 | 科学 | 健康 | 地域 | 天気 | エンタメ
zh: 政治 | 经济 | 体育 | 文化 | 社会 | 国际 | 科技 | 健康 | 旅游 | 财经 | 娱乐
ko: 정치 | 경제 | 스포츠 | 문화 | 사회 | 국제 | 과학 | 건강 | 여행 | 연예
ar: سياسة | اقتصاد | رياضة | ثقافة | مجتمع | العالم | آراء | علوم | صحة | سفر
""")
CAPTION_MARKS: Final = (
    "Photo: {name}",
    "Photo: {name}/Northlight",
    "(Photo: {name})",
    "Foto: {name}",
    "© {name}",
    "{name} / Northlight",
    "Image: {name}",
    "Credit: {name}",
    "Courtesy of {name}",
    "Photograph by {name}",
    "(Image credit: {name})",
    "© Northlight | {name}",
    "Illustration: {name}",
    "Foto: Archiv",
    "File photo",
    "© Northlight/pd",
    "Crédit photo : {name}",
)
DAYS: Final = _table("""
en: {month} {d}, {y} | {mon} {d}, {y} | {d} {month} {y} | {mon}. {d}, {y} | {wd}, {month} {d}, {y} | {mm}/{dd}/{y} |
    {mm}/{dd}/{yy} | {y}-{mm}-{dd} | {d} {mon} {y} | {wd} {month} {d}, {y} | {mon} {d} | {wd}, {d} {mon} {y} |
    {dd}.{mm}.{y} | {wd}, {month} {d}. {y} | {d}th {month}, {y} | {month} {y} | {MON} {d}, {y}
de: {d}. {month} {y} | {dd}.{mm}.{y} | {wd}, {d}. {month} {y} | {dd}.{mm}.{yy} | {wd}, {dd}.{mm}.{y} | {d}. {mon}. {y}
    | {y}-{mm}-{dd}
es: {d} de {month} de {y} | {dd}/{mm}/{y} | {d} {MON} {y} | {wd} {d} de {month} de {y} | {dd}.{mm}.{y} | {month} {d},
    {y}
fr: {d} {month} {y} | {dd}/{mm}/{y} | le {d} {month} {y} | Le {dd}/{mm}/{y} | {wd} {d} {month} {y}
it: {d} {month} {y} | {dd}/{mm}/{y} | {wd} {d} {month} {y} | {dd}.{mm}.{y}
pt: {d} de {month} de {y} | {dd}/{mm}/{y} | {wd}, {d} de {month} de {y}
ja: {y}年{m}月{d}日 | {y}.{mm}.{dd} | {m}月{d}日 | {y}/{mm}/{dd}
zh: {y}年{m}月{d}日 | {y}-{mm}-{dd} | {y}/{mm}/{dd}
ko: {y}년 {m}월 {d}일 | {y}.{mm}.{dd} | {y}-{mm}-{dd}
nl: {d} {month} {y} | {dd}-{mm}-{y} | {d} {mon} {y}
ru: {d} {month} {y} | {dd}.{mm}.{y} | {d} {month}
fi: {d}.{m}.{y} | {d}. {month} {y}
cs: {d}. {m}. {y} | {d}. {month} {y}
*: {d} {month} {y} | {dd}.{mm}.{y} | {dd}/{mm}/{y} | {y}-{mm}-{dd}
""")
CLOCKS: Final = _table("""
en: {h12}:{mi} {AM} | {h12}:{mi} {am} | {h12}:{mi}{am} | {h}:{mi} | {h12}:{mi} {am} ET | {h}:{mi} GMT | {h12}.{mi}{am}
de: {h}:{mi} Uhr | {h}.{mi} Uhr | {h}:{mi}
fr: {h}h{mi} | {h}:{mi} | {h} h {mi}
ja: {h}:{mi} | {h}時{mi}分
*: {h}:{mi} | {h}.{mi}
""")
WEEKDAYS: Final = _table("""
en: Monday | Tuesday | Wednesday | Thursday | Friday | Saturday | Sunday
de: Montag | Dienstag | Mittwoch | Donnerstag | Freitag | Samstag | Sonntag
es: lunes | martes | miércoles | jueves | viernes | sábado | domingo
fr: lundi | mardi | mercredi | jeudi | vendredi | samedi | dimanche
it: lunedì | martedì | mercoledì | giovedì | venerdì | sabato | domenica
pt: segunda-feira | terça-feira | quarta-feira | quinta-feira | sexta-feira | sábado | domingo
""")
STAMPS: Final = _table("""
en: {day} | {day} | {day} | {day} {clock} | {day} at {clock} | {day}, {clock} | Published {day} | Published: {day} |
    Updated {day} | Posted on {day} | Last updated: {day} | Posted {day} {clock} + Updated {day2} | PUBLISHED: {day}
    at {clock} + UPDATED: {day2} at {clock} | {n} hours ago | {n} days ago | First published on {day} | As of {day} |
    {day} - {clock} | Date: {day} | {day} — {clock}
de: {day} | {day} | {day} | {day}, {clock} | {day} - {clock} | Stand: {day}, {clock} | Veröffentlicht am {day} |
    Erstellt am: {day} | Aktualisiert: {day}, {clock} | vor {n} Stunden | Erschienen am {day} | {day} {clock}
es: {day} | {day} | {day} - {clock} | Publicado el {day} | Actualizado el {day} {clock} | hace {n} horas | {day}
    {clock} | Actualizado: {day}
fr: {day} | {day} | Publié le {day} | Publié le {day} à {clock} | Mis à jour le {day} à {clock} | il y a {n} heures |
    {day} - {clock}
it: {day} | {day} | Pubblicato il {day} | Aggiornato il {day} alle {clock} | {day} {clock}
pt: {day} | {day} às {clock} | Publicado em {day} | Atualizado em {day} | há {n} horas
ja: {day} | {day} {clock} | 更新日：{day} | 公開日：{day} | {n}時間前
*: {day} | {day} | {day} {clock} | {day}, {clock}
""")
GLUED: Final = _table("""
en: By {name} + {day} | By {name}, {day} | {name} • {day} | Posted by {name} on {day} | {day} by {name} | By {name}
    {day} | Written by {name} on {day} | Posted on {day} by {name} | By {name} • {day} {clock} | By {name} Last
    updated {day} | {day} {name} {n} | {name} / {day} | by {name} in {section} | {day} · {name} · {n} Comments |
    Posted {day} by {name} in {section} | {name}, {role} — {day}
de: Von {name} + {day} | {name} - {day} | {day} von {name} | Von {name} am {day} | Veröffentlicht am {day} von {name}
    | {day} {name} {n} | Publiziert am {day} von {name} | von {name}{day}
es: Por {name} + {day} | {name} - {day} | Publicado por {name} el {day} | {day} por {name}
fr: Par {name} + {day} | Par {name}, le {day} | Publié par {name} le {day} | {name} — {day}
it: di {name} - {day} | {name} + {day} | Scritto da {name} il {day}
*: {name} + {day} | {name}, {day} | {day} • {name} | {name} {day}
""")
ROLES_OF_AUTHORS: Final = _table("""
en: Staff Writer | Staff Reporter | Editor | Political Correspondent | Contributor | Special to the Courier | The
    Morning Courier
de: Redaktion | Reporterin | Freier Autor | Redakteur | Korrespondentin in Wien
es: Redacción | Corresponsal | Enviado especial | Redacción Central
fr: Rédaction | Correspondant | Envoyée spéciale
*: Redaktion | Editor
""")
DATE_LABELS: Final = _table("""
en: Date | Published | Published on | Posted | Updated | on
de: Datum | Erschienen am | am | Veröffentlicht | Stand
es: Fecha | Publicado | el
fr: Date | Publié le | le
*: Date
""")
MARKS: Final = _table("""
en: Posted by {name} at {clock} | posted by {name} @ {clock} {n} comments | {name} on {day} | Posted at {clock} + link
    + {n} comments | — {name} at {clock} Comments ({n}) TrackBack (0) | # Posted by {name} on {day}; {clock} - -- |
    {day} {clock} + Permalink + Comments ({n}) | {day} in {section}, {section2} + Permalink + Comments ({n}) +
    TrackBack (0) | // posted by {name} @ {clock} | Filed under: {section}, {section2} | Labels: {section}, {section2}
    | Posted by {name} on {day} {clock} Comments: {n} | Posted in {section} + {n} Comments » | Posted by {name} in
    {section} at {clock} + Comments ({n}) + Trackbacks (0) | {day} + permalink + comments ({n}) | -- {name}
de: Veröffentlicht unter {section}, {section2} + Hinterlasse einen Kommentar | Eingestellt von {name} um {clock} |
    Geschrieben von {name} in {section} um {clock} + Kommentare ({n}) | Veröffentlicht in {section} + {n} Kommentare »
fr: Publié par {name} à {clock} | Publié dans {section} + {n} commentaires | Posté par {name} à {clock} - Commentaires
    [{n}] - Permalien [#]
es: Publicado por {name} en {clock} | Publicado en {section} + {n} comentarios | Escrito por {name} a las {clock} +
    Enlace permanente
it: Pubblicato da {name} alle {clock} | Pubblicato in {section} + {n} commenti
pt: Postado por {name} às {clock} | Publicado em {section} + {n} comentários
nl: Geplaatst door {name} op {clock} | Geplaatst in {section} + {n} reacties
""")
SEPARATORS: Final = (
    "* * *",
    "***",
    "----------",
    "• • •",
    "~",
    "—",
    "__________",
    "#",
    "===============",
    "·",
    "###",
    "⁂",
)
NOTICES: Final = _table("""
en: We and our partners store or access information on a device, such as unique identifiers in cookies, to process
    personal data. You may accept or manage your choices below. | This site uses cookies to make your visit better and
    to understand how it is used. By staying here you agree to our use of cookies as told in our policy. | No part of
    this site may be copied without written leave of the publisher. | Comments are read by a moderator before they
    appear. Please stay on the subject and be kind to one another; we close discussions that turn into quarrels. |
    This material may not be published, broadcast, rewritten or redistributed. | Some links on this page are affiliate
    links: if you buy something through one of them, we may receive a small commission at no cost to you. | All times
    are local. Quotes are delayed by at least 15 minutes. | The views expressed here are those of the author and do
    not reflect the position of this paper. | Our newsroom is supported by readers. If our work matters to you, please
    think about a gift today. | To use the full function of this web site, JavaScript must be enabled in your browser.
    | The Courier Group Ltd is registered in England and Wales. Registered office: 12 Quay Lane, Harbourton. | An
    account lets you save stories, follow writers and take part in the conversation.
de: Um unser Angebot für Sie zu verbessern, speichern wir Informationen auf Ihrem Gerät. Einzelheiten und Ihre
    Wahlmöglichkeiten finden Sie in der Erklärung zum Datenschutz. | Alle Angaben ohne Gewähr. Nachdruck, auch
    auszugsweise, nur mit Genehmigung des Verlags. | Kommentare geben die Meinung der Verfasser wieder. Die Redaktion
    behält sich vor, Beiträge zu kürzen oder nicht zu veröffentlichen. | Mit dem Absenden des Formulars erklären Sie
    sich damit einverstanden, dass Ihre Angaben gespeichert werden. | Mit * gekennzeichnete Links sind sogenannte
    Partnerlinks. Kaufen Sie darüber ein, erhalten wir eine Provision, der Preis bleibt für Sie gleich. | Zur
    Darstellung dieser Seite wird JavaScript benötigt. | Bitte beachten Sie unsere Regeln für ein gutes Gespräch.
es: Este sitio guarda pequeños archivos en su equipo para conocer cómo se utiliza y ofrecerle una visita mejor. Puede
    aceptar o rechazar su uso en cualquier momento. | Queda prohibida la reproducción total o parcial de los
    contenidos sin permiso escrito del editor. | Los comentarios son responsabilidad de quienes los escriben y este
    medio no se identifica necesariamente con ellos. | Reciba cada mañana en su correo lo más importante del día.
fr: En poursuivant votre visite, vous acceptez que nous gardions sur votre appareil des témoins qui servent à mesurer
    l'audience. Vous pouvez changer d'avis à tout moment. | Toute reproduction, même partielle, est interdite sans
    l'accord de l'éditeur. | Les commentaires sont relus avant d'être publiés. Merci de rester courtois et de ne pas
    sortir du sujet. | Chaque matin, retrouvez dans votre boîte l'essentiel de la journée.
it: Questo sito conserva sul tuo dispositivo alcuni dati per capire come viene usato e migliorare la visita. | È
    vietata la riproduzione, anche parziale, senza il permesso scritto dell'editore.
pt: Este site guarda informações no seu aparelho para melhorar a visita e medir a audiência. Você pode mudar a sua
    escolha a qualquer momento. | É proibida a reprodução total ou parcial sem autorização por escrito.
nl: Deze site bewaart gegevens op uw apparaat om het bezoek te verbeteren. U kunt uw keuze altijd aanpassen. | Niets
    van deze site mag worden overgenomen zonder schriftelijke toestemming van de uitgever.
""")
PLACES: Final = (
    "Harbourton",
    "Neustadt",
    "San Telmo",
    "Vallée-Haute",
    "Eastwick",
    "Oakridge",
    "Lindau",
    "Porto Novo",
    "Kirkby",
    "Ostrava",
    "Monte Alto",
    "Greenfield",
    "Sandvik",
    "Mill Creek",
)
SITES: Final = (
    "The Morning Courier",
    "Harbour Times",
    "Tagesbote",
    "El Mensajero",
    "La Gazette du Val",
    "Daily Ledger",
    "Notes from the Attic",
    "The Long Table",
    "kleinstadt.blog",
    "Codewright",
    "Field & Fen",
    "Valley Post",
    "Der Landbote",
    "Il Corriere del Lago",
    "Two Cats and a Kettle",
    "ScienceDesk",
    "Sportwelt",
    "Marginalia",
    "My Life in Pictures",
)
PAPER_PLACES: Final = (
    "Northside", "Harbour", "Valley", "Evening", "Sunday", "National", "New", "Eastern", "River", "Capital", "Literary",
    "Foreign", "Riverton", "Lakeland", "Free", "Atlantic",
)  # fmt: skip
PAPER_KINDS: Final = (
    "Review", "Post", "Herald", "Online", "Magazine", "Quarterly", "Journal", "Times", "Observer", "Papers", "Standard",
    "Courier", "Record", "Press", "Digest", "Letter",
)  # fmt: skip
"""Names of papers that a story first appeared in, in two parts; invented, or so common that they are nobody's."""
INGREDIENTS: Final = (
    "2 cups flour",
    "1 tsp salt",
    "3 large eggs, beaten",
    "200 g butter",
    "1/2 cup sugar",
    "a pinch of nutmeg",
    "2 tbsp olive oil",
    "1 onion, finely chopped",
    "400 ml milk",
    "250 g Mehl",
    "2 Eier",
    "1 Prise Salz",
    "1 cebolla picada",
    "3 dientes de ajo",
    "Salt and pepper to taste",
    "1 bay leaf",
    "2 cloves garlic",
    "100 g de sucre",
    "1 litre d'eau",
    "1 packet dry yeast",
)
