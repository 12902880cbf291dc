"""Files in the chat: what is done when one arrives, and what its buttons do."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from telegram import Document, Message

from bot.messages.buttons.payload import Payload, Verb
from bot.messages.incident import toasts
from bot.messages.service import command_replies, pairing
from bot.messages.service.sent import files, typed_reviews
from bot.messages.service.sent import uploads as sent_files
from bot.messages.service.sent.files import FileRow
from bot.messages.text.message import Toast
from bot.model.ingest.understanding import Ask
from bot.model.ingest.upload import Question, UploadState
from bot.sources.files import questions
from bot.sources.manual.typed import read as read_typed
from bot.stages.ingest import folder_files, typed, upload_actions
from bot.stages.ingest import uploads as stage
from bot.stages.notify import enqueue
from bot.store.ingest import uploads
from bot.store.ingest.uploads import Upload
from bot.telegram.inbound import arguments
from bot.telegram.inbound.people.actor import Caller

_NAMELESS = "file"
_FILES_SHOWN = 10
_SHOWN_AS = {
    UploadState.DONE: "done",
    UploadState.ASKING: "asking",
    UploadState.UNDONE: "undone",
    UploadState.CANCELLED: "cancelled",
    UploadState.REFUSED: "refused",
}
_LEAST_OFFERED = 15
"""Characters; "thanks" and "ok" are no reviews."""


async def arrived(caller: Caller, message: Message, document: Document) -> None:
    """Somebody sent a file: in a private chat, or in a group as an answer to the bot."""
    answers_bot = message.reply_to_message is not None
    if not caller.is_private and not answers_bot:
        return
    if caller.person is None or not await caller.visible():
        if caller.is_private:
            await caller.answer(pairing.bot_is_private(caller.words))
        return
    name = document.file_name or _NAMELESS
    if (document.file_size or 0) > stage.LARGEST:
        await caller.answer(sent_files.too_large(name, caller.words, size=document.file_size or 0))
        return
    upload_id = await uploads.add(
        caller.connection,
        chat_id=caller.chat.chat_id,
        person_id=caller.person.person_id,
        file_id=document.file_id,
        name=name,
        now=caller.now,
    )
    upload = await uploads.find(caller.connection, upload_id)
    assert upload is not None
    await folder_files.show(caller.connection, upload, now=caller.now)


async def add(caller: Caller, text: str) -> None:
    """/add: a review that somebody types."""
    assert caller.person is not None
    visible = await caller.visible()
    platforms = {name for place in visible for name in await typed.platforms_of(caller.connection, place.location_id)}
    found = read_typed(text, platforms=platforms)
    if not text.strip() or not visible:
        await caller.answer(typed_reviews.nothing_typed(caller.words))
        return
    await typed.begin(
        caller.connection,
        chat_id=caller.chat.chat_id,
        person_id=caller.person.person_id,
        rating=found.rating,
        platform=found.platform,
        text=found.text,
        now=caller.now,
    )


async def offered(caller: Caller, text: str) -> None:
    """A text without a command in a private chat: a question to the bot, or a review that somebody pasted."""
    if not caller.is_private or caller.person is None or not caller.grants:
        return
    if arguments.asks_for_help(text):
        await caller.answer(command_replies.help_text(caller.words))
    elif len(text) >= _LEAST_OFFERED:
        await add(caller, text)


async def press(caller: Caller, what: Payload) -> Toast | None:
    """A button under the message about a file; `rights` has asked whether this person may press it."""
    upload = await uploads.find(caller.connection, what.target_id)
    if upload is None or caller.person is None:
        return toasts.stranger(caller.words)
    if what.verb == Verb.SHOW_FILE:
        await _show_here(caller, upload)
        return None
    if what.verb == Verb.UNDO:
        if not await upload_actions.take_back(caller.connection, upload, now=caller.now):
            return toasts.not_saved(caller.words)
        return None
    if what.verb == Verb.SKIPPED_ROWS:
        is_wanted = await upload_actions.want_list(caller.connection, upload, chat_id=caller.chat.chat_id)
        return None if is_wanted else toasts.not_saved(caller.words)
    if what.verb == Verb.CHANGE_READING:
        is_asked = await upload_actions.ask_again(caller.connection, upload, now=caller.now)
        return None if is_asked else toasts.not_saved(caller.words)
    if upload.state is not UploadState.ASKING:
        await folder_files.show(caller.connection, upload, now=caller.now)
        return None
    return await _answer(caller, upload, what)


async def show_files(caller: Caller) -> None:
    """/files: the last files of the locations that the caller may see here."""
    ids = [place.location_id for place in await caller.visible()]
    rows = [
        FileRow(
            upload_id=one.upload_id,
            name=one.name,
            at=one.created_at,
            state=_SHOWN_AS.get(one.state, "going"),
            reviews=sum(int(one.facts.get(name, 0)) for name in ("new", "changed", "known")),
            files=one.facts.get("files", 1),
        )
        for one in await uploads.latest(caller.connection, ids, limit=_FILES_SHOWN)
    ]
    await caller.answer(files.files(rows, caller.words, now=caller.now))


async def _show_here(caller: Caller, upload: Upload) -> None:
    """Show a file anew in this chat, below everything else."""
    key = folder_files.key(upload.upload_id)
    await enqueue.chats(caller.connection, [caller.chat.chat_id], "delete", now=caller.now, key=key)
    args: dict[str, object] = {"upload_id": upload.upload_id}
    await enqueue.chats(caller.connection, [caller.chat.chat_id], "upload", now=caller.now, key=key, args=args)


async def _answer_typed(caller: Caller, upload: Upload, what: Payload) -> Toast | None:
    connection, now = caller.connection, caller.now
    match what.verb, upload.question:
        case Verb.CANCEL, _:
            await upload_actions.cancel(connection, upload, now=now)
        case Verb.LOCATION, Question.LOCATION:
            choices = await upload_actions.choices_of(connection, upload)
            if what.arg not in {str(one.location_id) for one in choices}:
                return toasts.stranger(caller.words)
            await typed.answer(connection, upload, now=now, location_id=int(what.arg))
        case Verb.STARS, Question.STARS if what.arg in {"1", "2", "3", "4", "5"}:
            await typed.answer(connection, upload, now=now, rating=[float(what.arg), 1.0, 5.0])
        case Verb.PLATFORM, Question.PLATFORM:
            assert upload.location_id is not None
            platforms = await typed.platforms_of(connection, upload.location_id)
            if not what.arg.isdecimal() or int(what.arg) >= len(platforms):
                return toasts.not_saved(caller.words)
            await typed.answer(connection, upload, now=now, platform=platforms[int(what.arg)])
        case _:
            return toasts.not_saved(caller.words)
    return None


async def _answer(caller: Caller, upload: Upload, what: Payload) -> Toast | None:
    if typed.is_typed(upload):
        return await _answer_typed(caller, upload, what)
    match what.verb, upload.question:
        case Verb.CANCEL, _:
            await upload_actions.cancel(caller.connection, upload, now=caller.now)
        case Verb.LOCATION, Question.LOCATION:
            choices = await upload_actions.choices_of(caller.connection, upload)
            chosen = next((one for one in choices if str(one.location_id) == what.arg), None)
            if chosen is None:
                return toasts.stranger(caller.words)
            await _go_on(caller, upload, location_id=chosen.location_id)
        case Verb.CHANGE_COLUMN, Question.COLUMNS:
            return await _pick(caller, upload, what.arg)
        case Verb.CHOOSE_COLUMN, Question.COLUMNS:
            return await _chosen(caller, upload, what.arg)
        case _ if "ask" in upload.facts:
            mapping = _answered(questions.ask_of(upload.facts["ask"]), what, upload.question)
            if mapping is None:
                return toasts.not_saved(caller.words)
            await _go_on(caller, upload, mapping={**upload.mapping, upload.facts["ask"]["key"]: mapping})
        case _:
            return toasts.not_saved(caller.words)
    return None


def _answered(ask: Ask, what: Payload, question: Question | None) -> dict[str, Any] | None:
    """The mapping that a press gives; None for one that answers nothing."""
    match what.verb, question:
        case Verb.COLUMNS_RIGHT, Question.COLUMNS if questions.is_enough(ask.mapping):
            return dict(ask.mapping)
        case (Verb.DAY_FIRST | Verb.MONTH_FIRST) as order, Question.DATE:
            return questions.with_date(ask, month_first=order is Verb.MONTH_FIRST)
        case Verb.SCALE, Question.SCALE if what.arg == "none":
            return questions.with_column(ask.mapping, "rating", "")
        case Verb.SCALE, Question.SCALE if what.arg.isdecimal() and int(what.arg) < len(ask.facts["options"]):
            worst, best, lowest_is_best = ask.facts["options"][int(what.arg)]
            return questions.with_scale(ask.mapping, (worst, best, lowest_is_best))
        case (Verb.COUNTS | Verb.COUNTS_NOT) as answer, Question.RECOMMENDED:
            return questions.with_recommended(ask, counts=answer is Verb.COUNTS)
        case _:
            return None


async def _go_on(caller: Caller, upload: Upload, **values: Any) -> None:
    await uploads.update(caller.connection, upload.upload_id, state=UploadState.FETCHED, question="", **values)
    await folder_files.show(caller.connection, upload, now=caller.now)


async def _pick(caller: Caller, upload: Upload, field: str) -> Toast | None:
    if field not in questions.ASKED:
        await folder_files.show(caller.connection, upload, now=caller.now)
        return None
    rows = sent_files.column_picker(
        upload.upload_id, caller.words, field=field, columns=upload.facts["ask"]["facts"]["columns"]
    )
    await enqueue.chats(
        caller.connection,
        [caller.chat.chat_id],
        "keyboard",
        now=caller.now,
        key=folder_files.key(upload.upload_id),
        args={"rows": [[asdict(button) for button in row] for row in rows]},
    )
    return None


async def _chosen(caller: Caller, upload: Upload, arg: str) -> Toast | None:
    field, _, number = arg.partition("-")
    ask = upload.facts["ask"]
    columns = ask["facts"]["columns"]
    is_none = number == "none" and field != "date"
    if field not in questions.ASKED or not (is_none or (number.isdecimal() and int(number) < len(columns))):
        return toasts.not_saved(caller.words)
    name = "" if is_none else columns[int(number)]["name"]
    mapping = questions.with_column(ask["mapping"], field, name)
    facts = {**upload.facts, "ask": {**ask, "mapping": mapping}}
    await uploads.update(caller.connection, upload.upload_id, facts=facts)
    await folder_files.show(caller.connection, upload, now=caller.now)
    return None
