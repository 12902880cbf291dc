"""The words of each language, one TOML file each, and what reads them."""

from bot.i18n.catalogue.catalogue import PLURAL_FORMS, languages, load

__all__ = ["PLURAL_FORMS", "languages", "load"]
