"""The form of what is learned: saved weights of another form do not fit."""

MODEL_FORMAT = 2
"""Goes up with every change by which a text would get other numbers in `bot/score/learned/features.py`: weights that
were saved before do not fit any more."""
