"""The life of an incident, move by move."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bot.incidents.machine import ALLOWED_FROM, Refusal, RefusedError, Request, apply
from bot.model.incident import Cause, Incident, Severity, State, Transition

TAKEN_BACK_BY = {
    Transition.ACKNOWLEDGE: Transition.GIVE_BACK,
    Transition.ASSIGN: Transition.GIVE_BACK,
    Transition.RESOLVE: Transition.REOPEN,
    Transition.GIVE_BACK: Transition.ACKNOWLEDGE,
    Transition.SNOOZE: Transition.END_SNOOZE,
    Transition.END_SNOOZE: Transition.SNOOZE,
    Transition.REOPEN: Transition.RESOLVE,
    Transition.CLOSE: Transition.REOPEN,
    Transition.ACCEPT: Transition.REOPEN,
}
NOW = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ANNA, BEN, OWNER = 1, 2, 3


def incident(state: State = State.OPEN, **more: object) -> Incident:
    base = Incident(
        incident_id=12,
        location_id=1,
        state=state,
        severity=Severity.NORMAL,
        version=0,
        opened_at=NOW,
        moved_at=NOW,
        last_move=Transition.OPEN,
        first_count=3,
    )
    own: dict[str, object] = {}
    if state is State.SNOOZED:
        own = {"state_before": State.OPEN, "snoozed_until": NOW + 9 * HOUR}
    elif state in (State.ASSIGNED, State.ACKNOWLEDGED):
        own = {"holder_id": ANNA}
    elif state.is_over:
        own = {"ended_at": NOW}
    return replace(base, **{**own, **more})  # type: ignore[arg-type]  # the incident's own fields


def request(move: Transition, by: int | None = ANNA) -> Request:
    """A request that has everything its move needs."""
    until, high = NOW + 5 * HOUR, Severity.HIGH
    return Request(
        move, by_id=by, is_owner=True, assignee_id=BEN, until=until, cause=Cause.FOOD, severity=high, note="n"
    )


def after(before: Incident, *moves: Request) -> Incident:
    for hours, one in enumerate(moves, 1):
        before = apply(before, one, now=NOW + hours * timedelta(minutes=1))
    return before


TABLE = {
    State.OPEN: "acknowledge assign snooze resolve accept note close step",
    State.ASSIGNED: "acknowledge give_back assign snooze resolve accept note close step",
    State.ACKNOWLEDGED: "give_back assign snooze resolve accept note stay expire close step",
    State.SNOOZED: "assign end_snooze snooze_over resolve accept note close step",
    State.RESOLVED: "reopen recur note",
    State.CLOSED: "reopen recur note",
}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("move", [move for move in Transition if move is not Transition.OPEN])
def test_the_table_of_moves(state: State, move: Transition) -> None:
    """Exactly these moves are allowed in each state; every other is refused and changes nothing."""
    before = incident(state)
    if move.value in TABLE[state].split():
        apply(before, request(move), now=NOW)
    else:
        with pytest.raises(RefusedError) as refused:
            apply(before, request(move), now=NOW)
        assert refused.value.incident == before


def test_an_incident_is_not_opened_by_a_move() -> None:
    """Opening makes an incident; asking for it on one is a mistake of the program."""
    with pytest.raises(ValueError, match="opens by being made"):
        apply(incident(), request(Transition.OPEN), now=NOW)


def test_of_two_who_acknowledge_the_second_is_told_who_has_it() -> None:
    """The same person is told that it is theirs already."""
    taken = after(incident(), request(Transition.ACKNOWLEDGE))
    with pytest.raises(RefusedError) as refused:
        apply(taken, request(Transition.ACKNOWLEDGE, BEN), now=NOW)
    assert (refused.value.refusal, refused.value.incident.holder_id) == (Refusal.TAKEN, ANNA)
    with pytest.raises(RefusedError) as refused:
        apply(taken, request(Transition.ACKNOWLEDGE), now=NOW)
    assert refused.value.refusal is Refusal.ALREADY_YOURS


def test_only_the_holder_says_that_it_is_still_theirs() -> None:
    """It changes nothing on the card; for anybody else, an owner too, it is refused. An expired one is open again."""
    taken = after(incident(), request(Transition.ACKNOWLEDGE))
    assert apply(taken, request(Transition.STAY), now=NOW + HOUR) == taken
    with pytest.raises(RefusedError) as refused:
        apply(taken, request(Transition.STAY, BEN), now=NOW + HOUR)
    assert refused.value.refusal is Refusal.NOT_YOURS
    expired = apply(taken, Request(Transition.EXPIRE), now=NOW + HOUR)
    assert (expired.state, expired.holder_id, expired.version) == (State.OPEN, None, taken.version)


@pytest.mark.parametrize("state", [State.ACKNOWLEDGED, State.ASSIGNED])
def test_who_has_it_and_owners_may_give_back(state: State) -> None:
    """Another manager may not."""
    before = incident(state)
    for by, is_owner in ((ANNA, False), (OWNER, True)):
        back = apply(before, Request(Transition.GIVE_BACK, by_id=by, is_owner=is_owner), now=NOW)
        assert (back.state, back.holder_id) == (State.OPEN, None)
    with pytest.raises(RefusedError) as refused:
        apply(before, Request(Transition.GIVE_BACK, by_id=BEN), now=NOW)
    assert refused.value.refusal is Refusal.ROLE_TOO_LOW


def test_an_owner_accepts_a_new_normal_and_can_take_it_back() -> None:
    """It closes the incident; a manager may not; reopened, it has to last anew before it is offered again."""
    lasting = incident(settled_at=NOW)
    with pytest.raises(RefusedError) as refused:
        apply(lasting, Request(Transition.ACCEPT, by_id=ANNA), now=NOW)
    assert refused.value.refusal is Refusal.ROLE_TOO_LOW
    closed = apply(lasting, Request(Transition.ACCEPT, by_id=OWNER, is_owner=True), now=NOW + HOUR)
    assert (closed.state, closed.ended_at, closed.cause, closed.last_move) == (
        State.CLOSED,
        NOW + HOUR,
        None,
        Transition.ACCEPT,
    )
    again = apply(closed, Request(Transition.REOPEN, by_id=OWNER), now=NOW + 2 * HOUR)
    assert (again.state, again.settled_at, again.ended_at) == (State.OPEN, None, None)


def test_a_step_changes_the_severity_and_nothing_else() -> None:
    """What a card says of the last move stays."""
    taken = incident(State.ACKNOWLEDGED)
    assert apply(taken, Request(Transition.STEP, severity=Severity.HIGH), now=NOW + HOUR) == replace(
        taken, severity=Severity.HIGH
    )


@pytest.mark.parametrize("state", [State.OPEN, State.ASSIGNED, State.ACKNOWLEDGED])
@pytest.mark.parametrize("end", [Transition.END_SNOOZE, Transition.SNOOZE_OVER])
def test_a_snooze_returns_to_where_it_came_from(state: State, end: Transition) -> None:
    """State and holder are those from before it."""
    before = incident(state)
    back = after(before, request(Transition.SNOOZE), request(end))
    assert (back.state, back.holder_id) == (before.state, before.holder_id)
    assert (back.state_before, back.snoozed_until) == (None, None)


@pytest.mark.parametrize("until", [None, NOW, NOW - HOUR])
def test_a_snooze_has_an_end_in_the_future(until: datetime | None) -> None:
    """Without one nobody would ever hear of the incident again."""
    with pytest.raises(ValueError, match=r"needs|future"):
        apply(incident(), Request(Transition.SNOOZE, by_id=ANNA, until=until), now=NOW)


@pytest.mark.parametrize("move", [Transition.ACKNOWLEDGE, Transition.ASSIGN, Transition.RESOLVE])
def test_an_open_incident_returns_to_open(move: Transition) -> None:
    """The inverse of a move on an open incident leads back to an open one that nobody has."""
    back = after(incident(), request(move), request(TAKEN_BACK_BY[move]))
    assert (back.state, back.holder_id, back.cause, back.ended_at) == (State.OPEN, None, None, None)


def test_every_inverse_is_allowed_after_its_move() -> None:
    """A person can take back whatever a person did, from every state it is allowed in."""
    for move, inverse in TAKEN_BACK_BY.items():
        for state in ALLOWED_FROM[move]:
            by = None if move is Transition.CLOSE else ANNA
            moved = apply(incident(state), request(move, by), now=NOW)
            apply(moved, request(inverse), now=NOW)


def test_assigning_to_oneself_is_taking_it() -> None:
    """To somebody else it waits for them."""
    own = apply(incident(), Request(Transition.ASSIGN, by_id=ANNA, assignee_id=ANNA), now=NOW)
    assert (own.state, own.holder_id) == (State.ACKNOWLEDGED, ANNA)
    theirs = apply(incident(State.SNOOZED), Request(Transition.ASSIGN, by_id=ANNA, assignee_id=BEN), now=NOW)
    assert (theirs.state, theirs.holder_id, theirs.snoozed_until) == (State.ASSIGNED, BEN, None)


def test_resolving_names_a_cause() -> None:
    """And keeps it."""
    assert apply(incident(), request(Transition.RESOLVE), now=NOW).cause is Cause.FOOD
    with pytest.raises(ValueError, match="needs"):
        apply(incident(), Request(Transition.RESOLVE, by_id=ANNA), now=NOW)


class Life(RuleBasedStateMachine):
    """Any moves in any order, by anybody."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.incident = incident()
        self.by_people = 0

    @rule(
        move=st.sampled_from([move for move in Transition if move is not Transition.OPEN]),
        by=st.sampled_from([None, ANNA, BEN, OWNER]),
        hours=st.integers(0, 90),
    )
    def move(self, move: Transition, by: int | None, hours: int) -> None:
        self.now += timedelta(hours=hours)
        if by is None and move in (Transition.ACKNOWLEDGE, Transition.STAY):
            return
        one = replace(request(move, by), is_owner=by == OWNER, until=self.now + HOUR)
        before = self.incident
        is_refused = before.state not in ALLOWED_FROM[move] or (
            (move is Transition.GIVE_BACK and by not in (OWNER, before.holder_id))
            or (move is Transition.ACCEPT and by != OWNER)
            or (move is Transition.STAY and by != before.holder_id)
        )
        if is_refused:
            with pytest.raises(RefusedError) as refused:
                apply(before, one, now=self.now)
            assert refused.value.incident is before
            return
        self.incident = apply(before, one, now=self.now)
        keeps_state = move in (Transition.NOTE, Transition.STAY, Transition.STEP)
        self.by_people += by is not None and not keeps_state
        if not keeps_state:
            assert (self.incident.moved_at, self.incident.last_move) == (self.now, move)

    @invariant()
    def is_sound(self) -> None:
        it = self.incident
        assert (it.state is State.SNOOZED) == (it.snoozed_until is not None) == (it.state_before is not None)
        assert it.state_before not in (State.SNOOZED, State.RESOLVED, State.CLOSED)
        assert it.state.is_over == (it.ended_at is not None)
        assert (it.state is State.RESOLVED) <= (it.cause is not None)
        if it.state in (State.ASSIGNED, State.ACKNOWLEDGED):
            assert it.holder_id is not None
        if it.state is State.OPEN:
            assert it.holder_id is None
        assert it.version == self.by_people, "the version counts people's moves only"


Life.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestLife = Life.TestCase
