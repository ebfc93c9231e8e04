"""`python -m tests.pairs DIR`: twenty pairs to look at, and all of them on one sheet at the width of a phone."""
