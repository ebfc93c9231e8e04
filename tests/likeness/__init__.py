"""What likeness promises, counted: `python -m tests.likeness --seed 1`."""
