"""What a number plate looks like, learnt from plates and signs that are drawn here: `python -m training.plates`."""
