"""What is kept for how long: what the owner sets, what a platform's terms allow; and the copies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Final, Self

from pydantic import Field, SecretStr, model_validator

from bot.part import Part, secret_of


@dataclass(frozen=True, slots=True)
class Terms:
    """What the platform behind a kind of source allows to be stored, as far as a page of its own says it.

    Attributes:
        says: in a sentence, without a full stop.
        reference: the page; empty where there are no terms to know, for it is the owner's own file or mail.
        days: words are dropped so many days after they were read; None where no number is named.
    """

    says: str
    reference: str = ""
    days: int | None = None


OWN_COPY: Final = Terms("your own copy: no limit known beside your own")


class KeepSettings(Part):
    """How many days a business keeps what.

    Attributes:
        reviews: words, guests and links of reviews, from their publication; incidents' notes, from their end.
        raw: files and answers of platforms as they came, after they were read.
        mails: review mails, and what was wrong with files and mails.
        presses: updates from Telegram after they were handled; the smallest number of all businesses counts.
        messages: what was sent, and by what it could be taken back; likewise.
        files: files in the chat that nobody has answered about.
    """

    reviews: Annotated[int, Field(ge=30, le=36500)] = 3 * 365
    raw: Annotated[int, Field(ge=1, le=365)] = 7
    mails: Annotated[int, Field(ge=1, le=365)] = 30
    presses: Annotated[int, Field(ge=1, le=365)] = 7
    messages: Annotated[int, Field(ge=1, le=365)] = 30
    files: Annotated[int, Field(ge=1, le=365)] = 7


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long what is kept, of everything that is configured.

    Attributes:
        businesses: by the business's key; what is not configured any more is kept as by default.
        sources: `business/location/source` -> days after which words from there are dropped, where there is a limit.
    """

    businesses: Mapping[str, KeepSettings] = field(default_factory=dict)
    sources: Mapping[str, int] = field(default_factory=dict)


class BackupSettings(Part):
    """The daily backups.

    Attributes:
        keep: how many of them are kept; 0 for no daily backups (those before an upgrade are made all the same).
        path: the folder that they lie in; `backups` in data_dir by default.
        passphrase: what they are encrypted to; better in a file.
        passphrase_file: a file with the passphrase and nothing else.
    """

    keep: Annotated[int, Field(ge=0, le=365)] = 7
    path: Path | None = None
    passphrase: SecretStr = SecretStr("")
    passphrase_file: Path | None = None

    @model_validator(mode="after")
    def _has_passphrase(self) -> Self:
        if self.passphrase_file is not None:
            object.__setattr__(self, "passphrase", SecretStr(secret_of(self.passphrase_file, "passphrase_file")))
        return self
