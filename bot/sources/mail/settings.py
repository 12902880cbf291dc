"""The settings of a mailbox."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator

from bot.part import one_secret
from bot.settings import Interval, SourceSettings
from bot.sources.mail.auth import PROVIDERS
from bot.sources.mail.imap import Account
from bot.sources.mail.read import MailOptions
from bot.sources.mail.rules import RulesError, built_in, chosen, own_rules
from bot.text.fold import fold


class MailboxSettings(SourceSettings):
    """A mailbox that review platforms write to.

    Attributes:
        every_minutes: time between two looks, a minute at least.
        host: the IMAP server; port: where it speaks TLS.
        user: often the whole address.
        password: or give `password_file`.
        password_file: a file with the password and nothing else.
        folders: which are read; one with a backslash is found by its flag, like `\\Junk`.
        idle: keep a second connection on which the server says at once when there is new mail.
        since_days: how far back the first look goes.
        authserv_ids: what the owner's provider calls itself in Authentication-Results.
        rules: a TOML file of the owner's own rules; it may not exist yet.
        rules_on: built-in rules to switch on.
        rules_off: rules to switch off.
        senders: rule -> further addresses it is about.
        unverified_counts: rules whose mails count although nobody proves the sender.
        places: what the platforms call this place; mails about others are left out. Empty: all count.
        ca_file: the authority of a mail server of one's own.
    """

    type: Literal["mailbox"] = "mailbox"
    every_minutes: Annotated[Interval, Field(ge=timedelta(minutes=1))] = timedelta(minutes=2)
    host: Annotated[str, Field(min_length=1, pattern=r"^[^\s/:@]+$")]
    port: Annotated[int, Field(ge=1, le=65535)] = 993
    user: Annotated[str, Field(min_length=1)]
    password: SecretStr = SecretStr("")
    password_file: Path | None = None
    folders: Annotated[tuple[str, ...], Field(min_length=1, max_length=20)] = ("INBOX",)
    idle: bool = False
    since_days: Annotated[int, Field(ge=1, le=3650)] = 30
    authserv_ids: tuple[str, ...] = ()
    rules: Path | None = None
    rules_on: tuple[str, ...] = ()
    rules_off: tuple[str, ...] = ()
    senders: Mapping[str, tuple[Annotated[str, Field(pattern=r"^[^\s@<>]*@[^\s@<>]+$")], ...]] = Field(
        default_factory=dict
    )
    unverified_counts: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    ca_file: Path | None = None

    @field_validator("senders")
    @classmethod
    def _lower(cls, value: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
        return {name: tuple(one.lower() for one in several) for name, several in value.items()}

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        secret = one_secret(self.password, self.password_file, key="password", has_any_sign=True)
        object.__setattr__(self, "password", secret)
        try:
            known = {rule.name for rule in (*built_in(), *own_rules(self.rules))}
        except RulesError as error:
            raise ValueError("; ".join(error.problems)) from None
        # A rule of one's own may be named before its file is there.
        named = {*self.rules_on, *self.rules_off, *self.senders, *self.unverified_counts}
        if (unknown := sorted(named - known)) and (self.rules is None or self.rules.exists()):
            raise ValueError(f"there is no rule {unknown[0]!r}; there are: {', '.join(sorted(known))}")
        return self

    def hosts(self) -> tuple[str, ...]:
        """The IMAP server."""
        return (self.host,)

    def account(self) -> Account:
        """Server, user and password."""
        return Account(self.host, self.port, self.user, self.password.get_secret_value(), self.ca_file)

    def reading(self) -> MailOptions:
        """How mails are read, with the owner's rules read from their file now.

        Raises:
            RulesError: the file has mistakes.
        """
        own = own_rules(self.rules)
        rules = chosen(own, on=self.rules_on, off=self.rules_off, senders=self.senders)
        trusted = self.authserv_ids or PROVIDERS.get(self.host.lower(), ())
        return MailOptions(rules, trusted, self.unverified_counts, frozenset(map(fold, self.places)))
