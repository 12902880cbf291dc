"""Every button of an incident and its command twin."""

from __future__ import annotations

from tests.house import House


async def test_probe(house: House) -> None:
    """probe"""
    petra = await house.owner()
    await house.join("Ben", 1002)
    await house.low(4)
    for t in house.said(1001): print(t.is_silent, t.text, t.labels()); print('--')
    for b in ("Acknowledge","Give back","Snooze","1 h","End snooze","Assign","Ben","Resolve","Waiting","Reopen"):
        a = await house.press(petra, b)
        print(">>", b, a and a.text, '|', house.card(1001).text.split("\n")[1], house.card(1001).labels())
    for t in house.said(1001)[-8:]: print(t.is_silent, t.text, t.labels()); print('--')
    for c in ("/status","/incidents","/reviews","/help","/ack 1", "/note 1 hello", "/snooze 1 4h"):
        for m in await house.say(petra,c): print(">",c,"|",m.text,m.labels())
