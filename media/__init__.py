"""Bytes in, bytes out: photos made safe, before and after in one picture, and where they are kept."""
