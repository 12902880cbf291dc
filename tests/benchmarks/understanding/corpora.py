"""Starred reviews from a grammar, in English, Spanish and German: material to learn from that is made here.

Each review is a few sentences about things that went well or badly, most of them in the direction of its stars, some
neutral and some the other way round, as people write; a share of the stars contradicts the text altogether. The words
that judge are drawn from a long list with few frequent ones, so that a small sample never shows all of them.
"""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Starred:
    """A review with 1, 2, 4 or 5 stars."""

    text: str
    stars: int


@dataclass(frozen=True, slots=True)
class _Tongue:
    things: tuple[str, ...]
    good: tuple[str, ...]
    bad: tuple[str, ...]
    good_ends: tuple[str, ...]
    bad_ends: tuple[str, ...]
    neutral: tuple[str, ...]
    but: tuple[str, ...]


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.replace("\n", " ").split("|") if part.strip())


_TONGUES = {
    "en": _Tongue(
        things=_list("""The soup was|Our waiter was|The room felt|The burger was|The bill was|Breakfast was|
            The terrace is|The bread was|The music was|My steak was|The bathroom was|Parking is|
            The pasta tasted|The dessert was|The lady at the desk was|The kitchen seemed|The wine was|
            The portion was|Our table was|The bed was"""),
        good=_list("""great|good|lovely|delicious|perfect|fresh|friendly|spotless|hot and crisp|generous|warm|tender|
            worth every cent|cooked to the point|just like at grandma's|attentive|quick|cosy|full of flavour|fair|
            better than we had hoped|juicy|well seasoned|home made|thoughtful|beautiful|crunchy|quiet|comfortable|
            on the house|silky|faultless|a treat|pleasant|refilled without asking"""),
        bad=_list("""cold|bad|terrible|rude|dirty|awful|bland|overpriced|slow|stale|burnt|sticky|loud|tiny|greasy|raw|
            smelly|disappointing|swimming in oil|a joke|straight from the freezer|wrong twice|chewy|watered down|
            full of hair|broken|microwaved|salty beyond belief|half empty|ignored|unfriendly|worn out|soggy|forgotten|
            twice what the menu said"""),
        good_ends=_list("""We will be back.|Highly recommended.|Thank you for the evening.|See you next week.|
            My kids already ask when we go again.|Our new favourite.|Five stars from us."""),
        bad_ends=_list("""Never again.|We left hungry.|I asked for my money back.|Avoid.|
            There are better places around.|Nobody said sorry.|We waited an hour for that."""),
        neutral=_list("""We came on a Sunday.|It is next to the station.|There were four of us.|We had booked online.|
            My brother ordered the fish.|It was raining.|The menu has two pages.|We sat near the window."""),
        but=_list("but|although|even if|while"),
    ),
    "es": _Tongue(
        things=_list("""La sopa estaba|El camarero fue|La habitación estaba|La hamburguesa estaba|El desayuno estaba|
            La terraza está|El pan estaba|La música estaba|El baño estaba|La pasta estaba|El postre estaba|
            La señora de recepción fue|La cocina parecía|El vino estaba|La ración era|Nuestra mesa estaba|
            La cama estaba|El arroz estaba|La piscina estaba|El aparcamiento es"""),
        good=_list("""buenísimo|rico|exquisito|perfecto|fresco|amable|impecable|caliente y crujiente|generoso|tierno|
            de diez|en su punto|como en casa de la abuela|atento|rápido|acogedor|lleno de sabor|bien de precio|
            mejor de lo esperado|jugoso|bien sazonado|casero|detallista|precioso|tranquilo|cómodo|invitación de la casa|
            muy limpio|un lujo|agradable|estupendo|maravilloso|delicioso|encantador|para repetir"""),
        bad=_list("""frío|malo|horrible|maleducado|sucio|pésimo|soso|carísimo|lento|duro|quemado|pegajoso|ruidoso|
            minúsculo|grasiento|crudo|maloliente|decepcionante|nadando en aceite|una broma|recién descongelado|
            equivocado dos veces|gomoso|aguado|con pelos|roto|de microondas|saladísimo|medio vacío|antipático|viejo|
            pasado|olvidado|el doble de lo que decía la carta|lamentable"""),
        good_ends=_list("""Volveremos seguro.|Muy recomendable.|Gracias por la velada.|Hasta la semana que viene.|
            Los niños ya preguntan cuándo volvemos.|Nuestro nuevo favorito.|Repetiremos."""),
        bad_ends=_list("""No vuelvo más.|Nos fuimos con hambre.|Pedí la hoja de reclamaciones.|Evitadlo.|
            Hay sitios mejores cerca.|Nadie pidió perdón.|Una hora esperando para eso."""),
        neutral=_list("""Fuimos un domingo.|Está junto a la estación.|Éramos cuatro.|Habíamos reservado por internet.|
            Mi hermano pidió pescado.|Estaba lloviendo.|La carta tiene dos páginas.|
            Nos sentamos cerca de la ventana."""),
        but=_list("pero|aunque|si bien|mientras que"),
    ),
    "de": _Tongue(
        things=_list("""Die Suppe war|Unser Kellner war|Das Zimmer wirkte|Der Burger war|Die Rechnung war|
            Das Frühstück war|Die Terrasse ist|Das Brot war|Die Musik war|Mein Steak war|Das Bad war|Der Parkplatz ist|
            Die Nudeln waren|Der Nachtisch war|Die Dame am Empfang war|Die Küche schien|Der Wein war|Die Portion war|
            Unser Tisch war|Das Bett war"""),
        good=_list("""toll|gut|schön|köstlich|perfekt|frisch|freundlich|blitzsauber|heiß und knusprig|großzügig|
            herzlich|zart|jeden Cent wert|auf den Punkt|wie bei Oma|aufmerksam|flott|gemütlich|voller Geschmack|fair|
            besser als gehofft|saftig|gut gewürzt|hausgemacht|durchdacht|wunderbar|knackig|ruhig|bequem|
            aufs Haus|samtig|tadellos|ein Gedicht|angenehm|ohne Nachfrage nachgefüllt"""),
        bad=_list("""kalt|schlecht|furchtbar|unfreundlich|schmutzig|grausam|fade|überteuert|langsam|altbacken|verbrannt|
            klebrig|laut|winzig|fettig|roh|muffig|enttäuschend|im Öl ertränkt|ein Witz|frisch aufgetaut|
            zweimal falsch|zäh|verwässert|voller Haare|kaputt|aus der Mikrowelle|völlig versalzen|halb leer|ignorant|
            pampig|abgewohnt|matschig|vergessen|doppelt so teuer wie auf der Karte"""),
        good_ends=_list("""Wir kommen wieder.|Sehr zu empfehlen.|Danke für den Abend.|Bis nächste Woche.|
            Die Kinder fragen schon nach dem nächsten Mal.|Unser neues Stammlokal.|Fünf Sterne von uns."""),
        bad_ends=_list("""Nie wieder.|Wir gingen hungrig heim.|Ich wollte mein Geld zurück.|Finger weg.|
            Da gibt es Besseres in der Nähe.|Niemand hat sich entschuldigt.|Dafür haben wir eine Stunde gewartet."""),
        neutral=_list("""Wir waren an einem Sonntag da.|Es liegt neben dem Bahnhof.|Wir waren zu viert.|
            Reserviert hatten wir im Netz.|Mein Bruder nahm den Fisch.|Es regnete.|Die Karte hat zwei Seiten.|
            Wir saßen am Fenster."""),
        but=_list("aber|obwohl|auch wenn|während"),
    ),
}  # fmt: skip

_AGAINST = 0.22
"""How often a judgement goes against the stars."""

_CONTRADICTING = 0.03
"""How often the stars have nothing to do with the text."""


def starred_reviews(language: str, count: int, *, low: float, seed: int) -> list[Starred]:
    """Make reviews.

    Args:
        language: "en", "es" or "de".
        count: How many.
        low: The share with one or two stars.
        seed: The same seed gives the same reviews.
    """
    chance = random.Random(seed)  # a figure must be repeatable
    tongue = _TONGUES[language]
    return [_review(tongue, chance, is_low=chance.random() < low) for _ in range(count)]


def _review(tongue: _Tongue, chance: random.Random, *, is_low: bool) -> Starred:
    stars = chance.choice((1, 1, 2) if is_low else (4, 5, 5))
    sounds_low = is_low if chance.random() >= _CONTRADICTING else not is_low
    sentences = []
    for _ in range(chance.choice((1, 2, 2, 3, 3, 4, 6))):
        if chance.random() < 0.3:
            sentences.append(chance.choice(tongue.neutral))
            continue
        clauses = [_clause(tongue, chance, is_low=sounds_low) for _ in range(chance.choice((1, 1, 2)))]
        sentences.append(f" {chance.choice(tongue.but)} ".join(clauses) + chance.choice((".", ".", ".", "!")))
    if chance.random() < 0.4:
        sentences.append(chance.choice(tongue.bad_ends if sounds_low else tongue.good_ends))
    text = " ".join(sentences)
    return Starred(text.lower() if chance.random() < 0.15 else text, stars)


def _clause(tongue: _Tongue, chance: random.Random, *, is_low: bool) -> str:
    is_bad = is_low if chance.random() >= _AGAINST else not is_low
    words = tongue.bad if is_bad else tongue.good
    # Squaring makes the first words of the list frequent and the last ones rare.
    return f"{chance.choice(tongue.things)} {words[int(chance.random() ** 2 * len(words))]}"
