"""Draws docs/pictures: plays the demo, and shows what the local server received as a chat on a phone.

    python -m tests.pictures

Needs Chromium (`apt-get install chromium`); the pictures are kept in the repository.
"""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from babel.dates import format_date

from tests import chromium
from tests.pictures import backtest, bubble, terminal

WIDTH = 420
DENSITY = 2
TALLEST = 3000
PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
MEMBERS = {"en": "4 members", "de": "4 Mitglieder"}
RED = '<svg width=".85em" height=".85em" viewBox="0 0 20 20"><circle cx="10" cy="10" r="9.5" fill="#dd2e44"/></svg>'
DAY = {"en": "d MMMM", "de": "d. MMMM"}


def main() -> None:
    """Draw both languages."""
    browser = chromium.find()
    if not browser:
        sys.exit(chromium.MISSING)
    PICTURES.mkdir(parents=True, exist_ok=True)
    for language in ("en", "de"):
        with tempfile.TemporaryDirectory() as folder:
            tree = _play(Path(folder), language)
            target = PICTURES / f"card-{language}.png"
            _draw(browser, Path(folder), _page(tree, language), target)
            text_of(language).write_text(shown_text(tree), encoding="utf-8")
            print(target)
    with tempfile.TemporaryDirectory() as folder:
        target = PICTURES / "backtest-page.png"
        _draw(browser, Path(folder), backtest.page_for_docs(), target, width=backtest.WIDTH, density=1)
        print(target)
    (PICTURES / "backtest-chat.png").write_bytes(backtest.picture_for_docs())
    print(PICTURES / "backtest-chat.png")
    (PICTURES / "demo.svg").write_text(asyncio.run(terminal.draw()), encoding="utf-8")
    print(PICTURES / "demo.svg")


def _play(folder: Path, language: str) -> dict[str, Any]:
    path = folder / "transcript.json"
    command = [sys.executable, "-m", "bot", "demo", "--auto", "--language", language, "--transcript", str(path)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def text_of(language: str) -> Path:
    """Where the words of a card's picture are kept, so that a test notices when the program says others."""
    return PICTURES / f"card-{language}.txt"


def shown_text(tree: Mapping[str, Any]) -> str:
    """What the picture shows: the text and the buttons, every number as 0, for each evening has its own times."""
    version = _card(tree)[1][-1]
    rows = version.get("keyboard") or []
    buttons = "\n".join(" | ".join(button["text"] for button in row) for row in rows)
    return re.sub(r"\d+", "0", f"{version['text']}\n\n{buttons}\n")


def _card(tree: Mapping[str, Any]) -> tuple[Mapping[str, Any], list[Any], Mapping[str, Any]]:
    """The group, its card's versions while nobody had it yet, and the card."""
    group = next(chat for chat in tree["chats"] if chat["type"] == "supergroup")
    own = [message for message in tree["messages"] if message["chat_id"] == group["id"] and message["is_own"]]
    card_ids = {card["message_id"] for card in tree["cards"] if card["chat_id"] == group["id"]}
    card = next(message for message in own if message["message_id"] in card_ids)
    return group, [version for version in card["versions"] if version["text"].startswith("🔴")], card


def _page(tree: Mapping[str, Any], language: str) -> str:
    """The group's card as it was while nobody had it yet, fully grown, and what buzzed below it."""
    group, open_ones, card = _card(tree)
    shown = [{"version": open_ones[-1], "is_edited": len(open_ones) > 1, "from": card["from"]}]
    at = datetime.fromisoformat(open_ones[-1]["at"]).astimezone(bubble.ZONE)
    day = format_date(at, DAY[language], locale=language)
    page = bubble.page(shown, chat=group["title"], members=MEMBERS[language], day=day, language=language)
    # Not every machine has a font with this sign.
    return page.replace("🔴", RED)


def _draw(browser: str, folder: Path, page: str, target: Path, *, width: int = WIDTH, density: float = DENSITY) -> None:
    """Draw the page as high as it is: once measured, once taken."""
    source = folder / "page.html"
    measure = "<script>document.title = document.body.scrollHeight</script>"
    source.write_text(page.replace("</body>", f"{measure}</body>"), encoding="utf-8")
    scale = f"--force-device-scale-factor={density}"
    dump = chromium.run(browser, source, scale, f"--window-size={width},{TALLEST}", "--dump-dom")
    height = int(dump.partition("<title>")[2].partition("</title>")[0])
    chromium.run(browser, source, scale, f"--window-size={width},{height}", f"--screenshot={target}")


if __name__ == "__main__":
    main()
