"""What makes a single review severe."""

from bot.score.severe.find import KINDS, LOUDNESSES, Loudness, SevereHit, find_severe, loudest, severe_of

__all__ = ["KINDS", "LOUDNESSES", "Loudness", "SevereHit", "find_severe", "loudest", "severe_of"]
