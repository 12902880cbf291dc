"""The words of the chat: one TOML file per language, and what reads them."""

from bot.messages.text.catalogue.catalogue import PLURAL_FORMS, languages, load

__all__ = ["PLURAL_FORMS", "languages", "load"]
