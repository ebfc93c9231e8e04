"""Where messages come from and go to. Each channel keeps the promises of `base.py`."""
