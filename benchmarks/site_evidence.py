"""What is gained, and what is lost, by knowing which lines recur on a site's pages: each page with that evidence and without.

    python benchmarks/site_evidence.py [--strings FOLDER] [-v]

The survey counts the lines of a site's pages; a line on enough of them is the site's furniture (`site.recurring_line`). Here
its own functions count, and every page goes through the chain twice, with what they found and with nothing.

Made sites: 20 sites in 5 languages, each one template's furniture around 8 different stories, as text dumps, every line's role
known. `leak` is the share of lines of furniture, of heads and of boxes that stand in the stories' text, `loss` the share of
lines of the stories that do not; then the shares of stories with the right headline, author and day; `share` is the share of
removed records that the rule made. Three sites in four have what the evidence may harm: one person writes it all on one day;
each story has the same subheads; a link parts a sentence, so that a place which the menu names, too, has a line of its own.
No furniture but the copyright is in a phrase pack, and other stories' headlines are teased without a label, so the figures
without evidence are worse than those of most real pages.

Pages of FOLDER, as `quality_strings.py` reads them, whose registrable domain has enough pages: by their strings.

The last column counts lines that are part of a sentence and were removed as recurring. It has to be 0.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

from quality_strings import Page, Score, read_pages

from copydesk.pipeline.chain import work
from copydesk.pipeline.evidence import BottomK, recurring_lines
from copydesk.pipeline.observing import pack_lines, site_of
from copydesk.pipeline.resources import load_rules
from copydesk.transforms.cells import fold
from copydesk.transforms.decode import decode
from copydesk.transforms.decode.site import registrable_domain
from copydesk.transforms.evidence import Evidence
from copydesk.transforms.rules import Rules
from copydesk.transforms.shapes import KEPT, Document, Format, Item, Role, Source

RULE: Final = "site.recurring_line"
SITES: Final = 20
HEAD: Final[tuple[Role, ...]] = ("headline", "byline", "date")
TRAITS: Final = ("none of these", "one author, one day", "the same subheads", "a link parts a sentence")
TEASED: Final = 2
"""Headlines of the site's other stories below each story."""
FURNITURE: Final = frozenset({"chrome", "promo", "byline", "date", "section", "caption"})
AUTHORS: Final = ("Ada Winter", "Ben Holm", "Cara Lind", "Dov Stein", "Eva Kral", "Finn Osk", "Greta Mohn", "Hugo Baer")


Tongue: TypeAlias = Mapping[str, tuple[str, ...]]


def _tongue(rows: str) -> Tongue:
    """One language's texts: rows of "key: entry; entry", `{s}` standing for the subject of a story."""
    found: dict[str, tuple[str, ...]] = {}
    key = ""
    for part in filter(None, map(str.strip, re.split("[;\n]", rows))):
        name, _, entry = part.partition(": ")
        key, text = (name, entry) if re.fullmatch("[a-z]+", name) and entry else (key, part)
        found[key] = (*found.get(key, ()), text)
    return found

TONGUES: Final = tuple(_tongue(rows) for rows in ("""
site: The Fen Post; place: Harwick; most: What people here read; more: More from the fens; by: By {};
day: March {}, 2025
labels: Tides and ferries; Lantern Club; Crossword; Fen trips; Letters; Reader photos; Allotment diary; Shop windows
box: Fen Post on Friday; Five good reads from the fens come to your door by mail every Friday.; Count me in
popular: Goose stops the night train; How to dry a wet cellar; The last lamplighter of Mill Lane;
    Ten walks without a hill
about: The Fen Post has been made by twelve people above a bakery since 1911.; Tell us what we miss in your street.
footer: Find our desk; House rules; Paper round jobs; © The Fen Post; buttons: Tell a neighbour; Keep for Sunday;
    Fewer words
subheads: What happens next; How it began; parted: The friends of {s} met in the hall of;
    last week, where {s} was the only subject until midnight.
subjects: the old ferry; the stone bridge; the night market; the town library; the water tower; the village band;
    the ice house; the tram
titles: {s} opens again after eleven years; Why nobody wants to pay for {s}; What a storm has done to {s};
    Who looks after {s} now
sentences: Nobody had expected {s} to draw so many people on a wet day.;
    For years {s} was a matter for the experts alone.
    The council spoke about {s} until late in the evening.; The money for {s} comes from a lottery, as it turned out.
    Some say that {s} should have been left as it was.; If all goes well, {s} will look quite different by the autumn.
    A carpenter who has known {s} since he was a boy shakes his head.; Until then {s} stays behind a fence.
""", """
site: Der Moorbote; place: Altmoor; most: Das lesen die Nachbarn; more: Mehr vom Moor; by: Von {}; day: {}. März 2025
labels: Ebbe und Fähren; Laternenklub; Kreuzworträtsel; Moorfahrten; Post an uns; Leserbilder; Gartenbuch;
    Schaufenster
box: Der Moorbote am Freitag; Jeden Freitag bringen wir Ihnen fünf gute Texte aus dem Moor ins Haus.; Ich bin dabei
popular: Gans hält den Nachtzug auf; So wird ein Keller trocken; Der letzte Lampenwärter; Zehn Wege ohne Hügel
about: Seit 1911 machen zwölf Leute über einer Bäckerei den Moorboten.; Sagen Sie uns, was in Ihrer Straße fehlt.
footer: So finden Sie uns; Hausordnung; Zeitung austragen; © Der Moorbote; buttons: Der Nachbarin sagen; Für Sonntag;
    Kürzer
subheads: Wie es weitergeht; Wie es begann; parted: Wer wissen wollte, was {s} kostet, fuhr nach;
    und erfuhr dort, dass {s} auch gegen Mitternacht kein anderes Thema zuließ.
subjects: die alte Fähre; die Steinbrücke; der Nachtmarkt; die Bücherei; der Wasserturm; die Blaskapelle;
    das Eishaus; die Bahn
titles: {s} öffnet nach elf Jahren wieder; Warum {s} nichts kosten darf; Wie {s} den Sturm überstand;
    Wem {s} am Herzen liegt
sentences: Niemand ahnte, dass {s} bei Regen so viele Leute anzieht.; Jahrelang war {s} nur ein Thema für Fachleute.
    Im Rat wurde bis spät am Abend darüber gestritten, was {s} wert ist.;
    Das Geld für die Arbeit stammt aus einer Lotterie, {s} war der Anlass.
    Manche sagen, {s} hätte bleiben sollen, wie es war.; Wenn alles gut geht, sieht {s} im Herbst ganz anders aus.
    Ein Zimmermann, dem {s} seit der Kindheit vertraut ist, winkt ab.; Bis dahin bleibt {s} hinter einem Zaun.
""", """
site: El Eco del Llano; place: Valdeoca; most: Lo que lee el barrio; more: Más del llano; by: Por {};
day: {} de marzo de 2025
labels: Mareas y barcas; Club del farol; Crucigrama; Salidas; Buzón; Fotos de lectores; Diario del huerto; Escaparates
box: El Eco del viernes; Cada viernes le llevamos a casa cinco buenas lecturas del llano.; Me apunto
popular: Una oca detiene el tren nocturno; Cómo secar un sótano; El último farolero; Diez paseos sin cuestas
about: Doce personas hacen El Eco sobre una panadería desde 1911.; Cuéntenos qué falta en su calle.
footer: Dónde estamos; Normas de la casa; Repartir el diario; © El Eco del Llano; buttons: Contar a un vecino;
    Para el domingo; Más corto
subheads: Qué pasará ahora; Cómo empezó; parted: Los que defienden que {s} siga igual se vieron en;
    la semana pasada, y hasta medianoche {s} fue el único asunto.
subjects: la vieja barca; la pasarela; la feria nocturna; la biblioteca; la torre del agua; la banda;
    la casa del hielo; la plaza
titles: {s} abre otra vez tras once años; Por qué {s} no tiene dinero; Cómo {s} resistió la tormenta;
    Quién cuida {s} ahora
sentences: Nadie esperaba que {s} atrajera a tanta gente en un día de lluvia.;
    Durante años {s} fue asunto de expertos.
    El concejo discutió hasta la noche si {s} vale lo que cuesta.; El dinero sale de una rifa, y {s} fue el motivo.
    Algunos dicen que {s} debió quedarse como estaba.; Si todo va bien, {s} será muy distinta en otoño.
    Un carpintero que ha visto {s} desde niño mueve la cabeza.; Hasta entonces {s} seguirá detrás de una valla.
""", """
site: La Voix du Marais; place: Vieilleval; most: Ce que lit le quartier; more: Encore du marais; by: Par {};
day: {} mars 2025
labels: Marées et bacs; Club de la lanterne; Mots croisés; Sorties; Boîte aux lettres; Vos photos; Carnet du potager;
    Vitrines
box: La Voix du vendredi; Chaque vendredi, nous portons chez vous cinq belles lectures du marais.; J'en suis
popular: Une oie arrête le train de nuit; Sécher une cave humide; Le dernier allumeur; Dix balades sans côte
about: Douze personnes font La Voix au-dessus d'une boulangerie depuis 1911.; Dites-nous ce qui manque dans votre rue.
footer: Nous trouver; Règles de la maison; Porter le journal; © La Voix du Marais; buttons: Le dire au voisin;
    Pour dimanche; Plus court
subheads: Et maintenant; Comment tout a commencé; parted: Ceux pour qui {s} compte se sont vus à;
    la semaine dernière, et jusqu'à minuit {s} fut leur seul sujet.
subjects: la vieille barque; la passerelle; la foire de nuit; la bibliothèque; la tour d'eau; la fanfare;
    la glacière; la place
titles: {s} rouvre après onze ans; Pourquoi {s} manque d'argent; Comment {s} a tenu sous l'orage;
    Qui veille sur {s} désormais
sentences: Personne ne pensait que {s} attirerait tant de monde sous la pluie.;
    Longtemps {s} fut une affaire d'experts.
    Le conseil a débattu jusqu'au soir pour savoir si {s} vaut son prix.;
    L'argent vient d'une loterie, et {s} en fut la cause.
    Certains disent que {s} aurait dû rester telle quelle.; Si tout va bien, {s} sera bien différente à l'automne.
    Un charpentier qui connaît {s} depuis l'enfance hoche la tête.; D'ici là, {s} reste derrière une clôture.
""", """
site: La Voce della Piana; place: Montevalle; most: Cosa legge il rione; more: Altro dalla piana; by: Di {};
day: {} marzo 2025
labels: Maree e barche; Club del lume; Cruciverba; Gite; La buca; Foto dei lettori; Diario dell'orto; Vetrine
box: La Voce del venerdì; Ogni venerdì portiamo a casa vostra cinque belle letture dalla piana.; Ci sto
popular: Un'oca ferma il treno di notte; Come si asciuga una cantina; L'ultimo lampionaio; Dieci giri senza salite
about: Dodici persone fanno La Voce sopra un forno dal 1911.; Diteci che cosa manca nella vostra via.
footer: Dove siamo; Regole di casa; Portare il giornale; © La Voce della Piana; buttons: Dillo a un vicino;
    Per domenica; In breve
subheads: Che cosa succede ora; Come è cominciata; parted: Chi pensa che {s} conti qualcosa si è visto a;
    la settimana scorsa, e fino a mezzanotte {s} è stata il solo tema.
subjects: la vecchia barca; la passerella; la fiera di notte; la biblioteca; la torre dell'acqua; la banda;
    la ghiacciaia; la piazza
titles: {s} riapre dopo undici anni; Perché {s} non ha soldi; Come {s} ha retto alla tempesta; Chi cura {s} adesso
sentences: Nessuno pensava che {s} attirasse tanta gente sotto la pioggia.; Per anni {s} è stata cosa da esperti.
    Il consiglio ha discusso fino a sera se {s} valga il prezzo.;
    I soldi vengono da una lotteria, e {s} ne fu il motivo.
    Alcuni dicono che {s} doveva restare com'era.; Se tutto va bene, {s} sarà molto diversa in autunno.
    Un falegname che conosce {s} da bambino scuote la testa.; Fino ad allora {s} resta dietro un recinto.
"""))  # fmt: skip


class Line(NamedTuple):
    """One line of a made page."""

    text: str
    role: Role
    part: bool = False
    """It is a part of a sentence that goes on over several lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadePage:
    """A page, and what is right of it."""

    site: str
    trait: str
    lines: tuple[Line, ...]
    headline: str
    author: str
    day: str


# --- sites --------------------------------------------------------------------------------------------------------------


def make_site(number: int) -> Iterator[MadePage]:
    """The pages of one site: the same furniture in the same order, another story on each."""
    chance = random.Random(f"site {number}")
    tongue, trait = TONGUES[number % len(TONGUES)], TRAITS[number // len(TONGUES) % len(TRAITS)]
    labels = chance.sample(tongue["labels"], 6)
    top = (tongue["site"][0], *labels[:4], tongue["place"][0], *labels[4:])
    notice, *buttons = chance.sample(tongue["buttons"], 3)
    below = (*buttons, tongue["most"][0], *chance.sample(tongue["popular"], 3), tongue["more"][0])
    bottom = (tongue["site"][0], *tongue["about"], *chance.sample(tongue["footer"], 3))
    boxed = chance.random() < 0.5
    titles = [_filled(tongue["titles"][(number + n) % 4], subject) for n, subject in enumerate(tongue["subjects"])]
    for n, (title, subject) in enumerate(zip(titles, tongue["subjects"], strict=True)):
        who = 0 if trait == "one author, one day" else n
        author, day = AUTHORS[who], who + 1
        head = (title, tongue["by"][0].format(author), tongue["day"][0].format(day))
        story = list(_story(tongue, subject, trait, chance))
        box = [Line(text, "promo") for text in tongue["box"]]
        story[-1 if boxed else len(story) :] = [*box, story[-1]] if boxed else box  # the last paragraph is whole
        story[1:1] = [Line(notice, "promo")]
        teased = chance.sample([other for other in titles if other != title], TEASED)
        lines = (
            *(Line(text, "chrome") for text in top),
            *(Line(text, role) for text, role in zip(head, HEAD, strict=True)),
            *story,
            *(Line(text, "chrome") for text in (*below, *teased, *bottom)),
        )
        yield MadePage(
            site=f"site{number}.example", trait=trait, lines=lines, headline=title, author=author, day=f"2025-03-{day:02}"
        )


def _filled(text: str, subject: str) -> str:
    text = text.format(s=subject)
    return text[0].upper() + text[1:]


def _story(tongue: Tongue, subject: str, trait: str, chance: random.Random) -> Iterator[Line]:
    """Sentences about a subject, some lines of two, and what the site's kind does to them."""
    said = [_filled(text, subject) for text in chance.sample(tongue["sentences"], len(tongue["sentences"]))]
    for place, text in enumerate([" ".join(said[:2]), said[2], " ".join(said[3:5]), *said[5:]]):
        if trait == "the same subheads" and place in {1, 3}:
            yield Line(tongue["subheads"][place // 2], "subhead")
        if trait == "a link parts a sentence" and place == 2:
            for part in (tongue["parted"][0], tongue["place"][0], tongue["parted"][1]):
                yield Line(part.format(s=subject), "body", part=True)
        yield Line(text, "body")


def made_item(page: MadePage) -> Item:
    """A made page as a text dump, every line set apart."""
    return item_of("\n\n".join(line.text for line in page.lines), site=page.site)


def item_of(text: str | bytes, *, site: str | None = None, url: str | None = None) -> Item:
    """Text, or bytes of HTML, as they would have been read."""
    payload = text.encode() if isinstance(text, str) else text
    digest = hashlib.sha256(payload).hexdigest()
    form: Format = "txt" if isinstance(text, str) else "html"
    return Item(source=Source(uri=digest, sha256=digest, format=form, kind="page", site=site, url=url), payload=payload)


# --- evidence -----------------------------------------------------------------------------------------------------------


def survey(items: Iterable[Item], rules: Rules) -> Evidence:
    """What the survey of a run over these items finds of their sites."""
    settings = rules.settings
    sample = BottomK(settings.survey.documents_per_site)
    sites: defaultdict[str, dict[bytes, bytes]] = defaultdict(sample.create_accumulator)
    for item in items:
        document = decode(item, rules)
        site = site_of(document)
        packed = (bytes.fromhex(item.source.sha256), pack_lines(document, settings))
        sites[site] = sample.add_input(sites[site], packed)
    found = (recurring_lines(site, sample.extract_output(kept), settings) for site, kept in sorted(sites.items()))
    return Evidence(site_lines={lines.site: lines.shares for lines in found if lines is not None})


def share_of_rule(documents: Sequence[Document]) -> float:
    """The share of removed records that the rule made."""
    rules = Counter(record.rule for document in documents for record in document.removed)
    return rules[RULE] / max(rules.total(), 1)


# --- made sites: the measure --------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Tally:
    """Counts over made pages."""

    hits: Counter[str] = field(default_factory=Counter)
    of: Counter[str] = field(default_factory=Counter)
    parts: int = 0
    """Parts of sentences that the rule removed."""
    documents: list[Document] = field(default_factory=list)

    def add(self, page: MadePage, document: Document) -> list[str]:
        """Count one page; returns what the rule took that is no furniture."""
        self.documents.append(document)
        story = max(document.stories, key=lambda story: len(story.text), default=None)
        paragraphs = "\n".join(fold(line) for found in document.stories for line in found.text.split("\n"))
        said = Counter(paragraphs.split("\n"))
        right = Counter(fold(line.text) for line in page.lines if line.role in KEPT)
        for line in page.lines:
            if line.role in FURNITURE:
                self._count("leak", said[fold(line.text)] > right[fold(line.text)])
            elif line.role in KEPT:  # a part of a sentence may stand anywhere in a paragraph
                self._count("loss", fold(line.text) not in (paragraphs if line.part else said))
        self._count("headline", story is not None and fold(story.headline or "") == fold(page.headline))
        self._count("author", story is not None and story.authors == (page.author,))
        self._count("day", story is not None and (story.published or "")[:10] == page.day)
        return list(self._wrongly(page, document))

    def row(self) -> str:
        """The figures of a table's row."""
        shares = [self.hits[name] / max(self.of[name], 1) for name in ("leak", "loss", "headline", "author", "day")]
        return " ".join(f"{share:8.4f}" for share in [*shares, share_of_rule(self.documents)]) + f" {self.parts:8}"

    def _count(self, name: str, hit: bool) -> None:  # noqa: FBT001 - what is counted
        self.of[name] += 1
        self.hits[name] += hit

    def _wrongly(self, page: MadePage, document: Document) -> Iterator[str]:
        """A block of a text dump is a line of it, so the lines and the blocks are counted off together."""
        for line, block in zip(page.lines, document.blocks, strict=True):
            if block.rule == RULE and line.role not in {"chrome", "promo"}:
                self.parts += line.part
                yield f"{'part of a sentence' if line.part else line.role} {line.text!r}"


def measure_made(*, verbose: bool) -> None:
    """Print a row for all made sites, and one for each kind, with the evidence and without."""
    pages = [page for number in range(SITES) for page in make_site(number)]
    rules = load_rules()
    evidence = survey(map(made_item, pages), rules)
    columns = ("leak", "loss", "headline", "author", "day", "share", "parts")
    print(f"{len(pages)} pages of {SITES} made sites".ljust(42) + " ".join(f"{name:>8}" for name in columns))
    for name, known in (("without", Evidence()), ("with", evidence)):
        tallies: defaultdict[str, Tally] = defaultdict(Tally)
        seen = replace(rules, evidence=known)
        for page in pages:
            document = work(made_item(page), seen)
            taken = tallies["all"].add(page, document)
            tallies[page.trait].add(page, document)
            if verbose and taken:
                print(f"  {page.site}, {page.trait}: " + "; ".join(taken))
        for trait, tally in tallies.items():
            print(f"{name:8} {trait:32} {tally.row()}")


# --- pages that were found: the measure ---------------------------------------------------------------------------------


def sites_of(folder: Path, least: int) -> Iterator[tuple[str, list[tuple[Page, Item]]]]:
    """The pages of each registrable domain that has so many, with their items."""
    sites: defaultdict[str, list[tuple[Page, Item]]] = defaultdict(list)
    gold = json.loads((folder / "gold.json").read_text(encoding="utf-8"))
    for page in read_pages(folder):
        url = gold[page.name].get("url", "")
        if domain := registrable_domain(url):
            data = Path(page.path).read_bytes()
            sites[domain].append((page, item_of(gzip.decompress(data) if page.path.endswith(".gz") else data, url=url)))
    yield from sorted((site, pages) for site, pages in sites.items() if len(pages) >= least)


def measure_strings(folder: Path, *, verbose: bool) -> None:
    """Print rows for each site, with the evidence and without."""
    rules = load_rules()
    columns = f"{'with':>7} {'without':>8} {'both':>7} {'silent':>7} {'several':>8} {'share':>8} {'parts':>8}"
    print(f"\n{'pages of ' + str(folder):42} {columns}")
    for site, pages in sites_of(folder, rules.settings.extract.site_min_documents):
        evidence = survey((item for _, item in pages), rules)
        print(f"{site}: {len(pages)} pages, {len(evidence.site_lines.get(site, ()))} lines recur")
        for name, known in (("without", Evidence()), ("with", evidence)):
            score, parts = Score(), 0
            documents = [work(item, replace(rules, evidence=known)) for _, item in pages]
            for (page, _), document in zip(pages, documents, strict=True):
                score.add(page, "\n".join(story.text for story in document.stories), len(document.stories))
                taken = [block.text for block in document.blocks if block.rule == RULE]
                parts += sum(any(fold(text) in fold(string) for string in page.within) for text in taken)
                if verbose and taken:
                    print(f"  {page.name}: {taken}")
            print(f"  {name:40} {score.row()} {share_of_rule(documents):8.4f} {parts:8}")


def main() -> None:
    """Measure over made sites, and over pages that were found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--strings", type=Path, metavar="FOLDER", help="pages with strings, as quality_strings.py reads them")
    parser.add_argument("-v", "--verbose", action="store_true", help="show which lines of stories the rule removed")
    options = parser.parse_args()
    measure_made(verbose=options.verbose)
    if options.strings:
        measure_strings(options.strings, verbose=options.verbose)


if __name__ == "__main__":
    main()
