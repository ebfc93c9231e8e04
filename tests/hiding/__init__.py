"""How well faces and plates are hidden: `python -m tests.hiding --seed 1`."""
