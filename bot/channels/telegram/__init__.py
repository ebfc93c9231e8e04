"""The Telegram channel: the only folder that knows python-telegram-bot."""

from bot.channels.telegram.channel import TelegramChannel

__all__ = ["TelegramChannel"]
