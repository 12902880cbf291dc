"""What a review is about, and what it complains of."""

from bot.score.themes.pack import PACKS, ThemeHit, ThemePack, default_pack, theme_pack

__all__ = ["PACKS", "ThemeHit", "ThemePack", "default_pack", "theme_pack"]
