"""More files of the zoo: written as a stranger would, from the layouts of real exports, before they were read.

Each stands for a kind that was read wrongly, dropped in silence or asked about at first.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

from tests.contract.zoo.forms import FORMS
from tests.contract.zoo.making import Rows, book, js, text

TABLES: Final = (
    # kind, where it was seen, what it is, what is right, what has to come of it, its lines
    (
        "dates",
        "real",
        "every time is 0:00",
        "2026-03-13 2/5 Meh\n2026-03-14 5/5 Wow",
        "read",
        (
            "id,createdAt,rating,title,message",
            "11,2026-03-13 00:00:00,2,Meh,Too cold",
            "12,2026-03-14 00:00:00,5,Wow,Great",
        ),
    ),
    (
        "dates",
        "invented",
        "midnight in UTC",
        "2026-05-02 1/5 Cold\n2026-05-03 5/5 Good",
        "read",
        (
            "date,rating,text",
            "2026-05-02T00:00:00.000Z,1,Cold",
            "2026-05-03T00:00:00.000Z,5,Good",
        ),
    ),
    (
        "dates",
        "real",
        "a program's long date with its zone in words",
        "2026-03-13 18:00 1/5 Cold",
        "read",
        (
            "date,stars,text",
            "Fri Mar 13 2026 18:00:00 GMT+0100 (Central European Standard Time),1,Cold",
        ),
    ),
    (
        "stars",
        "real",
        "Rated 1.0 out of 5",
        "2026-03-13 1/5 Cold\n2026-03-14 5/5 Great",
        "read",
        (
            "Date,Rating,Review",
            "2026-03-13,Rated 1.0 out of 5,Cold soup",
            "2026-03-14,Rated 5.0 out of 5,Great",
        ),
    ),
    (
        "stars",
        "invented",
        "2,3 von 6 under a word for suns, beside a yes or no",
        "2026-03-13 2.3/6 Nie\n2026-03-14 6/6 Super",
        "read",
        (
            "Datum der Bewertung;Gast;Sonnen;Titel;Bewertungstext;Weiterempfehlung",
            "13.03.2026;Anna;2,3 von 6;Nie wieder;Kalt;Nein",
            "14.03.2026;Ben;6 von 6;Super;Toll;Ja",
        ),
    ),
    (
        "stars",
        "invented",
        "1 von 5 under an unknown heading",
        "2026-05-02 1/5 Kalt\n2026-05-03 5/5 Gut",
        "read",
        (
            "Datum;Eindruck;Text",
            "02.05.2026;1 von 5;Kalt",
            "03.05.2026;5 von 5;Gut",
        ),
    ),
    (
        "stars",
        "vendor",
        "a rating as JSON in its cell",
        "",
        "ask",
        (
            "author,rating,body,created",
            'Ann,"{""value"":""1.0"",""scale_max"":""5.0""}",Broke,2026-05-02',
            'Ben,"{""value"":""5.0"",""scale_max"":""5.0""}",Nice,2026-05-03',
        ),
    ),
    (
        "stars",
        "vendor",
        "a thumb under Rating",
        "",
        "ask",
        (
            "Date,Order,Rating,Comment",
            "2026-05-02,1,👎,Cold",
            "2026-05-03,2,👍,Good",
        ),
    ),
    (
        "stars",
        "real",
        "recommends, in German",
        "",
        "ask",
        (
            "Datum;Name;Empfehlung;Text",
            "02.05.2026;Anna;empfiehlt nicht;Kalt",
            "03.05.2026;Ben;empfiehlt;Gut",
        ),
    ),
    (
        "stars",
        "real",
        "voted up beside a weighted score",
        "",
        "ask",
        (
            "recommendationid,review,timestamp_created,voted_up,votes_up,weighted_vote_score",
            "1,Broken,1777714200,False,1,0.5",
            "2,Great,1777800600,True,1,0",
        ),
    ),
    (
        "which of two",
        "invented",
        "a number beside words, both under words for a rating",
        "2026-03-13 3.5/10 Soep\n2026-03-14 9/10 Perfect",
        "either",
        (
            "Datum;Naam;Cijfer;Beoordeling",
            "13-03-2026;Anna;3,5;Soep was koud",
            "14-03-2026;Ben;9;Perfect",
        ),
    ),
    (
        "which of two",
        "real",
        "an id of the respondent is no reply",
        "2026-05-02 09:30 1/5 Cold\n2026-05-03 09:30 5/5 Great",
        "read",
        (
            "Submission ID,Respondent ID,Submitted at,Rating,Tell us more",
            "q1,r1,2026-05-02 09:30:00,1,Cold soup",
            "q2,r2,2026-05-03 09:30:00,5,Great",
        ),
    ),
    (
        "stars",
        "invented",
        "a heading of one star sign, and 5*",
        "2026-03-14 5/5 Super\n2026-03-15 1/5 kalt\n2026-03-16 4/5 ganz",
        "read",
        (
            "wann;*;wer;was",
            "14.3.26;5*;Uli;Super",
            "15.3.26;1*;Kai;kalt",
            "16.3.26;4*;Mia;ganz ok",
        ),
    ),
    (
        "stars",
        "invented",
        "a platform named by its address, on its own scale",
        "2026-03-14 2.3/6 Das\n2026-03-15 5.8/6 Alles",
        "read",
        (
            "Bewertet am;Gesamtbewertung;Text;Portal",
            "14.03.2026;2,3;Das Zimmer war schmutzig;Holidaycheck.de",
            "15.03.2026;5,8;Alles sauber;Holidaycheck.de",
        ),
    ),
    (
        "headings",
        "invented",
        "one word each under a heading that is seldom seen",
        "2026-04-02 1/5 Froid\n2026-04-13 5/5 D",
        "read",
        (
            "Jour;Étoiles;Prénom;Remarque",
            "02/04/2026;★☆☆☆☆;Paul;Froid",
            "13/04/2026;★★★★★;Rosa;Délicieux",
        ),
    ),
    (
        "headings",
        "invented",
        "one word each beside the names of guests",
        "2026-04-02 19:45 1/5 Kalt\n2026-04-13 20:15 4/5 Gut",
        "read",
        (
            "Wann;Sterne;Wer;Was",
            "Do, 02.04.26, 19:45;1;Pit;Kalt",
            "Mo, 13.04.26, 20:15;4;Resi;Gut",
        ),
    ),
    (
        "headings",
        "invented",
        "what may be the guest's words or the answer",
        "",
        "ask",
        (
            "Datum;Smiley;Reactie",
            "2-4-2026;😡;Koud",
            "13-4-2026;😀;Lekker",
        ),
    ),
)


def files() -> Iterator[tuple[str, str, str, str, bytes, str, str]]:
    """Kind, where it was seen, what it is, its name and bytes, what is right and what has to come of it."""
    for kind, seen, what, right, must, table in TABLES:
        yield kind, seen, what, "a.csv", text("\n".join((*table, ""))), right, must
    for seen, what, right, must, lines in FORMS:
        yield "forms", seen, what, "a.csv", text("\n".join((*lines, ""))), right, must
    review = {"name": "Ann", "recommendation_type": "NEGATIVE", "review_text": "Cold soup"}
    download = {"page_reviews_v2": [{"timestamp": 1773424800 + n, "data": [{"review": review}]} for n in range(2)]}
    yield "stars", "vendor", "a page's download, a list of one in each entry", "page.json", js(download), "", "ask"
    sheets: dict[str, Rows] = {
        "Booking.com": [["Datum", "Note", "Text"], [date(2026, 5, 2), 3, "Laut"], [date(2026, 5, 3), 9, "Gut"]],
        "Google 2026": [["Datum", "Sterne", "Text"], [date(2026, 5, 13), 1, "Kalt"], [date(2026, 5, 14), 5, "Prima"]],
    }
    right = "2026-05-02 3/10 Laut\n2026-05-03 9/10 Gut\n2026-05-13 1/5 Kalt\n2026-05-14 5/5 Prima"
    yield (
        "sheets",
        "invented",
        "sheets named after platforms",
        "a.xlsx",
        book(sheets),
        right,
        "read",
    )
    night: Rows = [
        ["Datum", "Sterne", "Text"],
        [datetime(2026, 3, 13, 20, 15), 1, "Kalt"],  # noqa: DTZ001 -- a spreadsheet's dates have no zone
        [datetime(2026, 3, 14), 5, "Toll"],  # noqa: DTZ001
        [datetime(2026, 3, 15, 9), 4, "Gut"],  # noqa: DTZ001
    ]
    right = "2026-03-13 20:15 1/5 Kalt\n2026-03-14 00:00 5/5 Toll\n2026-03-15 09:00 4/5 Gut"
    yield "dates", "invented", "midnight among a spreadsheet's times", "a.xlsx", book({"A": night}), right, "read"
    messages: dict[str, Rows] = {
        "Reviews": [["Review Date", "Overall rating", "Public review"], [date(2026, 5, 2), 2, "Dirty and loud"]],
        "Messages": [["Date", "From", "Text"], [date(2026, 5, 2), "Ann", "When can we check in"]],
    }
    yield "sheets", "vendor", "messages beside reviews", "a.xlsx", book(messages), "2026-05-02 2/5 Dirty", "read"
