"""`python -m training.syllables`: writes reading/words/syllables.txt, each simplified character's toneless syllable.

pypinyin is needed for this only; what ships is the table.
"""

import re
from collections import defaultdict
from pathlib import Path

from pypinyin import Style, lazy_pinyin

TARGET = Path(__file__).resolve().parent.parent / "reading" / "words" / "syllables.txt"
HEAD = "# syllable without tone, and the simplified characters mostly read so; made by training/syllables.py\n"


def characters() -> list[str]:
    """The 6763 characters of GB 2312: all that simplified text of the street is written in."""
    pairs = (bytes((high, low)) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF))
    return [pair.decode("gb2312", "ignore") for pair in pairs if pair.decode("gb2312", "ignore")]


def main() -> None:
    table: dict[str, str] = defaultdict(str)
    for character in characters():
        syllable = lazy_pinyin(character, style=Style.NORMAL, v_to_u=False)[0]
        if re.fullmatch("[a-z]+", syllable):
            table[syllable] += character
    TARGET.write_text(HEAD + "".join(f"{syllable} {table[syllable]}\n" for syllable in sorted(table)), encoding="utf-8")


if __name__ == "__main__":
    main()
