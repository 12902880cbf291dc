"""Files of the zoo that forms, surveys and tools for feedback export, made up in their layouts."""

from __future__ import annotations

from typing import Final

_THREE: Final = "2026-03-13 20:15 1/5 Cold\n2026-03-14 13:02 5/5 Lovely\n2026-03-15 21:00 4/5 Good"
_DAYS: Final = "2026-03-13 1/5 Kalt\n2026-03-14 5/5 Toll\n2026-03-15 4/5 Gut"
FORMS: Final = (
    # where it was seen, what it is, what is right, what has to come of it (or the code of its refusal), its lines
    (
        "vendor",
        "the times of a form's own download, its questions as headings",
        "2026-03-13 20:15 2/5 Der Kellner\n2026-03-14 13:02 5/5 Alles",
        "read",
        (
            "Zeitstempel,Wie zufrieden waren Sie insgesamt mit Ihrem Besuch?,Wie war der Service?,Was können wir tun?,"
            "Ihre E-Mail-Adresse",
            "2026/03/13 8:15:02 PM GMT+1,2,1,Der Kellner war grob,",
            "2026/03/14 1:02:44 nachm. MEZ,5,5,Alles gut so,anna@example.org",
        ),
    ),
    (
        "vendor",
        "what was liked and what was missed, in two questions",
        "2026-03-13 1/5 + Nothing at all\n2026-03-27 4/5 + The long wine list",
        "read",
        (
            "Timestamp,How would you rate your overall experience?,How likely are you to recommend us to a friend?,"
            "What did you enjoy most?,What could we improve?",
            "3/13/2026,1,2,Nothing at all,Food was cold",
            "3/27/2026,4,10,The long wine list,Music too loud",
        ),
    ),
    (
        "vendor",
        "begun and sent, in UTC",
        "2026-03-13 20:12 2/5 Cold soup\n2026-03-14 13:02 5/5 Lovely evening",
        "read",
        (
            '#,"Overall, how would you rate your visit?",Tell us more,Response Type,Start Date (UTC),Stage Date (UTC),'
            "Submit Date (UTC),Network ID",
            "ab1,2,Cold soup,completed,2026-03-12 19:10:11,,2026-03-13 19:12:40,n1",
            "cd2,5,Lovely evening,completed,2026-03-14 12:01:00,,2026-03-14 12:02:10,n2",
        ),
    ),
    (
        "vendor",
        "words of satisfaction, a second row of headings",
        _THREE,
        "read",
        (
            'Respondent ID,Date Created,Date Modified,"Overall, how satisfied were you?",What did you like?',
            ",,,Response,Open-Ended Response",
            "1180123,03/13/2026 08:15:02 PM,03/13/2026 08:17:10 PM,Very dissatisfied,Cold food",
            "1180124,03/14/2026 01:02:44 PM,03/14/2026 01:05:00 PM,Extremely satisfied,Lovely place",
            "1180125,03/15/2026 09:00:00 PM,03/15/2026 09:01:00 PM,Satisfied,Good value",
        ),
    ),
    (
        "vendor",
        "three rows of headings, the third in JSON",
        "2026-03-13 20:15 1/5 Cold food\n2026-03-14 13:02 5/5 Great staff",
        "read",
        (
            "StartDate,EndDate,RecordedDate,ResponseId,Q1,Q2",
            "Start Date,End Date,Recorded Date,Response ID,Overall how satisfied are you with your visit?,Tell us why",
            '"{""ImportId"":""startDate""}","{""ImportId"":""endDate""}","{""ImportId"":""recordedDate""}",'
            '"{""ImportId"":""_recordId""}","{""ImportId"":""QID1""}","{""ImportId"":""QID2_TEXT""}"',
            "2026-03-13 20:10:01,2026-03-13 20:15:02,2026-03-13 20:15:03,R_1,Extremely dissatisfied,Cold food",
            "2026-03-14 13:00:00,2026-03-14 13:02:44,2026-03-14 13:02:45,R_2,Extremely satisfied,Great staff",
        ),
    ),
    (
        "vendor",
        "the whole beside its parts",
        "2026-03-15 2/5 Dreadful\n2026-03-16 5/5 Excellent",
        "read",
        (
            "Date Submitted,Dined Date,Diner Name,Overall,Food,Service,Ambience,Value,Noise,Review",
            "03/15/2026,03/13/2026,Anna,2,3,1,4,2,Loud,Dreadful service",
            "03/16/2026,03/14/2026,Ben,5,5,5,5,5,Moderate,Excellent evening",
        ),
    ),
    (
        "invented",
        "the mean of the parts",
        "2026-03-13 4.3/10 Te lang\n2026-03-14 9.3/10 Topavond",
        "read",
        (
            "Datum;Naam;Eten;Service;Sfeer;Gemiddelde;Opmerking",
            "13-03-2026;De Vries;4;3;6;4,3;Te lang gewacht",
            "14-03-2026;Jansen;9;10;9;9,3;Topavond",
        ),
    ),
    (
        "vendor",
        "two parts with words of their own, and no whole",
        "",
        "ask",
        (
            "Feedback Date,Customer,Service Rating,Service Comment,Product,Product Rating,Product Comment",
            "13/03/2026,Anna,1,Nobody answered my mails,Voucher,3,It is okay",
            "14/03/2026,Ben,5,Very quick answer,Voucher,5,A super gift",
        ),
    ),
    (
        "invented",
        "agreement in words, under a statement",
        _DAYS,
        "read",
        (
            "Datum;Ich komme gerne wieder;Kommentar",
            "13.03.2026;trifft überhaupt nicht zu;Kalt und laut",
            "14.03.2026;trifft voll zu;Toll wie immer",
            "15.03.2026;trifft eher zu;Gut und nett",
        ),
    ),
    (
        "invented",
        "satisfaction in Spanish words",
        "2026-03-13 1/5 Fría\n2026-03-14 5/5 Muy\n2026-03-15 3/5 Normal",
        "read",
        (
            "Fecha;¿Qué tal fue?;Comentario",
            "13/03/2026;muy insatisfecho;Fría la sopa",
            "14/03/2026;muy satisfecho;Muy rico todo",
            "15/03/2026;regular;Normal sin más",
        ),
    ),
    (
        "invented",
        "faces",
        "2026-03-13 1/5 Kalt\n2026-03-14 5/5 Toll\n2026-03-15 4/5 Gut",
        "read",
        ("Datum;Smiley;Kommentar", "13.03.2026;😡;Kalt", "14.03.2026;😍;Toll", "15.03.2026;🙂;Gut"),
    ),
    (
        "vendor",
        "four steps of a terminal at the door",
        "2026-03-13 20:15 1/5 Rude\n2026-03-14 13:02 5/5 Fine\n2026-03-14 13:05 4/5 Quite\n2026-03-14 13:09 2/5 Cold",
        "read",
        (
            "Timestamp;Place;Feedback;Comment",
            "2026-03-13 20:15:02;Door;Very negative;Rude waiter",
            "2026-03-14 13:02:44;Door;Very positive;Fine evening",
            "2026-03-14 13:05:00;Door;Positive;Quite good",
            "2026-03-14 13:09:00;Door;Negative;Cold soup",
        ),
    ),
    (
        "invented",
        "phrases for steps that nobody knows, again and again",
        "",
        "ask",
        (
            "Datum;Wie oft sind wir gut gewesen?;Kommentar",
            *(f"{day}.03.2026;{('selten', 'meistens')[day % 2]};Text Nummer {day}" for day in range(10, 18)),
        ),
    ),
    (
        "invented",
        "halves as a sign",
        "2026-03-13 1.5/5 Kalt\n2026-03-14 4.5/5 Toll",
        "read",
        ("Datum;Sterne;Text", "13.03.2026;1½;Kalt", "14.03.2026;4½;Toll"),
    ),
    (
        "invented",
        "stars by their cells alone, the question says nothing",
        "2026-03-13 20:15 2/5 Die Pasta\n2026-03-14 13:02 5/5 Wir kommen",
        "read",
        (
            "Vorname,E-Mail,Wie war Ihr Abend?,Ihre Nachricht,Eingesendet am",
            "Anna,a@example.org,2 Sterne,Die Pasta war verkocht,2026-03-13T19:15:02.000Z",
            "Ben,b@example.org,5 Sterne,Wir kommen wieder,2026-03-14T12:02:44.000Z",
        ),
    ),
    (
        "vendor",
        "local time beside the same in GMT",
        "2026-03-13 20:15 1/5 Never\n2026-03-14 13:02 5/5 Lovely",
        "read",
        (
            "comment_ID,comment_author,comment_date,comment_date_gmt,comment_content,rating",
            "71,Anna,2026-03-13 20:15:02,2026-03-13 19:15:02,Never arrived,1",
            "72,Ben,2026-03-14 13:02:44,2026-03-14 12:02:44,Lovely gift,5",
        ),
    ),
    (
        "vendor",
        "months instead of days beside several ratings: nothing is asked that helps nobody",
        "",
        "date_month_only",
        (
            "Datum;Titel;Gesamt;Kommunikation;Gehalt;Text",
            "März 2026;Nie wieder;1,4;1;2;Alles zu laut",
            "Februar 2026;Tolles Team;4,7;5;4;Gut war das Team",
        ),
    ),
    (
        "invented",
        "three weeks ago",
        "",
        "date_relative",
        ("Name;Bewertung;Wann;Text", "Anna;1;vor 3 Wochen;Kalt", "Ben;5;vor 2 Monaten;Toll"),
    ),
)
