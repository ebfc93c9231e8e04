"""The command menus, from the same table that dispatches."""

from bot.channels.base import Menu, MenuEntry
from handlers import ROUTER, words


def menus() -> list[Menu]:
    """For private chats and for groups, in every language; the first language stands for those we do not speak."""
    found = []
    for kind in ("private", "group"):
        for locale in words.LOCALES:
            found.append(_menu(kind, locale, "" if locale == words.DEFAULT else locale))
    return found


def _menu(kind: str, locale: str, language: str) -> Menu:
    # A leader's and an officer's verbs stand in the private menu too: they may command there (contract 7).
    wanted = ("private", "leader", "department") if kind == "private" else ("group", "department")
    commands = dict.fromkeys(command.name for menu in wanted for command in ROUTER.in_menu(menu))
    entries = tuple(MenuEntry(name, words.plain(locale, f"help.{name}")) for name in commands)
    return Menu(entries, "private" if kind == "private" else "group", language)
