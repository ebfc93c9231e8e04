"""A line without the words that only say where: the letters of a name tell nothing of what is wrong there.

From 电影公司家属院门口那个东西很碍事 stays 那个东西很碍事.
"""

import re

from reading.place_bounds import shipped

AT = re.compile(r"(?:^|(?<=[,。!?;、:… ]))[\u4e00-\u9fff0-9]{2,10}?(?:门口|路口|大门|门前)")
"""What stands before a door or a crossing is its name, also where no words read like a place."""


def without_place(line: str) -> str:
    """For a normalised line. The line itself where it names no place, or nothing beside it."""
    stretch = shipped().weigh(line).best()
    rest = line[: stretch.start] + line[stretch.end :] if stretch is not None else AT.sub("", line, count=1)
    return rest if len(rest) > 1 else line
