"""A blind source, a Telegram that fails, and what must never leave the process."""

from __future__ import annotations

import re

import pytest

from bot.demo.botapi import FaultKind
from bot.model.people import Role
from tests.contract.google_server import Fault, GoogleServer
from tests.e2e.house import TOKEN, House, Line

FAULTS: tuple[FaultKind, ...] = ("drop_before", "drop_after", "server_error", "malformed_json", "too_many_requests")


@pytest.mark.proof
def test_a_source_that_fails_for_an_hour_buzzes_once_and_gives_the_all_clear(house: House) -> None:
    """Google answers 500 for an hour: one loud message, edited when it is over, and a silent reply to it."""
    with GoogleServer() as google:
        source = {"id": "maps", "name": "Google", **google.settings(every_minutes=5)}
        house.configure([{"id": "mitte", "name": "Mitte", "sources": [source]}])
        house.start()
        owner = house.person(501, "Anna")
        house.join(owner, Role.OWNER)
        google.add_review(stars=5, at=house.ago(3000))
        house.step(600)
        said = len(house.said(owner.user_id))
        google.fail(Fault.SERVER_ERROR)
        for _ in range(6):
            house.step(600)
        told = house.said(owner.user_id)[said:]
        assert len(told) == 1, [message.text for message in told]
        assert "cannot be read since" in told[0].text
        assert not told[0].is_silent
        google.heal()
        for _ in range(4):
            house.step(900)
        now = house.said(owner.user_id)[said:]
        assert now[0].message_id == told[0].message_id
        assert len(now) == 2, [message.text for message in now]
        assert "cannot be read" not in now[0].text
        assert now[1].reply_to == told[0].message_id
        assert now[1].is_silent
        assert house.value("SELECT count(*) FROM incidents") == 0


@pytest.mark.parametrize("is_json", [False, True], ids=["lines", "json"])
def test_the_token_is_in_no_log_at_any_level_and_not_in_the_database(house: House, is_json: bool) -> None:
    """At debug, with Telegram refusing, breaking the line, answering 500, 429 and 401: the token appears nowhere."""
    house.configure(
        [{"id": "mitte", "name": "Mitte", "sources": [house.folder("exports")]}],
        log={"level": "debug", "json_lines": is_json},
    )
    service = house.start()
    owner = house.person(501, "Anna")
    house.join(owner, Role.OWNER)
    house.step(600)
    house.export("exports", "bad.csv", [Line(f"a{n}", 1, house.ago(5), f"Cold {n}") for n in range(3)])
    for kind in FAULTS:
        for method in ("sendMessage", "getUpdates"):
            house.fault(kind, method)
    for _ in range(8):
        house.step(120)
    house.wait_for_card(owner.user_id, "3 low reviews")
    house.telegram.call(lambda t: t.faults.clear())
    house.telegram.call(lambda t: t.faults.add(kind="unauthorized", times=None))
    house.telegram.call(lambda t: t.people.say(owner, owner.user_id, "/status"))
    assert service.wait() == 1
    log = service.text()
    assert "debug" in log
    assert "a message waits" in log
    secret = TOKEN.partition(":")[2]
    assert secret not in log
    files = [path for path in (house.root / "data").iterdir() if path.is_file()]
    assert files
    for path in files:
        assert secret.encode() not in path.read_bytes(), path


def test_no_process_of_the_service_reaches_another_host(house: House) -> None:
    """A name and an address that are not configured are refused in the service and in its worker processes."""
    house.configure([{"id": "mitte", "name": "Mitte", "sources": [house.folder("exports")]}])
    service = house.start()
    port = re.search(r":(\d+)/", house.telegram.base_url)
    assert port is not None
    for command in ("reach", "reach-worker"):
        for host in ("example.org", "203.0.113.7", "127.0.0.2"):
            answer = service.ask(f"{command} {host} 443")["reached"]
            assert answer.startswith("EgressRefusedError"), answer
            assert host in answer
        assert service.ask(f"{command} 127.0.0.1 {port[1]}")["reached"] == "connected"
