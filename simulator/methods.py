"""Every method the simulator really does. What the table knows and this list does not is refused as not simulated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulator import answering, asking, editing, media, menus, sending, webhook_settings
from simulator.call import Call
from simulator.records import Records

METHODS: dict[str, Callable[[Records, Call], Any]] = {
    "getMe": asking.get_me,
    "getFile": asking.get_file,
    "getChat": asking.get_chat,
    "getChatMember": asking.get_chat_member,
    "getChatAdministrators": asking.get_chat_administrators,
    "getChatMemberCount": asking.get_chat_member_count,
    "leaveChat": asking.leave_chat,
    "setWebhook": webhook_settings.set_webhook,
    "deleteWebhook": webhook_settings.delete_webhook,
    "getWebhookInfo": webhook_settings.get_webhook_info,
    "sendMessage": sending.send_message,
    "sendPhoto": media.send_photo,
    "sendDocument": media.send_document,
    "sendVideo": media.send_video,
    "sendVoice": media.send_voice,
    "sendVideoNote": media.send_video_note,
    "sendMediaGroup": media.send_media_group,
    "sendLocation": sending.send_location,
    "sendVenue": sending.send_venue,
    "sendChatAction": sending.send_chat_action,
    "copyMessage": sending.copy_message,
    "forwardMessage": sending.forward_message,
    "editMessageText": editing.edit_message_text,
    "editMessageCaption": editing.edit_message_caption,
    "editMessageMedia": editing.edit_message_media,
    "editMessageReplyMarkup": editing.edit_message_reply_markup,
    "deleteMessage": editing.delete_message,
    "deleteMessages": editing.delete_messages,
    "pinChatMessage": editing.pin_chat_message,
    "unpinChatMessage": editing.unpin_chat_message,
    "answerCallbackQuery": answering.answer_callback_query,
    "setMessageReaction": answering.set_message_reaction,
    "setMyCommands": menus.set_my_commands,
    "getMyCommands": menus.get_my_commands,
    "deleteMyCommands": menus.delete_my_commands,
    "setMyDescription": menus.set_description,
    "getMyDescription": menus.get_description,
    "setMyShortDescription": menus.set_short_description,
    "getMyShortDescription": menus.get_short_description,
    "setChatMenuButton": menus.set_chat_menu_button,
    "getChatMenuButton": menus.get_chat_menu_button,
}
# These count against Telegram's flood limits: everything that makes or changes a message.
COUNTED = tuple(
    name for name in METHODS if name.startswith(("send", "edit", "copy", "forward")) and name != "sendChatAction"
)
