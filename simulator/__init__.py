"""Telegram on localhost: a strict Bot API server and a web chat. It knows nothing of the bot. See docs/simulator.md."""
