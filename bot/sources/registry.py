"""Every kind of source there is. A new one is its file and one line here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bot.settings import SourceSettings
from bot.sources.contract.source import SourceType
from bot.sources.files.folder import Folder, FolderSettings
from bot.sources.google.source import Google, GoogleSettings
from bot.sources.mail.source import Mailbox, MailboxSettings

TYPES: Final[Mapping[str, tuple[type[SourceSettings], SourceType]]] = MappingProxyType(
    {
        "folder": (FolderSettings, Folder),
        "google": (GoogleSettings, Google),
        "mailbox": (MailboxSettings, Mailbox),
    }
)
"""Type name -> its settings and what builds it."""

SETTINGS: Final[Mapping[str, type[SourceSettings]]] = MappingProxyType(
    {name: settings for name, (settings, _) in TYPES.items()}
)
"""Type name -> its settings, for `bot.settings.load`."""
