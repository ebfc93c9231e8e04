"""Ticket numbers as people type them (contract.md 5)."""

import re
import unicodedata

# Two to four letters, yymmdd, a serial of at least four digits; full-width forms and # of either width are read too.
# A real month and day keep parcel numbers such as SF1234567890123 out.
LETTER = "A-Za-zＡ-Ｚａ-ｚ"
DIGIT = "0-9０-９"
NUMBER = re.compile(rf"(?<![{LETTER}{DIGIT}])[#＃]?([{LETTER}]{{2,4}}[{DIGIT}]{{10,18}})(?![{LETTER}{DIGIT}])")
CANONICAL = re.compile(r"[A-Z]{2,4}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{4,12}")
# Invisible characters and separators that phones and key-boards put around a number.
AROUND = " \t\r\n\u3000\u200b\u200c\u200d\u2060\ufeff\u200e\u200f"
AFTER = AROUND + ",，:：、"


def ticket_number(text: str) -> str | None:
    """The first ticket number in the text, as `LH2611210007`, or None."""
    for found in NUMBER.finditer(text):
        number = _canonical(found[1])
        if number is not None:
            return number
    return None


def leading_ticket_number(text: str) -> tuple[str | None, str]:
    """Split `#LH2611210007 井盖又松了` into the number and the words after it, as typed.

    When the text does not begin with a number, (None, the text without outer spaces).
    """
    words = text.strip(AROUND)
    found = NUMBER.match(words)
    number = _canonical(found[1]) if found else None
    if found is None or number is None:
        return None, words
    return number, words[found.end() :].strip(AFTER)


def _canonical(typed: str) -> str | None:
    number = unicodedata.normalize("NFKC", typed).upper()
    return number if CANONICAL.fullmatch(number) else None
