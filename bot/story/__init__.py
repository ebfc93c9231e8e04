"""`demo --play`: a day in the town, played by itself and judged only by what the chats show."""

import asyncio
import tempfile
from contextlib import suppress
from pathlib import Path

from bot.demo import demo_town
from bot.log import set_up
from bot.story.hands import many_hands
from bot.story.hole import one_hole
from bot.story.playing import Broken, Story
from bot.story.words import many_words

CHAPTERS = (one_hole, many_words, many_hands)


async def play_story() -> int:
    """0 only if every step held."""
    set_up("ERROR")
    with tempfile.TemporaryDirectory(prefix="roving-story-") as folder:
        async with demo_town(Path(folder), 0) as (simulator, town, address):
            running = asyncio.create_task(town.run())
            print(f"演示小镇 {address}\n")
            story = Story(simulator)
            try:
                for chapter in CHAPTERS:
                    await chapter(story)
            except Broken as broken:
                print(f"\n✗ {broken}")
                return 1
            finally:
                town.stop()
                with suppress(Exception):
                    await running
    print("\n✓ 每一步都对。")
    return 0
