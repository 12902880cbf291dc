"""The settings of the second way: routes beside Telegram, such as e-mail, for when Telegram fails or nobody reacts."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator

from bot.configured.alerting import Minutes
from bot.part import Part, one_secret

_SLUG = r"^[a-z0-9][a-z0-9_-]{0,39}$"
_ADDRESS = r"^[^\s@<>,;]+@[^\s@<>,;]+$"
_HOST = r"^[A-Za-z0-9._:-]+$"
Address = Annotated[str, Field(pattern=_ADDRESS)]
Host = Annotated[str, Field(pattern=_HOST)]


class RouteSettings(Part):
    """What every route has.

    Attributes:
        id: yours; `reviewbot route test ID` and `/routes` call it by this.
        name: what people call it in the chat.
        locations: the ids of the locations it is for; empty for all of the business.
    """

    id: Annotated[str, Field(pattern=_SLUG)]
    name: str = ""
    locations: tuple[str, ...] = ()

    def hosts(self) -> tuple[str, ...]:
        """The hosts that this route has to reach."""
        return ()

    @property
    def title(self) -> str:
        """What people call it."""
        return self.name or self.id


class EmailRoute(RouteSettings):
    """A mail server of yours that takes mail (SMTP).

    Attributes:
        security: "starttls" (usual on port 587), "tls" (on port 465), or "none" for a server on this machine.
        user: to sign in with; empty for a server that asks for nobody.
        sender: the address the mail comes from.
        to: the addresses it goes to.
    """

    type: Literal["email"]
    host: Host
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: SecretStr = SecretStr("")
    password_file: Path | None = None
    sender: Address
    to: Annotated[tuple[Address, ...], Field(min_length=1, max_length=20)]

    @model_validator(mode="after")
    def _has_password(self) -> Self:
        if self.user:
            secret = one_secret(self.password, self.password_file, key="password", has_any_sign=True)
            object.__setattr__(self, "password", secret)
        elif self.password.get_secret_value() or self.password_file is not None:
            raise ValueError("a password needs a user to sign in with")
        return self

    def hosts(self) -> tuple[str, ...]:
        """The mail server."""
        return (self.host,)


class NtfyRoute(RouteSettings):
    """A topic at ntfy.sh or a server of your own: push messages to phones that have subscribed to it.

    Attributes:
        url: the server's address.
        topic: the topic; who knows it can read along, so it is a secret.
        token: an access token, where the topic is protected.
    """

    type: Literal["ntfy"]
    url: Annotated[str, Field(pattern=r"^https?://[^/\s@]+(/[^\s?#]*)?$")] = "https://ntfy.sh"
    topic: SecretStr = SecretStr("")
    topic_file: Path | None = None
    token: SecretStr = SecretStr("")
    token_file: Path | None = None

    @model_validator(mode="after")
    def _has_topic(self) -> Self:
        object.__setattr__(self, "topic", one_secret(self.topic, self.topic_file, key="topic"))
        if self.token.get_secret_value() or self.token_file is not None:
            object.__setattr__(self, "token", one_secret(self.token, self.token_file, key="token"))
        return self

    def hosts(self) -> tuple[str, ...]:
        """The server."""
        return (urlsplit(self.url).hostname or "",)


class AppriseRoute(RouteSettings):
    """Anything that the library Apprise knows: SMS, Matrix, Signal, Pushover and a hundred others.

    Attributes:
        url: an address in Apprise's own form; it holds the sign-in, so it is a secret.
        hosts_reached: the hosts that this service is reached at; the program may connect to no others.
    """

    type: Literal["apprise"]
    url: SecretStr = SecretStr("")
    url_file: Path | None = None
    hosts_reached: Annotated[tuple[Host, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _has_url(self) -> Self:
        object.__setattr__(self, "url", one_secret(self.url, self.url_file, key="url"))
        return self

    def hosts(self) -> tuple[str, ...]:
        """The hosts that the owner names."""
        return self.hosts_reached


Route = Annotated[EmailRoute | NtfyRoute | AppriseRoute, Field(discriminator="type")]


class WatchSettings(Part):
    """An outside watch that notices when this program is dead.

    Attributes:
        ping_url: the address that is called while all is well; whoever knows it can call it too, so it is a secret.
        every_minutes: how often.
    """

    ping_url: SecretStr = SecretStr("")
    ping_url_file: Path | None = None
    every_minutes: Annotated[Minutes, Field(ge=timedelta(minutes=1), le=timedelta(days=1))] = timedelta(minutes=5)

    @model_validator(mode="after")
    def _has_address(self) -> Self:
        if self.ping_url.get_secret_value() or self.ping_url_file is not None:
            object.__setattr__(self, "ping_url", one_secret(self.ping_url, self.ping_url_file, key="ping_url"))
            if not self.ping_url.get_secret_value().startswith(("https://", "http://")) or not self.hosts():
                raise ValueError("ping_url has to be an address that begins with https://")
        return self

    def hosts(self) -> tuple[str, ...]:
        """The watch's host."""
        host = urlsplit(self.ping_url.get_secret_value()).hostname
        return () if host is None else (host,)
