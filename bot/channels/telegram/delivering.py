"""A letter becomes a call of the Bot API."""

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from typing import Any, Final, TypeVar

from telegram import Bot, InputFile, InputMediaPhoto, LinkPreviewOptions, Message, ReactionTypeEmoji, ReplyParameters
from telegram.error import BadRequest, TelegramError

from bot.channels.base import Delivered, Letter, LetterKind, MessageGone, Picture, Refused
from bot.channels.telegram.buttons import keyboard, linked
from bot.channels.telegram.drawing import ANSWER_LIMIT, CAPTION_LIMIT, TEXT_LIMIT, cut, draw
from bot.channels.telegram.errors import NO_CAPTION, NO_TEXT, NO_TOPIC, UNCHANGED, explained, says
from bot.channels.telegram.transport import Broken

Answer = TypeVar("Answer")
NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)
FILES: Final = {"video": "video.mp4", "voice": "voice.ogg", "round": "video.mp4"}


async def deliver(bot: Bot, letter: Letter) -> Delivered:
    """Say it once; a second call is made only where the server refused the first and can take another form of it.

    Raises SendError.
    """
    try:
        return await DOING[letter.kind](bot, replace(letter, text=linked(letter.text, bot.username)))
    except TelegramError as error:
        raise explained(error) from None
    except ValueError as error:  # a letter of ours that no server would take
        raise Refused(str(error)) from None


async def _say(bot: Bot, letter: Letter) -> Delivered:
    answered = None
    if letter.reply_to is not None:
        answered = ReplyParameters(_id(letter.reply_to), allow_sending_without_reply=True)
    try:
        message = await _post(bot, letter, answered, None if letter.topic is None else _id(letter.topic))
    except BadRequest as error:
        if letter.topic is None or not says(error, NO_TOPIC):
            raise
        # Its topic was closed or deleted. People must hear it all the same: in the general one, answering nothing.
        message = await _post(bot, letter, None, None)
    return Delivered(str(message.message_id), _ref(message))


async def _post(bot: Bot, letter: Letter, answered: ReplyParameters | None, topic: int | None) -> Message:
    common: dict[str, Any] = {
        "chat_id": _id(letter.chat),
        "reply_markup": keyboard(letter.buttons, bot.username),
        "reply_parameters": answered,
        "disable_notification": letter.silent or None,
        "message_thread_id": topic,
    }
    if letter.document is not None:
        drawn, file = draw(letter.text, CAPTION_LIMIT), letter.document
        named = InputFile(file.data, filename=file.name, attach=True)
        call = bot.send_document(document=named, caption=drawn.text, caption_entities=drawn.entities, **common)
    elif letter.picture is None:
        drawn = draw(letter.text, TEXT_LIMIT)
        call = bot.send_message(text=drawn.text, entities=drawn.entities, link_preview_options=NO_PREVIEW, **common)
    else:
        call = _shown(bot, letter, letter.picture, common)
    message = await understood(call)
    if not isinstance(message, Message) or not isinstance(message.message_id, int):
        raise Broken("an answer that is not what was asked for")
    return message


def _shown(bot: Bot, letter: Letter, picture: Picture, common: dict[str, Any]) -> Coroutine[Any, Any, Message]:
    drawn = draw(letter.text, CAPTION_LIMIT)
    common["protect_content"] = picture.guarded or None
    said: dict[str, Any] = {"caption": drawn.text, "caption_entities": drawn.entities, **common}
    if picture.kind == "photo":
        return bot.send_photo(photo=_photo(picture), **said)
    if picture.data is None:
        raise ValueError("a film or a voice without its bytes")
    file = InputFile(picture.data, filename=FILES[picture.kind], attach=True)
    if picture.kind == "video":
        return bot.send_video(video=file, supports_streaming=True, **said)
    if picture.kind == "voice":
        return bot.send_voice(voice=file, **said)
    return bot.send_video_note(video_note=file, **common)  # it has no words of its own


async def _edit(bot: Bot, letter: Letter) -> Delivered:
    """Text empty and no picture: only the buttons change. No buttons: those there are go."""
    target: dict[str, Any] = {
        "chat_id": _id(letter.chat),
        "message_id": _id(letter.edit_of),
        "reply_markup": keyboard(letter.buttons, bot.username),
    }
    try:
        edited = await understood(_edited(bot, letter, target))
    except BadRequest as error:
        if says(error, UNCHANGED):
            return Delivered(letter.edit_of)
        raise
    return Delivered(letter.edit_of, _ref(edited) if isinstance(edited, Message) else None)


async def _edited(bot: Bot, letter: Letter, target: dict[str, Any]) -> Message | bool:
    if letter.picture is not None:
        return await _new_picture(bot, letter, letter.picture, target)
    if not letter.text:
        return await bot.edit_message_reply_markup(**target)
    ways = [(_new_caption, NO_CAPTION), (_new_text, NO_TEXT)]
    (first, mismatch), (second, _) = ways if letter.pictured else reversed(ways)
    try:
        return await first(bot, letter, target)
    except BadRequest as error:
        if not says(error, mismatch):
            raise
        # The message is not what the caller believes: it got its picture, or lost it, in an edit whose end nobody saw.
        return await second(bot, letter, target)


async def _new_text(bot: Bot, letter: Letter, target: dict[str, Any]) -> Message | bool:
    drawn = draw(letter.text, TEXT_LIMIT)
    return await bot.edit_message_text(drawn.text, entities=drawn.entities, link_preview_options=NO_PREVIEW, **target)


async def _new_caption(bot: Bot, letter: Letter, target: dict[str, Any]) -> Message | bool:
    drawn = draw(letter.text, CAPTION_LIMIT)
    return await bot.edit_message_caption(caption=drawn.text, caption_entities=drawn.entities, **target)


async def _new_picture(bot: Bot, letter: Letter, picture: Picture, target: dict[str, Any]) -> Message | bool:
    drawn = draw(letter.text, CAPTION_LIMIT)
    media = InputMediaPhoto(_photo(picture), caption=drawn.text, caption_entities=drawn.entities)
    try:
        return await bot.edit_message_media(media, **target)
    except BadRequest as error:
        if letter.pictured or not says(error, ("there is no media in the message to edit",)):
            raise
        # An older server cannot give a text a picture. To the caller that is a message no longer ours: he says it anew.
        raise MessageGone("this server adds no picture to a text") from None


async def _answer(bot: Bot, letter: Letter) -> Delivered:
    """The words are plain, without our markup: Telegram shows them so (design.md 3.9)."""
    text = cut(letter.text, ANSWER_LIMIT) or None
    url = f"https://t.me/{bot.username}?start={letter.opens}" if letter.opens else None
    await understood(bot.answer_callback_query(letter.answer_to or "", text=text, show_alert=letter.alert, url=url))
    return Delivered()


async def _react(bot: Bot, letter: Letter) -> Delivered:
    """On the message named by `edit_of` or else by `reply_to`; no emoji takes ours away."""
    message = _id(letter.edit_of or letter.reply_to)
    reaction = [ReactionTypeEmoji(letter.emoji)] if letter.emoji else []
    await understood(bot.set_message_reaction(_id(letter.chat), message, reaction))
    return Delivered()


async def _remove(bot: Bot, letter: Letter) -> Delivered:
    await understood(bot.delete_message(_id(letter.chat), _id(letter.edit_of)))
    return Delivered()


DOING: Final[dict[LetterKind, Callable[[Bot, Letter], Awaitable[Delivered]]]] = {
    "say": _say,
    "edit": _edit,
    "answer": _answer,
    "react": _react,
    "remove": _remove,
}


async def understood(call: Awaitable[Answer]) -> Answer:
    """A good answer that PTB cannot make its object of is no sensible answer: the server may have done anything."""
    try:
        return await call
    except (TypeError, KeyError, ValueError, AttributeError):
        raise Broken("an answer that is not what was asked for") from None


def _id(text: str | None) -> int:
    try:
        return int(text or "")
    except ValueError:
        raise ValueError("a chat, topic or message without a number of Telegram's") from None


def _photo(picture: Picture) -> str | InputFile:
    if picture.data is not None:
        return InputFile(
            picture.data, filename="photo.png" if picture.data.startswith(b"\x89PNG") else "photo.jpg", attach=True
        )
    if picture.ref is None:
        raise ValueError("a picture with neither bytes nor reference")
    return picture.ref


def _ref(message: Message) -> str | None:
    largest = max(message.photo, key=lambda size: size.width * size.height, default=None)
    return None if largest is None else largest.file_id
