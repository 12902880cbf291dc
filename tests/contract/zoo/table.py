"""The table of the zoo: what each file is, where its shape was seen, and what is right.

Every file is made up. `seen` says where a shape comes from: "real" (seen in real exports), "vendor" (a vendor's page or
documented format), "invented". What is right is one line for each review: day (and time), rating/best or "-", and how
the text begins.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tests.contract.zoo import later
from tests.contract.zoo.making import book, gz, js, ods, packed, text

D = date


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of the zoo.

    Attributes:
        kind: which kind of trap it belongs to.
        seen: "real", "vendor" or "invented".
        what: in a few words.
        name: the file's name.
        body: its bytes.
        right: the reviews, one line each; empty where none is right.
        must: "read", "ask" (it has to be asked), "refuse", or "either" (read right or asked).
        code: the reason's code where it has to be refused.
        other: another right reading, where two are right.
    """

    kind: str
    seen: str
    what: str
    name: str
    body: bytes
    right: str = ""
    must: str = "read"
    code: str = ""
    other: str = ""


DE = [
    ("13.03.2026", "1", "Kalt und lange gewartet", "Anna"),
    ("14.03.2026", "5", "Sehr gut gegessen", "Ben"),
    ("15.03.2026", "4", "Nett und lecker", "Cem"),
]
RIGHT = "2026-03-13 1/5 Kalt\n2026-03-14 5/5 Sehr\n2026-03-15 4/5 Nett"
WORDS = {
    "de": ("Kalt und lange gewartet", "Sehr gut gegessen", "Nett und lecker"),
    "en": ("Cold food and rude staff", "Lovely evening, great food", "Nice place, good wine"),
    "fr": ("Froid et trop long", "Très bon repas", "Endroit agréable"),
    "es": ("Fría y muy lenta", "Muy buena comida", "Sitio agradable"),
    "it": ("Freddo e troppo lento", "Ottima cena", "Posto carino"),
    "nl": ("Koud en veel te traag", "Heerlijk gegeten", "Leuke plek"),
}


def table(head: str, rows: Sequence[Sequence[str]], sep: str = ";") -> str:
    """A text table; the heading is written with semicolons."""
    lines = [head.replace(";", sep), *(sep.join(row) for row in rows)]
    return "\n".join(lines) + "\n"


def rated(numbers: list[str], words: list[str] | None = None, *, start: int = 1) -> list[tuple[str, ...]]:
    """Rows of day, rating and words."""
    words = words or ["Besuch Nummer"]
    return [(f"{start + n:02}.03.2026", number, words[n % len(words)]) for n, number in enumerate(numbers)]


def right(numbers: list[str], begins: list[str] | None = None, *, start: int = 1) -> str:
    """What is right for `rated`."""
    begins = begins or ["Besuch"]
    return "\n".join(f"2026-03-{start + n:02} {number} {begins[n % len(begins)]}" for n, number in enumerate(numbers))


def entries() -> Iterator[Entry]:
    """All of them."""
    for part in (
        _stars,
        _ids,
        _scales,
        _short,
        _columns,
        _headers,
        _sheets,
        _dates,
        _packing,
        _takeout,
        _refused,
        _strangers,
    ):
        yield from part()
    for kind, seen, what, name, body, right, must in later.files():
        is_refused = must not in ("read", "ask", "either")
        yield Entry(kind, seen, what, name, body, right, "refuse" if is_refused else must, must if is_refused else "")


def _stars() -> Iterator[Entry]:
    rows: list[Any]
    kind = "stars"
    heads = {
        "de": [
            *(
                "Sterne (1-5)",
                "Anzahl der Sterne",
                "Bewertung in Sternen",
                "Ihre Bewertung",
                "Bewertung (1-5)",
                "Sternebewertung",
            ),
            *(
                "Gesamtzufriedenheit",
                "Gesamteindruck",
                "Wertung von 5",
                "Sterne von 5",
                "Bewertung/5",
                "Rating (Sterne)",
            ),
            *("Gesamtbewertung Sterne", "Zufriedenheit 1-5", "BEWERTUNG_STERNE"),
        ],
        "en": [
            *(
                "Rating out of 5",
                "Star Rating (1-5)",
                "Your rating",
                "Overall Rating",
                "Review Rating /5",
                "Guest rating",
            ),
            *("Overall satisfaction", "Rating (stars)", "Customer_Rating", "ratingScore", "Overall experience rating"),
        ],
        "fr": ["Note sur 5", "Étoiles", "Nombre d'étoiles", "Note (1-5)", "Évaluation globale", "Votre note /5"],
        "es": [
            "Puntuación",
            "Estrellas",
            "Valoración (1-5)",
            "Calificación",
            "Valoración general",
            "Número de estrellas",
        ],
        "it": ["Stelle", "Punteggio", "Valutazione (1-5)", "Voto", "Valutazione complessiva", "Numero di stelle"],
        "nl": ["Sterren", "Beoordeling", "Waardering (1-5)", "Aantal sterren", "Cijfer (1-5)", "Algemene beoordeling"],
    }
    frames = {
        "de": ("Datum", "Kommentar", "Gast"),
        "en": ("Date", "Comment", "Guest"),
        "fr": ("Date", "Commentaire", "Client"),
        "es": ("Fecha", "Comentario", "Cliente"),
        "it": ("Data", "Commento", "Cliente"),
        "nl": ("Datum", "Opmerking", "Klant"),
    }
    for language, names in heads.items():
        day, words, guest = frames[language]
        rows = [(row[0], row[1], text_, row[3]) for row, text_ in zip(DE, WORDS[language], strict=True)]
        begins = [text_.split()[0] for text_ in WORDS[language]]
        for name in names:
            yield Entry(
                kind,
                "real" if language in ("de", "en") else "invented",
                f"stars under “{name}”",
                "export.csv",
                text(table(f"{day};{name};{words};{guest}", rows)),
                f"2026-03-13 1/5 {begins[0]}\n2026-03-14 5/5 {begins[1]}\n2026-03-15 4/5 {begins[2]}",
            )
    for name in ("Wie war Ihr Besuch?", "How did we do?", "Q3", "Wert", "Comment était-ce ?", "Ergebnis"):
        rows = [(row[0], row[1], row[2]) for row in DE]
        yield Entry(
            kind,
            "real",
            f"stars under a question: “{name}”",
            "form.csv",
            text(table(f"Zeitstempel;{name};Was war gut?", rows)),
            RIGHT,
            "ask",
        )
    ld: list[Any] = [
        {
            "@type": "Review",
            "datePublished": "2026-03-13",
            "reviewRating": {"ratingValue": "2", "bestRating": "5"},
            "reviewBody": "Cold",
        }
    ]
    for tree in (
        ld,
        {"@graph": ld},
        {"@type": "Restaurant", "review": ld},
        {"data": {"review": ld}},
        [{**ld[0], "author": {"name": "Bo"}}],
    ):
        yield Entry(kind, "vendor", "schema.org reviews", "reviews.json", js(tree), "2026-03-13 2/5 Cold")
    for head, answers in (
        ("Recommendation", ("negative", "positive")),
        ("Recommended", ("no", "yes")),
        ("Empfehlung", ("nein", "ja")),
        ("Würden Sie uns weiterempfehlen?", ("Nein", "Ja")),
        ("recommendation_type", ("NEGATIVE", "POSITIVE")),
    ):
        rows = [("2026-03-13", answers[0], "Kalt und laut"), ("2026-03-14", answers[1], "Sehr gut")]
        yield Entry(
            kind,
            "vendor",
            f"only yes or no: {head}",
            "page.csv",
            text(table(f"Date;{head};Comment", rows)),
            "2026-03-13 1/5 Kalt\n2026-03-14 5/5 Sehr",
            "ask",
        )
    formulas: list[Any] = [["Datum", "Sterne", "Text"], [D(2026, 3, 13), "=B9", "Kalt"], [D(2026, 3, 14), "=B8", "Gut"]]
    for head in ("Sterne", "Bewertung", "Rating", "Stars", "Punkte"):
        formulas[0] = ["Datum", head, "Text"]
        yield Entry(
            kind, "real", f"formulas without a saved value under {head}", "sheet.xlsx", book({"A": formulas}), "", "ask"
        )


def _ids() -> Iterator[Entry]:
    kind = "ids"
    for head in ("ID", "Nr", "Lfd. Nr.", "No", "Review ID", "Nummer"):
        rows = [(str(n), *row) for n, row in enumerate(DE, 1)]
        yield Entry(
            kind,
            "real",
            f"a running number as {head}",
            "march.csv",
            text(table(f"{head};Datum;Sterne;Text;Gast", rows)),
            RIGHT,
        )
    rows = [(str(4 - n), *row) for n, row in enumerate(DE, 1)]
    yield Entry(
        kind, "real", "a running number backwards", "march.csv", text(table("ID;Datum;Sterne;Text;Gast", rows)), RIGHT
    )
    rows = [(f"{n}", *row) for n, row in enumerate(DE)]
    yield Entry(
        kind,
        "real",
        "an index column without a name",
        "pandas.csv",
        text(table(";Datum;Sterne;Text;Gast", rows)),
        RIGHT,
    )
    rows = [("Bestellung 77", *row) for row in DE]
    yield Entry(
        kind,
        "invented",
        "the same id in every row",
        "orders.csv",
        text(table("ID;Datum;Sterne;Text;Gast", rows)),
        RIGHT,
    )


def _scales() -> Iterator[Entry]:
    kind = "scales"
    praise, blame = ["Sehr nett und lecker", "Wunderbarer Abend", "Top Service"], ["Unfreundlich und kalt"]
    for head in (
        "Note",
        "Schulnote",
        "Note (1 = sehr gut, 6 = ungenügend)",
        "Gesamtnote",
        "Note (1-6, 1 ist am besten)",
    ):
        numbers = ["1,0", "1,3", "1,7", "5,0"]
        yield Entry(
            kind,
            "real",
            f"German school grades under {head}",
            "noten.csv",
            text(table(f"Datum;{head};Kommentar", rated(numbers, [*praise, *blame]))),
            right(["6/6", "5.7/6", "5.3/6", "2/6"], ["Sehr", "Wunderbarer", "Top", "Unfreundlich"]),
            "either",
        )
    for numbers in (["1", "1", "2", "1", "5", "1"], ["1", "2", "1", "4", "5", "1"]):
        words = [*praise, "Sehr gut", "Unfreundlich und kalt", "Alles toll"]
        words = [w if n in ("1", "2") else "Schlecht und unfreundlich" for n, w in zip(numbers, words, strict=True)]
        yield Entry(
            kind,
            "invented",
            "1 is the best under “Bewertung”",
            "umfrage.csv",
            text(table("Datum;Bewertung;Kommentar", rated(numbers, words))),
            "",
            "ask",
        )
    for head, numbers, best in (
        ("Note sur 20", ["4", "18", "16", "19"], "20"),
        ("Note /20", ["4", "18", "16", "19"], "20"),
        ("Score out of 20", ["4", "18", "16", "19"], "20"),
        ("Bewertung von 20", ["4", "18", "16"], "20"),
        ("Punkte (0-20)", ["4", "18", "16"], "20"),
        ("Wertung (1-6)", ["2", "6", "5"], "6"),
        ("Sonnen 1 bis 6", ["2", "6", "5"], "6"),
        ("Score (1-7)", ["2", "7", "5"], "7"),
        ("Rating 1-10", ["2", "4", "5"], "10"),
        ("Voto (1-10)", ["2", "4", "5"], "10"),
        ("Cijfer 1 t/m 10", ["2", "9", "7"], "10"),
        ("Puntuación sobre 10", ["2", "9", "7"], "10"),
        ("Zufriedenheit in %", ["20", "95", "80"], "100"),
        ("Score %", ["20", "95", "80"], "100"),
        ("Punkte (0-100)", ["20", "95", "80"], "100"),
    ):
        yield Entry(
            kind,
            "real",
            f"a scale in the heading: {head}",
            "scale.csv",
            text(table(f"Datum;{head};Kommentar", rated(numbers))),
            right([f"{n}/{best}" for n in numbers]),
            "either",
        )
    for head, numbers in (
        ("Score", ["4", "18", "16", "19"]),
        ("Bewertung", ["4", "18", "16", "19"]),
        ("Rating", ["10", "50", "40"]),
        ("Bewertung", ["10", "50", "20", "30"]),
        ("bubbles", ["10", "50", "40"]),
        ("Sterne", ["6", "5", "3", "2"]),
        ("Sonnen", ["6", "5", "3", "2"]),
        ("Wertung", ["7", "5", "3", "2"]),
        ("Score", ["80", "95", "40"]),
        ("Bewertung", ["0,8", "0,95", "0,4"]),
        ("Points", ["12", "14", "9"]),
        ("Score", ["0", "10", "8"]),
        ("NPS Score", ["3", "5", "2"]),
    ):
        yield Entry(
            kind,
            "real",
            f"an unusual scale under {head}: {' '.join(numbers)}",
            "scale.csv",
            text(table(f"Datum;{head};Kommentar", rated(numbers))),
            "",
            "ask",
        )
    for head in (
        "NPS",
        "Wie wahrscheinlich ist es, dass Sie uns weiterempfehlen? (0-10)",
        "How likely are you to recommend us? (0-10)",
        "NPS (0-10)",
        "Likelihood to recommend 0-10",
    ):
        yield Entry(
            kind,
            "real",
            f"NPS: {head[:24]}",
            "nps.csv",
            text(table(f"Date;{head};Comment", rated(["0", "10", "9"]))),
            right(["0/10", "10/10", "9/10"]),
            "either",
        )
    for cells, best in (
        (["1/5", "5/5", "4/5"], "5"),
        (["1 von 6", "6 von 6", "4 von 6"], "6"),
        (["8/10", "2/10", "9/10"], "10"),
        (["●○○○○", "●●●●●", "●●●●○"], ""),
        (["★☆☆☆☆", "★★★★★", "★★★★☆"], ""),
        (["1 star rating", "5 star rating", "4 star rating"], ""),
        (["1 Stern", "5 Sterne", "4 Sterne"], ""),
        (["20 %", "100 %", "80 %"], "100"),
        (["schlecht", "sehr gut", "gut"], "w"),
        (["very dissatisfied", "very satisfied", "satisfied"], "x"),
        (["Trifft 1", "5", "4"], "bad"),
        (["1 - sehr schlecht", "5 - sehr gut", "4 - gut"], ""),
        (["⭐", "⭐⭐⭐⭐⭐", "⭐⭐⭐⭐"], ""),
        (["1 étoile", "5 étoiles", "4 étoiles"], ""),
        (["sehr unzufrieden", "sehr zufrieden", "zufrieden"], "x"),
    ):
        if best == "bad":
            continue
        values = {
            "": ["1/5", "5/5", "4/5"],
            "w": ["2/5", "5/5", "4/5"],
            "x": ["1/5", "5/5", "4/5"],
            "5": ["1/5", "5/5", "4/5"],
            "6": ["1/6", "6/6", "4/6"],
            "10": ["8/10", "2/10", "9/10"],
            "100": ["20/100", "100/100", "80/100"],
        }[best]
        yield Entry(
            kind,
            "real",
            f"cells like “{cells[0]}”",
            "cells.csv",
            text(table("Datum;Bewertung;Kommentar", rated(cells))),
            right(values),
        )
    mixed = [
        ("01.03.2026", "1", "Besuch", "Google"),
        ("02.03.2026", "9", "Besuch", "Booking.com"),
        ("03.03.2026", "3", "Besuch", "Booking.com"),
        ("04.03.2026", "5", "Besuch", "Google"),
    ]
    for head in ("Plattform", "Portal", "Quelle", "Source", "Platform"):
        yield Entry(
            kind,
            "real",
            f"two scales by {head}",
            "alle.csv",
            text(table(f"Datum;Bewertung;Kommentar;{head}", mixed)),
            right(["1/5", "9/10", "3/10", "5/5"]),
            "either",
        )


def _short() -> Iterator[Entry]:
    kind = "short rows"
    body = "Datum;Sterne;Text;Gast;Antwort\n13.03.2026;1;Kalt und lange gewartet;Anna;Danke\n14.03.2026;5;Sehr gut gegessen\n15.03.2026;4;Nett und lecker;Cem\n"
    yield Entry(kind, "real", "empty cells left off", "short.csv", text(body), RIGHT)
    yield Entry(kind, "real", "empty cells left off, commas", "short.csv", text(body.replace(";", ",")), RIGHT)
    yield Entry(kind, "real", "empty cells left off, tabs", "short.tsv", text(body.replace(";", "\t")), RIGHT)
    yield Entry(
        kind,
        "invented",
        "only date and rating",
        "short.csv",
        text("Datum;Sterne;Text;Antwort\n13.03.2026;1\n14.03.2026;5;Gut\n"),
        "2026-03-13 1/5\n2026-03-14 5/5 Gut",
    )
    yield Entry(
        kind,
        "real",
        "a note beside the table",
        "note.csv",
        text(
            table("Datum;Sterne;Text", [("13.03.2026", "1", "Kalt", "", "bitte anrufen"), ("14.03.2026", "5", "Gut")])
        ),
        "2026-03-13 1/5 Kalt\n2026-03-14 5/5 Gut",
    )
    yield Entry(
        kind,
        "real",
        "a note beside the table, XLSX",
        "note.xlsx",
        book(
            {
                "A": [
                    ["Datum", "Sterne", "Text"],
                    [D(2026, 3, 13), 1, "Kalt", "", "bitte anrufen"],
                    [D(2026, 3, 14), 5, "Gut"],
                ]
            }
        ),
        "2026-03-13 1/5 Kalt\n2026-03-14 5/5 Gut",
    )
    yield Entry(
        kind,
        "real",
        "trailing separators",
        "tail.csv",
        text(table("Datum;Sterne;Text;;", [(*row[:3], "", "") for row in DE])),
        RIGHT,
    )


def _columns() -> Iterator[Entry]:
    kind = "which of two"
    one = "2026-03-13 1/5 Cold\n2026-03-14 5/5 Good"
    for head, extra in (
        ("published", ("yes", "no")),
        ("published", ("true", "false")),
        ("created", ("import", "import")),
        ("submitted", ("web", "app")),
        ("time", ("dinner", "lunch")),
    ):
        rows = [("2026-03-13", "1", "Cold soup", extra[0]), ("2026-03-14", "5", "Good", extra[1])]
        yield Entry(
            kind,
            "vendor",
            f"“{head}” that is no date",
            "shop.csv",
            text(table(f"review_date;rating;body;{head}", rows)),
            one,
        )
    judge = "title,body,rating,review_date,source,curated,reviewer_name,reviewer_email,product_id,product_handle,reply,reply_date,picture_urls\n"
    judge += ",Cold soup,1,2026-03-13 10:00:00 UTC,web,ok,Ann,a@x.example,1,soup,,,\n,Good,5,2026-03-14 10:00:00 UTC,email,ok,Bo,b@x.example,1,soup,,,\n"
    yield Entry(
        kind,
        "vendor",
        "Judge.me CSV",
        "judgeme.csv",
        text(judge),
        "2026-03-13 11:00 1/5 Cold\n2026-03-14 11:00 5/5 Good",
    )
    api = {
        "reviews": [
            {
                "id": 71,
                "title": "",
                "body": "Cold soup",
                "rating": 1,
                "reviewer": {"id": 9, "name": "Ann"},
                "curated": "ok",
                "published": True,
                "hidden": False,
                "created_at": "2026-03-13T10:00:00+00:00",
                "updated_at": "2026-03-13T10:00:00+00:00",
            }
        ]
    }
    yield Entry(kind, "vendor", "Judge.me API", "reviews.json", js(api), "2026-03-13 11:00 1/5 Cold")
    stamped = "product_id,author,email,location,body,reply,rating,title,created_at,replied_at,published,productTitle\n1,Ann,a@x.example,,Cold soup,,1,,2026-03-13 00:00:00,,1,Soup\n1,Bo,b@x.example,,Good,,5,,2026-03-14 00:00:00,,1,Soup\n"
    yield Entry(
        kind,
        "vendor",
        "Stamped CSV",
        "stamped.csv",
        text(stamped),
        "2026-03-13 1/5 Cold\n2026-03-14 5/5 Good",
        other="2026-03-13 00:00 1/5 Cold\n2026-03-14 00:00 5/5 Good",
    )
    yield Entry(
        kind,
        "real",
        "visit and review date",
        "visit.csv",
        text(table("Besuchsdatum;Bewertungsdatum;Sterne;Text", [("01.03.2026", *row[:3]) for row in DE])),
        RIGHT,
    )
    yield Entry(
        kind,
        "real",
        "date of the reply first",
        "reply.csv",
        text(table("Antwortdatum;Datum;Sterne;Text;Antwort", [("20.03.2026", *row[:3], "Danke") for row in DE])),
        RIGHT,
    )
    yield Entry(
        kind,
        "real",
        "parts and the whole",
        "parts.csv",
        text(
            table(
                "Datum;Essen;Service;Ambiente;Gesamt;Kommentar", [(row[0], "3", "3", "3", row[1], row[2]) for row in DE]
            )
        ),
        RIGHT,
        "either",
    )
    yield Entry(
        kind,
        "real",
        "only parts",
        "parts.csv",
        text(table("Datum;Essen;Service;Kommentar", [(row[0], "3", row[1], row[2]) for row in DE])),
        RIGHT,
        "ask",
    )
    yield Entry(
        kind,
        "real",
        "helpful votes beside the stars",
        "votes.csv",
        text(table("Date;Helpful votes;Rating;Review", [(row[0], "0", row[1], row[2]) for row in DE])),
        RIGHT,
    )
    yield Entry(
        kind,
        "real",
        "number of guests beside a strange heading",
        "covers.csv",
        text(table("Datum;Personen;Smiley;Kommentar", [(row[0], "2", row[1], row[2]) for row in DE])),
        RIGHT,
        "either",
    )
    yield Entry(
        kind,
        "real",
        "“Bewertung” holds the words",
        "worte.csv",
        text(table("Datum;Sterne;Bewertung", [row[:3] for row in DE])),
        RIGHT,
    )
    yield Entry(
        kind,
        "real",
        "“Review” holds the stars, “Comments” the words",
        "review.csv",
        text(table("Date;Review;Comments", [row[:3] for row in DE])),
        RIGHT,
        "either",
    )
    yield Entry(
        kind,
        "real",
        "an internal comment beside the guest's",
        "intern.csv",
        text(
            table(
                "Datum;Sterne;Interner Kommentar;Kommentar", [(row[0], row[1], "wurde angerufen", row[2]) for row in DE]
            )
        ),
        RIGHT,
    )
    yield Entry(
        kind,
        "invented",
        "two dates nobody can tell apart",
        "daten.csv",
        text(table("Spalte A;Spalte B;Sterne;Text", [("01.03.2026", *row[:3]) for row in DE])),
        RIGHT,
        "ask",
    )


def _headers() -> Iterator[Entry]:
    kind = "headings"
    rows = [row[:4] for row in DE]
    yield Entry(
        kind,
        "real",
        "a title above",
        "titel.csv",
        text("Bewertungen März 2026;;;\n\n" + table("Datum;Sterne;Text;Gast", rows)),
        RIGHT,
    )
    yield Entry(
        kind,
        "real",
        "a title and a period above",
        "titel.csv",
        text("Gasthaus Adler\nZeitraum: 01.03.2026 bis 31.03.2026\n\n" + table("Datum;Sterne;Text;Gast", rows)),
        RIGHT,
    )
    yield Entry(
        kind,
        "real",
        "a total below",
        "summe.csv",
        text(table("Datum;Sterne;Text;Gast", [*rows, ("Durchschnitt", "3,3", "", "")])),
        RIGHT,
    )
    yield Entry(
        kind,
        "real",
        "a total below, English",
        "total.csv",
        text(table("Datum;Sterne;Text;Gast", [*rows, ("Total", "10", "", "")])),
        RIGHT,
    )
    yield Entry(
        kind,
        "real",
        "a total with an empty day",
        "summe.csv",
        text(table("Gast;Datum;Sterne;Text", [*[(r[3], *r[:3]) for r in rows], ("Summe", "", "10", "")])),
        RIGHT,
    )
    yield Entry(
        kind,
        "real",
        "two rows of headings",
        "zwei.csv",
        text("Gast;;Bewertung;\n" + table("Name;Datum;Sterne;Kommentar", [(r[3], *r[:3]) for r in rows])),
        RIGHT,
    )
    yield Entry(
        kind,
        "real",
        "groups above the headings",
        "gruppen.csv",
        text("Allgemein;;Inhalt;\n" + table("Datum;Sterne;Text;Gast", rows)),
        RIGHT,
    )
    yield Entry(kind, "real", "no headings", "ohne.csv", text(table("", rows).lstrip("\n")), RIGHT, "ask")
    yield Entry(
        kind,
        "real",
        "no headings, commas",
        "none.csv",
        text(table("", rows).lstrip("\n").replace(";", ",")),
        RIGHT,
        "ask",
    )
    yield Entry(
        kind,
        "real",
        "headings again on each page",
        "seiten.csv",
        text(table("Datum;Sterne;Text;Gast", [rows[0], ("Datum", "Sterne", "Text", "Gast"), *rows[1:]])),
        RIGHT,
    )
    half = [rows[0], rows[1]]
    beside = table(
        "Datum;Sterne;Text;;Datum;Sterne;Text", [(*half[0][:3], "", *rows[2][:3]), (*half[1][:3], "", "", "", "")]
    )
    yield Entry(
        kind,
        "real",
        "two tables side by side",
        "neben.csv",
        text(beside),
        "2026-03-13 1/5 Kalt\n2026-03-14 5/5 Sehr\n2026-03-15 4/5 Nett",
    )
    beside = table(
        "Datum;Sterne;Text;;Monat;Schnitt",
        [(*rows[0][:3], "", "März", "3,3"), (*rows[1][:3], "", "", ""), (*rows[2][:3], "", "", "")],
    )
    yield Entry(kind, "real", "a summary beside the table", "neben.csv", text(beside), RIGHT)
    yield Entry(
        kind,
        "real",
        "a first row without a rating",
        "kopf.csv",
        text(table("Datum;Sterne;Text;Gast", [("12.03.2026", "", "Datum und Text egal", "Eva"), *rows])),
        "2026-03-12 - Datum\n" + RIGHT,
    )
    yield Entry(
        kind,
        "invented",
        "a guest who writes headings",
        "gast.csv",
        text(table("Datum;Sterne;Text;Gast", [("12.03.2026", "2", "Text", "Kommentar"), *rows])),
        "2026-03-12 2/5 Text\n" + RIGHT,
    )
    yield Entry(
        kind,
        "real",
        "blank lines between",
        "leer.csv",
        text(table("Datum;Sterne;Text;Gast", rows).replace("\n", "\n\n")),
        RIGHT,
    )


def _sheets() -> Iterator[Entry]:
    kind = "sheets"
    head: list[Any] = ["Datum", "Sterne", "Text", "Gast"]
    rows: list[Any] = [
        [D(2026, 3, 13), 1, "Kalt und lange gewartet", "Anna"],
        [D(2026, 3, 14), 5, "Sehr gut gegessen", "Ben"],
        [D(2026, 3, 15), 4, "Nett und lecker", "Cem"],
    ]
    main: list[Any] = [head, *rows]
    months: list[Any] = [
        ["Datum", "Bewertung", "Anzahl"],
        [D(2026, 1, 1), 1.9, 30],
        [D(2026, 2, 1), 4.4, 30],
        [D(2026, 3, 1), 1.8, 30],
    ]
    averages: list[Any] = [["Monat", "Durchschnitt"], [D(2026, 1, 1), 1.9], [D(2026, 2, 1), 4.4], [D(2026, 3, 1), 1.8]]
    bare: list[Any] = [["Datum", "Bewertung"], [D(2026, 1, 1), 1.9], [D(2026, 2, 1), 4.4], [D(2026, 3, 1), 1.8]]
    pivot: list[Any] = [["Plattform", "Anzahl", "Schnitt"], ["Google", 20, 4.1], ["Tripadvisor", 3, 3.9]]
    for what, sheet in (
        ("averages by month", months),
        ("averages by month, named", averages),
        ("averages by month, bare", bare),
        ("a pivot table", pivot),
        ("notes", [["Hinweise"], ["Bitte nicht ändern"]]),
    ):
        yield Entry(
            kind,
            "real",
            f"a second sheet with {what}",
            "mappe.xlsx",
            book({"Bewertungen": main, "Auswertung": sheet}),
            RIGHT,
        )
    yield Entry(
        kind,
        "real",
        "a hidden copy",
        "kopie.xlsx",
        book({"Bewertungen": main, "Sicherung": main}, hidden=["Sicherung"]),
        RIGHT,
    )
    yield Entry(kind, "real", "a visible copy", "kopie.xlsx", book({"Bewertungen": main, "Kopie": main}), RIGHT)
    nameless: list[Any] = [[head[0], head[1], head[2]], *[row[:3] for row in rows]]
    yield Entry(
        kind, "real", "a visible copy without guests", "kopie.xlsx", book({"A": nameless, "B": nameless}), RIGHT
    )
    yield Entry(kind, "real", "rows twice", "doppelt.csv", text(table("Datum;Sterne;Text;Gast", [*DE, DE[0]])), RIGHT)
    yield Entry(
        kind,
        "real",
        "one sheet for each month",
        "monate.xlsx",
        book({"Januar": [head, rows[0]], "Februar": [head, rows[1]], "März": [head, rows[2]]}),
        RIGHT,
    )
    yield Entry(
        kind,
        "real",
        "other headings on the second sheet",
        "zwei.xlsx",
        book(
            {
                "Google": [head, *rows[:2]],
                "Holidaycheck": [["Wann", "Punkte von 5", "Was"], ["15.03.2026", 4, "Nett und lecker"]],
            }
        ),
        RIGHT,
        "either",
        other="2026-03-13 1/5 Kalt\n2026-03-14 5/5 Sehr",
    )
    merged: list[Any] = [
        ["Datum", "Sterne", "Text"],
        [D(2026, 3, 13), 1, "Kalt"],
        ["", 2, "Laut"],
        [D(2026, 3, 14), 5, "Gut"],
    ]
    yield Entry(
        kind,
        "real",
        "one day over several rows",
        "verbunden.xlsx",
        book({"A": merged}, merged={"A": "A2:A3"}),
        "2026-03-13 1/5 Kalt\n2026-03-13 2/5 Laut\n2026-03-14 5/5 Gut",
    )
    yield Entry(kind, "real", "an empty first sheet", "leer.xlsx", book({"Tabelle1": [], "Bewertungen": main}), RIGHT)
    yield Entry(kind, "real", "only averages", "nur.xlsx", book({"Monate": averages}), "", "ask")


def _dates() -> Iterator[Entry]:
    kind = "dates"
    for what, days in (
        ("a weekday before", ("Freitag, 13.03.2026", "Samstag, 14.03.2026", "Sonntag, 15.03.2026")),
        ("a short weekday", ("Fr 13.03.2026", "Sa 14.03.2026", "So 15.03.2026")),
        ("day, month name, short year", ("13-Mar-26", "14-Mar-26", "15-Mar-26")),
        ("month name in German", ("13. März 2026", "14. März 2026", "15. März 2026")),
        ("month name in French", ("13 mars 2026", "14 mars 2026", "15 mars 2026")),
        ("month name in Spanish", ("13 de marzo de 2026", "14 de marzo de 2026", "15 de marzo de 2026")),
        ("month name in Italian", ("13 marzo 2026", "14 marzo 2026", "15 marzo 2026")),
        ("month name in Dutch", ("13 maart 2026", "14 maart 2026", "15 maart 2026")),
        ("month name in English", ("March 13, 2026", "March 14, 2026", "March 15, 2026")),
        ("month first", ("03/13/2026", "03/14/2026", "03/15/2026")),
        ("short year", ("13.3.26", "14.3.26", "15.3.26")),
        ("ISO", ("2026-03-13", "2026-03-14", "2026-03-15")),
        ("slashes, year first", ("2026/03/13", "2026/03/14", "2026/03/15")),
        ("digits alone", ("20260313", "20260314", "20260315")),
        ("a spreadsheet's days as text", ("46094", "46095", "46096")),
        ("year, day, month", ("2026-13-03", "2026-14-03", "2026-15-03")),
        ("short French month", ("13 mars 26", "14 mars 26", "15 mars 26")),
    ):
        rows = [(day, *row[1:3]) for day, row in zip(days, DE, strict=True)]
        yield Entry(
            kind,
            "real",
            what,
            "datum.csv",
            text(table("Datum;Sterne;Text", rows)),
            RIGHT,
            "either" if what in ("a spreadsheet's days as text",) else "read",
        )
    timed = "2026-03-13 19:05 1/5 Kalt"
    for what, moment in (
        ("a dot in the time", "13.03.2026 19.05"),
        ("Uhr", "13.03.2026, 19:05 Uhr"),
        ("a named zone", "13.03.2026 19:05 CET"),
        ("a named zone, MEZ", "13.03.2026 19:05 MEZ"),
        ("an hour with h", "13/03/2026 19h05"),
        ("JavaScript", "Fri Mar 13 2026 19:05:00 GMT+0100 (Mitteleuropäische Normalzeit)"),
        ("RFC 2822", "Fri, 13 Mar 2026 19:05:00 +0100"),
        ("ISO with Z", "2026-03-13T18:05:00Z"),
        ("am and pm", "03/13/2026 7:05 PM"),
        ("a zone's full name", "2026-03-13 19:05 Europe/Berlin"),
        ("Unix seconds", "1773425100"),
        ("milliseconds", "1773425100000"),
        ("French à", "13 mars 2026 à 19:05"),
        ("UTC behind", "2026-03-13 18:05:00 UTC"),
    ):
        yield Entry(
            kind,
            "real",
            what,
            "zeit.csv",
            text(table("Datum;Sterne;Text", [(moment, "1", "Kalt und lange gewartet")])),
            timed,
        )
    for head in ("Uhrzeit", "Time", "Heure", "Hora", "Ora", "Tijd"):
        yield Entry(
            kind,
            "real",
            f"a time column: {head}",
            "zeit.csv",
            text(table(f"Date;{head};Rating;Comment", [("13.03.2026", "19:05", "1", "Kalt und lange gewartet")])),
            timed,
        )
    for head, one, two in (
        ("Date", "03/04/2026", "05/06/2026"),
        ("Datum", "03/04/26", "05/06/26"),
        ("Fecha", "3-4-2026", "5-6-2026"),
        ("Data", "03/04/2026 10:00", "05/06/2026 11:00"),
        ("Date", "3/4/2026", "3/5/2026"),
    ):
        yield Entry(
            kind,
            "real",
            f"two readings: {one}",
            "datum.csv",
            text(table(f"{head};Sterne;Text", [(one, "1", "Kalt"), (two, "5", "Gut")])),
            "",
            "ask",
        )
    swapped: list[Any] = [
        ["Date", "Rating", "Comment"],
        [D(2026, 4, 3), 1, "Kalt"],
        [D(2026, 5, 3), 5, "Gut"],
        [D(2026, 6, 3), 4, "Nett"],
        ["13/03/2026", 2, "Laut"],
        ["14/03/2026", 5, "Toll"],
    ]
    yield Entry(
        kind,
        "real",
        "half swapped by a spreadsheet",
        "halb.xlsx",
        book({"A": swapped}),
        "2026-03-04 1/5 Kalt\n2026-03-05 5/5 Gut\n2026-03-06 4/5 Nett\n2026-03-13 2/5 Laut\n2026-03-14 5/5 Toll",
        "either",
    )
    us: list[Any] = [
        ["Datum", "Sterne", "Text"],
        [D(2026, 4, 3), 1, "Kalt"],
        [D(2026, 5, 3), 5, "Gut"],
        [D(2026, 6, 3), 4, "Nett"],
        ["3/13/2026", 2, "Laut"],
    ]
    yield Entry(
        kind,
        "real",
        "half swapped, American",
        "halb.xlsx",
        book({"A": us}),
        "2026-03-04 1/5 Kalt\n2026-03-05 5/5 Gut\n2026-03-06 4/5 Nett\n2026-03-13 2/5 Laut",
        "either",
    )
    few: list[Any] = [["Datum", "Sterne", "Text"], [D(2026, 4, 3), 1, "Kalt"], ["13/03/2026", 2, "Laut"]]
    yield Entry(kind, "real", "perhaps half swapped", "halb.xlsx", book({"A": few}), "", "ask")
    sound: list[Any] = [
        ["Datum", "Sterne", "Text"],
        [D(2026, 3, 20), 1, "Kalt"],
        [D(2026, 4, 3), 5, "Gut"],
        ["13.03.2026", 2, "Laut"],
    ]
    yield Entry(
        kind,
        "real",
        "real dates and texts that agree",
        "gut.xlsx",
        book({"A": sound}),
        "2026-03-20 1/5 Kalt\n2026-04-03 5/5 Gut\n2026-03-13 2/5 Laut",
    )
    yield Entry(
        kind,
        "real",
        "a spreadsheet's moments",
        "moment.xlsx",
        book({"A": [["Datum", "Sterne", "Text"], [datetime(2026, 3, 13, 19, 5), 1, "Kalt und lange gewartet"]]}),
        timed,
    )
    yield Entry(
        kind,
        "invented",
        "both orders in one file",
        "beide.csv",
        text(
            table("Date;Rating;Comment", [("25/03/2026", "1", "a"), ("03/26/2026", "1", "b"), ("03/04/2026", "1", "c")])
        ),
        "",
        "ask",
    )


def _packing() -> Iterator[Entry]:
    kind = "packing"
    rows: list[Any] = [
        ("13.03.2026", "1", "Kühl, laut, müde", "Jörg"),
        ("14.03.2026", "5", "Schön, große Küche", "Änne"),
        ("15.03.2026", "4", "Café früh geöffnet", "Özil"),
    ]
    body = table("Datum;Sterne;Text;Gast", rows)
    good = "2026-03-13 1/5 Kühl, laut, müde\n2026-03-14 5/5 Schön, große Küche\n2026-03-15 4/5 Café früh geöffnet"
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "cp850", "mac_roman"):
        yield Entry(kind, "real", f"encoded as {encoding}", "export.csv", text(body, encoding), good)
    yield Entry(
        kind,
        "real",
        "one odd byte in UTF-8",
        "export.csv",
        body.encode() + b"16.03.2026;3;Na ja \xfc;Eva\n",
        good + "\n2026-03-16 3/5 Na ja ü",
    )
    yield Entry(
        kind,
        "real",
        "Cyrillic in cp1251",
        "export.csv",
        text(
            table(
                "Date;Rating;Text",
                [("2026-03-13", "1", "Холодный суп и долго ждали"), ("2026-03-14", "5", "Очень вкусно")],
            ),
            "cp1251",
        ),
        "2026-03-13 1/5 Холодный\n2026-03-14 5/5 Очень",
    )
    for name in ("export.txt", "export.csv.txt", "export.tsv", "EXPORT.CSV", "export.tab"):
        yield Entry(kind, "real", f"called {name}", name, text(body.replace(";", "\t")), good)
    yield Entry(kind, "real", "gzip", "export.csv.gz", gz(text(body)), good)
    yield Entry(kind, "real", "zip", "export.zip", packed({"export.csv": text(body)}), good)
    yield Entry(
        kind,
        "real",
        "ODS",
        "export.ods",
        ods(
            [
                ["Datum", "Sterne", "Text"],
                [D(2026, 3, 13), 1, "Kühl, laut, müde"],
                [D(2026, 3, 14), 5, "Schön, große Küche"],
            ]
        ),
        "\n".join(good.split("\n")[:2]),
    )
    yield Entry(
        kind,
        "real",
        "ODS with texts",
        "export.ods",
        ods(
            [
                ["Datum", "Sterne", "Text"],
                ["13.03.2026", "1", "Kühl, laut, müde"],
                ["14.03.2026", "5", "Schön, große Küche"],
            ]
        ),
        "\n".join(good.split("\n")[:2]),
    )
    yield Entry(
        kind,
        "vendor",
        "Numbers",
        "export.numbers",
        packed({"Index/Document.iwa": b"x" * 50, "Metadata/Properties.plist": b"y"}),
        "",
        "refuse",
        "file_numbers",
    )
    two = "2026-03-13 1/5 Cold, soup\n2026-03-14 5/5 Good"
    for what, lines in (
        ("a space before a quote", 'Date, Rating, Comment\n2026-03-13, 1, "Cold, soup"\n2026-03-14, 5, "Good"\n'),
        ("whole lines in quotes", '"Date,Rating,Comment"\n"2026-03-13,1,""Cold, soup"""\n"2026-03-14,5,Good"\n'),
        ("formulas that keep text", 'Date,Rating,Comment\n="2026-03-13",="1","Cold, soup"\n="2026-03-14",="5",Good\n'),
        ("sep=", 'sep=,\nDate,Rating,Comment\n2026-03-13,1,"Cold, soup"\n2026-03-14,5,Good\n'),
        ("all in quotes", '"Date","Rating","Comment"\n"2026-03-13","1","Cold, soup"\n"2026-03-14","5","Good"\n'),
        ("bars", "Date|Rating|Comment\n2026-03-13|1|Cold, soup\n2026-03-14|5|Good\n"),
        ("old Mac line ends", 'Date,Rating,Comment\r2026-03-13,1,"Cold, soup"\r2026-03-14,5,Good\r'),
    ):
        yield Entry(kind, "real", what, "quotes.csv", text(lines), two)
    escaped = 'Date,Rating,Comment\n2026-03-13,1,"He said \\"wait\\", so we left"\n2026-03-14,5,"Good"\n'
    yield Entry(
        kind,
        "real",
        "quotes after a backslash",
        "quotes.csv",
        text(escaped),
        '2026-03-13 1/5 He said "wait", so\n2026-03-14 5/5 Good',
    )
    yield Entry(
        kind,
        "real",
        "JSON Lines",
        "reviews.jsonl",
        b'{"date": "2026-03-13", "rating": 1, "text": "Cold, soup"}\n{"date": "2026-03-14", "rating": 5, "text": "Good"}\n',
        two,
    )


def _takeout() -> Iterator[Entry]:
    kind = "takeout"
    for comment, own in (
        ("(Translated by Google) Cold soup\n\n(Original)\nKalte Suppe", "Kalte Suppe"),
        ("Kalte Suppe\n\n(Translated by Google)\nCold soup", "Kalte Suppe"),
        ("Cold soup", "Cold soup"),
        ("(Übersetzt von Google) Kalte Suppe\n\n(Original)\nCold soup", "Cold soup"),
        ("He wrote (Translated by Google) once", "He wrote (Translated"),
    ):
        tree = {
            "reviews": [
                {
                    "name": "accounts/1/locations/2/reviews/abc",
                    "starRating": "ONE",
                    "comment": comment,
                    "createTime": "2026-03-13T18:05:00Z",
                    "updateTime": "2026-03-13T18:05:00Z",
                }
            ]
        }
        yield Entry(kind, "real", f"Takeout: {comment[:30]}", "reviews.json", js(tree), f"2026-03-13 19:05 1/5 {own}")


def _refused() -> Iterator[Entry]:
    kind = "refused"
    for what, cells, code in (
        ("months only", ("März 2026", "April 2026"), "date_month_only"),
        ("months only, digits", ("2026-03", "2026-04"), "date_month_only"),
        ("weeks ago", ("vor 3 Wochen", "vor 5 Wochen"), "date_relative"),
        ("weeks ago, English", ("3 weeks ago", "a month ago"), "date_relative"),
        ("weeks ago, French", ("il y a 3 semaines", "il y a 2 mois"), "date_relative"),
        ("the future", ("13.03.2031", "14.03.2031"), "date_future"),
        ("a style that nothing reads", ("KW 11/26", "KW 12/26"), "date_unknown"),
    ):
        yield Entry(
            kind,
            "real",
            what,
            "datum.csv",
            text(table("Datum;Sterne;Text", [(cells[0], "1", "Kalt"), (cells[1], "5", "Gut")])),
            "",
            "refuse",
            code,
        )
    yield Entry(
        kind,
        "real",
        "a stock list",
        "lager.csv",
        text("Artikel;Preis;Bestand\nSuppe;4,50;12\n"),
        "",
        "refuse",
        "columns_unknown",
    )
    yield Entry(kind, "real", "a PDF", "scan.csv", b"%PDF-1.7\n", "", "refuse", "file_pdf")
    yield Entry(kind, "real", "a web page", "page.csv", b"<!doctype html><html></html>", "", "refuse", "file_web_page")
    yield Entry(
        kind, "real", "headings alone", "kopf.csv", text("Datum;Sterne;Text\n"), "", "refuse", "file_only_headings"
    )
    yield Entry(kind, "real", "nothing", "leer.csv", b"", "", "refuse", "file_empty")


def _strangers() -> Iterator[Entry]:
    """Written after the rest was done, by somebody who tried what a stranger would send."""
    kind = "strangers"
    two = "2026-03-13 1/5 Cold\n2026-03-14 5/5 Good"
    for head, cells in (
        ("Grade", ("F", "A")),
        ("Stimmung", ("-2", "2")),
        ("Thumbs", ("👎", "👍")),
    ):
        rows = [("2026-03-13", cells[0], "Cold"), ("2026-03-14", cells[1], "Good")]
        yield Entry(
            kind, "invented", f"{head}: {cells[0]}", "form.csv", text(table(f"Date;{head};Comment", rows)), "", "ask"
        )
    short = [("26/03/13", "1", "Cold"), ("26/03/14", "5", "Good")]
    yield Entry(kind, "real", "a short year first", "short.csv", text(table("Date;Rating;Text", short)), two)
    weeks = [("2026-W11", "1", "Cold"), ("2026-W12", "5", "Good")]
    yield Entry(
        kind,
        "real",
        "weeks instead of days",
        "weeks.csv",
        text(table("Woche;Sterne;Text", weeks)),
        "",
        "refuse",
        "date_month_only",
    )
    scraped = [
        {"title": "Cafe", "stars": n, "text": t, "publishedAtDate": f"2026-03-{d}"}
        for n, t, d in ((1, "Cold", 13), (5, "Good", 14))
    ]
    yield Entry(kind, "real", "the place's name as the title", "scraped.json", js(scraped), two)
