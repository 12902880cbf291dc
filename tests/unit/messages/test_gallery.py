"""The gallery shows every message of the running program, and nothing that the program cannot say."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import is_dataclass
from importlib import import_module
from inspect import getmembers, getmodule, isfunction, signature, unwrap
from pathlib import Path
from pkgutil import iter_modules
from types import FrameType
from typing import Any, get_type_hints

import bot
import bot.telegram.inbound.incidents.evidence_file
from bot.i18n import catalogue
from bot.messages import incident, service
from bot.messages.render.render import RENDERERS
from bot.messages.text.formatting import Words
from bot.messages.text.message import Rendered, Toast
from tests import gallery
from tests.parsed import parsed
from tests.unit.messages.test_catalogue import stem

PACKAGE = Path(bot.__file__).parent
GALLERY = Path(gallery.__file__).parent
STANDS_FOR_OTHERS = (
    *("cause.", "severe.kind.", "severity.", "rating.times.", "upload.kind.", "pattern."),  # one value is shown
    "unit.percent",  # the page alone
    "command.",  # Telegram's menu
    *(
        "report.",
        "chart.",
        "demo.",
        "setup.",
        "month.",
    ),  # they have tests of their own
    "skip.",  # one reason is shown
    "pack.",  # the page in the evidence file, which has its own tests
)
WORDINGS = (
    *(
        import_module(f"{room.__name__}.{one.name}")
        for room in (incident, service)
        for one in iter_modules(room.__path__)
    ),
    bot.telegram.inbound.incidents.evidence_file,
)


def makers() -> dict[str, Any]:
    """Every public function that makes a message or the answer to a press."""
    found = {}
    for module in WORDINGS:
        for name, function in getmembers(module, isfunction):
            if getmodule(function) is module and not name.startswith("_"):
                returned = get_type_hints(function).get("return")
                if returned in (Rendered, Toast):
                    found[f"{module.__name__}.{name}"] = function
    return found


def test_every_message_has_an_example_and_every_text_stands_in_one() -> None:
    """While the examples are made, every maker is called and every text of the catalogue is said."""
    codes = {unwrap(function).__code__: name for name, function in makers().items()}
    called: set[str] = set()
    said: set[str] = set()

    def watch(frame: FrameType, event: str, _arg: object) -> None:
        if event == "call" and frame.f_code in codes:
            called.add(codes[frame.f_code])
        if event == "return" and frame.f_code is Words.say.__code__:
            said.add(stem(frame.f_locals["key"]))

    gallery.examples.cache_clear()
    sys.setprofile(watch)
    try:
        gallery.examples("en")
    finally:
        sys.setprofile(None)
    wanted = {stem(key) for key in catalogue.load("en") if not key.startswith((*STANDS_FOR_OTHERS, "button."))}
    assert set(codes.values()) - called == set(), "these have no example in tests/gallery"
    assert wanted - said == set(), "these texts stand in no example"


def calls(folder: Path) -> Iterator[tuple[str, Path, ast.Call]]:
    """Every call in a folder's modules whose target was imported from bot: its dotted name, and where it stands."""
    for path in sorted(folder.rglob("*.py")):
        tree = parsed(path)
        names = {
            alias.asname or alias.name: f"{node.module}.{alias.name}"
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module
            for alias in node.names
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                match node.func:
                    case ast.Attribute(value=ast.Name(id=room), attr=name) if room in names:
                        yield f"{names[room]}.{name}", path, node
                    case ast.Name(id=name) if name in names:
                        yield names[name], path, node


def test_every_message_is_sent_by_the_program() -> None:
    """A maker that only the gallery calls is a message that nobody can get."""
    sent = {name for name, _, _ in calls(PACKAGE)} | {"bot.evidence_file.waiting.pack_message"}
    assert set(makers()) - sent == set()


def test_examples_show_only_what_the_program_fills_in() -> None:
    """A field or an argument that only the gallery gives shows something that nobody can get."""
    filled: dict[str, set[str]] = {}
    for name, _, call in calls(PACKAGE):
        filled.setdefault(name, set()).update(_given(name, call))
    invented = {
        f"{path.name}: {name}({given}=)"
        for name, path, call in calls(GALLERY)
        if name.startswith("bot.") and name in filled
        for given in _given(name, call) - filled[name]
    }
    assert invented == set()


def test_every_renderer_is_asked_for() -> None:
    """Each kind of message that can be rendered is put into the outbox somewhere."""
    asked: set[object] = {"ready_made"}  # answers to commands, by `Caller.answer`
    for name, _, call in calls(PACKAGE):
        if name.startswith("bot.stages.notify.enqueue.") or name.endswith(".Outgoing"):
            given = [*call.args, *(keyword.value for keyword in call.keywords)]
            asked |= {node.value for one in given for node in ast.walk(one) if isinstance(node, ast.Constant)}
    for path in PACKAGE.glob("stages/**/*.py"):
        asked |= set(re.findall(r'^KIND: Final = "(\w+)"', path.read_text(encoding="utf-8"), re.MULTILINE))
    assert set(RENDERERS) - asked == set()


def _given(name: str, call: ast.Call) -> set[str]:
    """The parameters that a call fills."""
    module, _, attribute = name.rpartition(".")
    target = getattr(sys.modules.get(module), attribute, None)
    places = (
        list(signature(target).parameters)
        if isfunction(target) or (isinstance(target, type) and is_dataclass(target))
        else []
    )
    by_place = places[: len(call.args)]
    return {*by_place, *(keyword.arg for keyword in call.keywords if keyword.arg)}
