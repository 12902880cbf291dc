"""Photos and documents that the local Bot API server takes, and what it refuses in Telegram's words."""

from __future__ import annotations

import json

import pytest
from telegram import InputFile, InputMediaPhoto
from telegram.error import NetworkError

from tests.contract.botapi_bot import ANNA, PNG, png, post, refusal, talking

pytestmark = pytest.mark.server


@pytest.mark.parametrize(("sides", "is_taken"), [((9000, 1000), True), ((9000, 1001), False), ((21, 1), False)])
async def test_a_photos_sides(sides: tuple[int, int], is_taken: bool) -> None:
    """Width and height together at most 10000, one at most twenty times the other; a document may be anything."""
    async with talking() as (server, bot):
        server.world.add_user(ANNA, "Anna")
        picture = png(*sides)
        if is_taken:
            sent = await bot.send_photo(ANNA, picture)
            assert (sent.photo[-1].width, sent.photo[-1].height) == sides
        else:
            text = "Bad Request: PHOTO_INVALID_DIMENSIONS"
            assert await refusal(server, bot.send_photo(ANNA, picture)) == text
            first = await bot.send_photo(ANNA, PNG)
            edit = bot.edit_message_media(InputMediaPhoto(picture), ANNA, first.message_id)
            assert await refusal(server, edit) == text
        await bot.send_document(ANNA, picture, filename="long.png")


async def test_weight_and_name_of_a_file() -> None:
    """A photo of more than 10 MB, an empty file and one without a name are refused, as is a body of over 50 MB."""
    async with talking() as (server, bot):
        server.world.add_user(ANNA, "Anna")
        heavy = PNG + bytes((10 << 20) + 1 - len(PNG))
        text = "Bad Request: file of size 10485761 bytes is too big for a photo; the maximum size is 10485760 bytes"
        assert await refusal(server, bot.send_photo(ANNA, heavy)) == text
        await bot.send_document(ANNA, heavy, filename="heavy.bin")
        empty = bot.send_document(ANNA, InputFile(b"", filename="a.csv"))
        assert await refusal(server, empty) == "Bad Request: file must be non-empty"
        named = await post(server, "sendDocument", data={"chat_id": str(ANNA)}, files={"document": ("../a", b"a")})
        assert "is not to be called '../a' (stricter than Telegram)" in named["description"]
        with pytest.raises(NetworkError, match="Request Entity Too Large"):
            await bot.send_document(ANNA, bytes(50 << 20), filename="huge.bin")


async def test_media_that_is_not_attached() -> None:
    """attach:// must name an upload of the same call."""
    async with talking() as (server, bot):
        server.world.add_user(ANNA, "Anna")
        photo = await bot.send_photo(ANNA, PNG)
        call = {"chat_id": ANNA, "message_id": photo.message_id, "media": {"type": "photo", "media": "attach://a"}}
        answer = await post(server, "editMessageMedia", json=call)
        assert answer["description"] == "Bad Request: wrong file identifier/HTTP URL specified"
        form = {"chat_id": str(ANNA), "message_id": str(photo.message_id), "media": json.dumps(call["media"])}
        answer = await post(server, "editMessageMedia", data=form, files={"a": ("b.png", png(3, 2))})
        assert [(one["width"], one["height"]) for one in answer["result"]["photo"]] == [(3, 2)]
