"""The configuration as one typed tree: TOML, environment (REVIEWBOT_…, `__` between levels) and `*_file` secrets.

Every mistake is collected, so that one start shows all of them with their keys.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Final, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PrivateAttr,
    SecretStr,
    SerializeAsAny,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.configured import public_holidays
from bot.configured.alerting import AlarmSettings, AlertSettings, Minutes
from bot.configured.imported_places import ImportedPlace, with_imported
from bot.configured.keeping import OWN_COPY, BackupSettings, KeepSettings, Terms
from bot.configured.route_settings import Route, WatchSettings
from bot.errors import ConfigError
from bot.part import Part, first_causes, one_secret, secrets_in

DATABASE_NAME = "reviewbot.sqlite3"
LANGUAGES = ("en", "de")
Language = Literal["en", "de"]
_SLUG: Final = r"^[a-z0-9][a-z0-9_-]{0,39}$"
_LANGUAGE_CODE: Final = r"^[a-z]{2}$"
_BASE_URL: Final = r"^https?://[^/\s]+(/\S*)?/bot$"
_LOOKS: Final = MappingProxyType(
    {
        _SLUG: "write it in small letters (a to z), digits, - and _, without spaces, like cafe-linde; 40 at most",
        _LANGUAGE_CODE: "write each language with two small letters, like de or en",
        _BASE_URL: "write the whole address up to /bot, like https://api.telegram.org/bot",
    }
)
Slug = Annotated[str, Field(pattern=_SLUG)]
_source_types: ContextVar[Mapping[str, type[SourceSettings]]] = ContextVar("source_types")


def _region(code: str) -> str:
    if code and not public_holidays.is_known(code):
        raise ValueError(f"{code!r} is no region; write the country's two letters and a part of it, like DE-BW")
    return code


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is not a time zone; write it like Europe/Berlin") from error
    return name


Interval = Annotated[Minutes, Field(ge=timedelta(seconds=10), le=timedelta(days=7))]
ZoneName = Annotated[str, AfterValidator(_zone)]


class SourceSettings(Part):
    """What every source has; each type adds its own keys.

    Attributes:
        id: unique in its location; the stored reviews hang on it, so it must not change later.
        type: which kind of source.
        name: what people call it in the chat; the type's own name by default.
        platform: where the guests wrote, if the source holds one platform only ("tripadvisor").
        every_minutes: time between two polls.
        low_at_most: the highest rating that counts as low, on the source's own scale; else the lowest quarter.
        keep_days: words from this source are dropped so many days after they were read, if that is before the
            business's `keep_days` and the platform's terms say so.
    """

    terms: ClassVar[Terms] = OWN_COPY

    id: Slug
    type: str
    name: str = ""
    platform: str = ""
    every_minutes: Interval = timedelta(minutes=15)
    low_at_most: float | None = None
    keep_days: Annotated[int | None, Field(ge=1, le=36500)] = None

    @property
    def kept_at_most(self) -> int | None:
        """After how many days words from here are dropped, by the owner or the terms; None: like everything."""
        return min((days for days in (self.keep_days, self.terms.days) if days is not None), default=None)

    def hosts(self) -> tuple[str, ...]:
        """The hosts this source has to reach; nothing else may be connected to."""
        return ()


def _source(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    types = _source_types.get()
    name = value.get("type")
    if not isinstance(name, str) or name not in types:
        raise ValueError(f"type {name!r} is not a source type; there are: {', '.join(sorted(types))}")
    return types[name].model_validate(value)


class LocationSettings(Part):
    """One place of a business, with its sources.

    Attributes:
        kind: which themes its reviews are searched for.
        themes: the owner's own file of themes, laid over those of the kind and of the business.
        severe_events: the owner's own file of severe events, laid over the program's and the business's.
        severe, each_low, quotes, region, holiday, at_once: what holds until it is chosen in the chat, see
            `bot.choices`.
    """

    id: Slug
    name: Annotated[str, Field(min_length=1, max_length=80)]
    time_zone: ZoneName = "Europe/Berlin"
    languages: tuple[Annotated[str, Field(pattern=_LANGUAGE_CODE)], ...] = ()
    kind: Literal["restaurant", "hotel", "shop", "app"] = "restaurant"
    themes: Path | None = None
    severe_events: Path | None = None
    alarm: AlarmSettings = AlarmSettings()
    alerts: AlertSettings = AlertSettings()
    severe: Literal["on", "silent", "off"] = "on"
    each_low: Literal["off", "silent", "sound"] = "off"
    quotes: Literal["on", "off"] = "on"
    region: Annotated[str, AfterValidator(_region)] = ""
    holiday: Literal["weekday", "sunday", "nobody"] = "weekday"
    at_once: Literal["team", "duty"] = "team"
    sources: tuple[Annotated[SerializeAsAny[SourceSettings], BeforeValidator(_source)], ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        """The location's time zone."""
        return ZoneInfo(self.time_zone)

    @model_validator(mode="after")
    def _ids_differ(self) -> Self:
        _refuse_twice("source", [source.id for source in self.sources])
        return self


class BusinessSettings(Part):
    """A business and its locations.

    Attributes:
        themes: the owner's own file of themes, for all its locations.
        severe_events: the owner's own file of severe events, for all its locations.
        playbook: the owner's own file of what to do about an incident, laid over the program's steps.
        keep_days: how long what is kept.
        routes: the second way, for when Telegram fails or nobody reacts.
        digest: how often its chats get the digest, until it is chosen in the chat.
    """

    id: Slug
    name: Annotated[str, Field(min_length=1, max_length=80)]
    language: Language = "en"
    themes: Path | None = None
    severe_events: Path | None = None
    playbook: Path | None = None
    keep_days: KeepSettings = KeepSettings()
    routes: tuple[Route, ...] = ()
    digest: Literal["weekly", "daily", "monthly", "off"] = "weekly"
    locations: Annotated[tuple[LocationSettings, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _ids_differ(self) -> Self:
        _refuse_twice("location", [location.id for location in self.locations])
        _refuse_twice("route", [route.id for route in self.routes])
        there = {location.id for location in self.locations}
        if unknown := sorted({one for route in self.routes for one in route.locations} - there):
            raise ValueError(f"a route names locations that are not there: {', '.join(unknown)}")
        return self


class TelegramSettings(Part):
    """The bot's account. Give the token, or the path of a file that holds nothing else."""

    token: SecretStr = SecretStr("")
    token_file: Path | None = None
    base_url: Annotated[str, Field(pattern=_BASE_URL)] = "https://api.telegram.org/bot"

    @model_validator(mode="after")
    def _has_token(self) -> Self:
        hint = "; @BotFather in Telegram makes a token"
        object.__setattr__(self, "token", one_secret(self.token, self.token_file, key="token", hint=hint))
        return self


class LogSettings(Part):
    """How much is written to the log, and in which form."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    json_lines: bool = False


class Settings(BaseSettings):
    """The whole configuration."""

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, env_prefix="REVIEWBOT_", env_nested_delimiter="__", hide_input_in_errors=True
    )

    data_dir: Path = Path("data")
    telegram: TelegramSettings
    log: LogSettings = LogSettings()
    backup: BackupSettings = BackupSettings()
    watch: WatchSettings = WatchSettings()
    businesses: Annotated[tuple[BusinessSettings, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _ids_differ(self) -> Self:
        _refuse_twice("business", [business.id for business in self.businesses])
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 -- the signature is pydantic-settings'
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment overrides the file."""
        return (env_settings, init_settings)

    _text: str = PrivateAttr("")

    def without_secrets(self) -> str:
        """The text of the configuration file, with every secret in it left empty; empty without a file."""
        text = self._text
        for secret in secrets_in(self):
            text = text.replace(secret, "")
        return text

    @property
    def database(self) -> Path:
        """Where the embedded database lies."""
        return self.data_dir / DATABASE_NAME

    @property
    def backups(self) -> Path:
        """Where the backups lie."""
        return self.backup.path or self.data_dir / "backups"


def load(
    path: Path, source_types: Mapping[str, type[SourceSettings]], imported: Sequence[ImportedPlace] = ()
) -> Settings:
    """Read the configuration file and the environment, with the locations that stand in the database beside it.

    Relative paths in the file count from the file's own folder.

    Raises:
        ConfigError: the file is missing or not TOML, or has mistakes; all of them are listed.
    """
    tree = with_imported(tree_of(path), imported, name=str(path))
    found = build(tree, source_types=source_types, folder=path.parent.absolute(), name=str(path))
    found._text = path.read_text(encoding="utf-8")
    return found


def database_of(path: Path) -> Path:
    """Where the database lies, without looking at the rest of the configuration: for the health check.

    Raises:
        ConfigError: the file is missing or not TOML, or `data_dir` is not a text.
    """
    tree = tree_of(path)
    data_dir = os.environ.get("REVIEWBOT_DATA_DIR") or _anchored(
        tree.get("data_dir", "data"), path.parent.absolute(), "data_dir"
    )
    if not isinstance(data_dir, str):
        raise ConfigError([f"{path}: data_dir: this has to be the path of a folder"])
    return Path(data_dir) / DATABASE_NAME


def tree_of(path: Path) -> dict[str, Any]:
    """What the file says, as plain values. Raises ConfigError: the file is missing or not TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigError([f"{path}: there is no such file; start from config/reviewbot.minimal.toml"]) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError([f"{path}: {error}"]) from error


def build(
    tree: Mapping[str, Any], *, source_types: Mapping[str, type[SourceSettings]], folder: Path, name: str
) -> Settings:
    """Make settings from a tree of plain values; `folder` is what relative paths count from.

    Raises:
        ConfigError: as `load`.
    """
    token = _source_types.set(source_types)
    try:
        settings = Settings(**_anchored({"data_dir": "data", **tree}, folder))
    except ValidationError as error:
        raise ConfigError([f"{name}: {_line(problem)}" for problem in first_causes(error.errors())]) from None
    finally:
        _source_types.reset(token)
    return settings


def _anchored(value: Any, folder: Path, key: str = "") -> Any:
    if isinstance(value, Mapping):
        return {k: _anchored(v, folder, k) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_anchored(v, folder) for v in value]
    if isinstance(value, str) and (
        key in ("data_dir", "path", "rules", "themes", "severe_events", "playbook") or key.endswith("_file")
    ):
        return str(folder / Path(value).expanduser())
    return value


def _line(problem: Any) -> str:
    where = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in problem["loc"]).lstrip(".")
    text = str(problem["msg"]).removeprefix("Value error, ")
    if problem["type"] == "extra_forbidden":
        text = "this key is unknown; look for a typing mistake"
    elif problem["type"] == "missing":
        text = "this key is missing"
    elif problem["type"] == "string_pattern_mismatch":
        text = _LOOKS.get(problem["ctx"]["pattern"], "it has not the form that config/reviewbot.example.toml shows")
    return f"{where or 'the file'}: {text}"


def _refuse_twice(what: str, ids: list[str]) -> None:
    twice = sorted({i for i in ids if ids.count(i) > 1})
    if twice:
        raise ValueError(f"{what} id used twice: {', '.join(twice)}")
