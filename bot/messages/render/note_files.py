"""From an outbox row to the message: what became of a file that was sent as a note."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bot.messages.incident import note_files as told
from bot.messages.render.context import RenderContext, Renderer
from bot.messages.text.message import Rendered
from bot.store.incidents import note_files


async def _note_file(context: RenderContext) -> Rendered | None:
    found = await note_files.find(context.connection, context.args["file_id"])
    if found is None:
        return None
    return told.what_became(found.incident_id, context.words, state=found.state, type_=found.type, sha256=found.sha256)


RENDERERS: Final[Mapping[str, Renderer]] = MappingProxyType({"note_file": _note_file})
