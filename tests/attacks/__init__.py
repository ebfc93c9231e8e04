"""Attacks (docs/reliability.md, 27 to 35): what strangers may try, each beside a bot that would let them."""
