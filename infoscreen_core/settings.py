"""Typed settings from the environment and `.env`; a wrong value stops the program."""

from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Literal, Self
from urllib.parse import quote

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from infoscreen_core.domain.commands.lifecycle import (
    DEFAULT_EXPIRY,
    LOCKOUT_WINDOW,
    MAX_EXPIRY,
    MIN_EXPIRY,
)
from infoscreen_core.domain.commands.recovery_facts import AT_ONCE, GRACE, Limits
from infoscreen_core.domain.events.limits import HORIZON, LOOK_AHEAD
from infoscreen_core.domain.exchange.addresses import AllowedHosts
from infoscreen_core.domain.media.limits import DEFAULT_FILE_MB, MEBIBYTE, FileLimits
from infoscreen_core.domain.people.names import NAME_LIMIT
from infoscreen_core.domain.people.providers import parse_roles
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.errors import InvalidInputError


def _seconds(span: timedelta) -> int:
    return int(span.total_seconds())


class SettingsError(InvalidInputError):
    """A variable of the environment has a value the program cannot start with."""


class Settings(BaseSettings):
    """Every variable the programs read. Names are those of the environment, in lower case."""

    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", env_ignore_empty=True, frozen=True
    )

    env: Literal["development", "production"] = "development"
    infoscreen_data_dir: Path = Path("var")
    """Holds the embedded database, pictures, media and broker state."""
    infoscreen_build: str = Field(default="", max_length=64)
    """What the build is called where there is no checkout: an image's tag or commit."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["console", "json"] = "console"

    db_conn: SecretStr | None = None
    """A whole SQLAlchemy URL; wins over the parts below. Neither: SQLite in the data directory."""
    db_user: str | None = None
    db_password: SecretStr = SecretStr("")
    db_host: str | None = None
    db_port: int = Field(default=3306, ge=1, le=65535)
    db_name: str = "infoscreen"

    mqtt_broker_host: str = "127.0.0.1"
    mqtt_broker_port: int = Field(default=1883, ge=1, le=65535)
    mqtt_user: str | None = None
    mqtt_username: str | None = None
    mqtt_password: SecretStr | None = None
    mqtt_keepalive: int = Field(default=60, ge=5, le=65535)
    mqtt_tls_enabled: bool = False
    mqtt_tls_ca_cert: Path | None = None
    mqtt_tls_certfile: Path | None = None
    mqtt_tls_keyfile: Path | None = None
    mqtt_tls_insecure: bool = False
    mqtt_canary_user: str | None = None
    mqtt_canary_password: SecretStr | None = None
    mqtt_client_prefix: str = Field(default="infoscreen", min_length=1, max_length=40)
    """First part of the workers' MQTT client ids; two installations on one broker need two."""
    command_topic_alias_enabled: bool = True
    """Also publish commands on the transitional topic `infoscreen/{uuid}/command`."""
    legacy_restart_topic_enabled: bool = True
    """Also publish operator restarts on the legacy topic `clients/{uuid}/restart`."""

    heartbeat_grace_period_dev: int = Field(default=180, ge=1)
    heartbeat_grace_period_prod: int = Field(default=170, ge=1)
    priority_screenshot_ttl_seconds: int = Field(default=120, ge=1)
    log_retention_days: int = Field(default=90, ge=1)
    log_count_retention_days: int = Field(default=730, ge=1)
    status_retention_days: int = Field(default=730, ge=1)
    content_retention_days: int = Field(default=90, ge=1)
    """Of published lists, and of what screens showed, which changes with each event."""
    health_retention_days: int = Field(default=30, ge=1)
    """Of players' health in stretches of five minutes."""
    health_hours_retention_days: int = Field(default=730, ge=1)
    """Of the hours that these are rolled up to."""
    dead_letter_retention_days: int = Field(default=30, ge=1)
    gotenberg_url: str | None = Field(default=None, pattern=r"^https?://[^\s/]+(/\S*)?$")
    """A service that converts office documents; None: LibreOffice on this machine."""
    conversion_timeout_seconds: int = Field(default=120, ge=10, le=3600)
    """Of one program that converts or reads a file; a video may take longer by its length."""
    conversion_memory_megabytes: int = Field(default=2048, ge=512, le=65536)
    """Of one such program."""
    conversions_at_once: int = Field(default=2, ge=1, le=32)
    """Of one converter."""
    video_max_minutes: int = Field(default=10, ge=1, le=1440)

    media_max_file_mb: int = Field(default=DEFAULT_FILE_MB, ge=1, le=1024 * 1024)
    """The largest file of the library, in MiB."""
    media_quota_mb: int | None = Field(default=None, ge=1)
    """What all files of the library may take together, in MiB; None: what the disk has."""

    poll_interval_seconds: int = Field(default=30, ge=1, le=3600)
    events_window_days: int = Field(default=LOOK_AHEAD.days, ge=1, le=HORIZON.days)
    power_intent_publish_enabled: bool = False
    power_intent_heartbeat_enabled: bool = True
    power_intent_expiry_multiplier: int = Field(default=3, ge=1)
    power_intent_min_expiry_seconds: int = Field(default=90, ge=1)

    crash_recovery_enabled: bool = False
    """Restart players that crashed or fell silent, without anybody asking for it."""
    crash_recovery_grace_seconds: int = Field(default=_seconds(GRACE), ge=1, le=86400)
    crash_recovery_lockout_minutes: int = Field(
        default=_seconds(LOCKOUT_WINDOW) // 60, ge=1, le=1440
    )
    crash_recovery_command_expiry_seconds: int = Field(
        default=_seconds(DEFAULT_EXPIRY), ge=_seconds(MIN_EXPIRY), le=_seconds(MAX_EXPIRY)
    )
    crash_recovery_at_once: int = Field(default=AT_ONCE, ge=1, le=1000)
    """How many players are recovered at the same time, at most."""
    crash_recovery_power_cycle: bool = False
    """Switch a player's plug off and on before a person is called."""

    secret_key: SecretStr | None = Field(default=None, min_length=32)
    """Encrypts what opens subscribed calendars and plugs; None: a key file is made."""
    secret_key_previous: SecretStr | None = Field(default=None, min_length=32)
    """The key before this one, so that what it encrypted can still be read."""
    calendar_allowed_hosts: str = ""
    """Hosts and networks of the house that subscribed calendars may be read from."""
    calendar_ca_cert: Path | None = None
    """Certificates to trust besides the system's when a subscribed calendar is read."""
    plug_allowed_addresses: str = ""
    """Hosts and networks of the house whose plugs may be switched; empty: none."""
    webhook_allowed_hosts: str = ""
    """Hosts and networks of the house that webhooks may go to."""
    webhook_ca_cert: Path | None = None
    """Certificates to trust besides the system's when a webhook is sent."""

    default_superadmin_username: str = Field(default="admin", min_length=1, max_length=NAME_LIMIT)
    default_superadmin_password: SecretStr | None = None
    console_host: str = "127.0.0.1"
    console_port: int = Field(default=8501, ge=1, le=65535)
    metrics_token: SecretStr | None = Field(default=None, min_length=16)
    """Opens `/metrics` to programs elsewhere; None: only to those on this machine."""
    api_requests_per_minute: int = Field(default=1200, ge=1)
    """Of one person, one API token, or one address that shows neither, to one console process."""
    oidc_issuer: str | None = Field(default=None, pattern=r"^https?://[^\s/]+(/\S*)?$")
    """An identity provider (OpenID Connect) that signs people in; None: passwords only."""
    oidc_client_id: str = "infoscreen"
    oidc_client_secret: SecretStr | None = None
    oidc_scopes: str = "openid profile email"
    oidc_name: str = Field(default="", max_length=40)
    """What people call the provider: on the sign-in page's button."""
    oidc_username_claim: str = "preferred_username"
    oidc_groups_claim: str = "groups"
    oidc_roles: str = ""
    """Which role each of the provider's groups gives: `staff=editor, it=admin, *=user`."""
    oidc_create_users: bool = True
    """Whether whoever comes for the first time gets an account."""
    oidc_sign_out: bool = True
    """Whether whoever came through the provider and signs out goes on there to sign out, too."""
    media_base_url: str | None = Field(default=None, pattern=r"^https?://[^\s/]+(/\S*)?$")
    """Where players reach the console's media routes; None: the console's own host and port."""
    media_accel: Literal["none", "nginx", "caddy"] = "none"
    """Which proxy sends files in the console's stead, told by a header which."""
    media_accel_prefix: str = Field(default="/_media/", pattern=r"^/(\S*/)?$")
    """The internal location of nginx whose alias is the folder `media` of the data directory."""

    @field_validator("env", "log_level", "log_format", "media_accel", mode="before")
    @classmethod
    def _fold_case(cls, value: object) -> object:
        return value.strip().lower() if isinstance(value, str) else value

    @field_validator("db_conn")
    @classmethod
    def _known_database(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not value.get_secret_value().startswith(
            ("sqlite:///", "mysql+pymysql://", "mariadb+pymysql://")
        ):
            msg = "expected a URL that begins with sqlite:/// or mysql+pymysql:// or mariadb+pymysql://"
            raise ValueError(msg)
        if value:
            _check_url(value.get_secret_value())
        return value

    @field_validator("oidc_roles")
    @classmethod
    def _roles_of_groups(cls, value: str) -> str:
        try:
            parse_roles(value)
        except InvalidInputError as error:
            raise ValueError(str(error)) from None
        return value

    @field_validator("infoscreen_data_dir")
    @classmethod
    def _is_no_file(cls, value: Path) -> Path:
        if value.expanduser().exists() and not value.expanduser().is_dir():
            msg = "this is a file; name a directory"
            raise ValueError(msg)
        return value

    @field_validator("calendar_allowed_hosts", "plug_allowed_addresses", "webhook_allowed_hosts")
    @classmethod
    def _hosts_and_networks(cls, value: str) -> str:
        try:
            AllowedHosts.read(value)
        except InvalidInputError as error:
            raise ValueError(str(error)) from None
        return value

    @field_validator("calendar_ca_cert", "webhook_ca_cert")
    @classmethod
    def _is_file(cls, value: Path | None) -> Path | None:
        if value and not value.is_file():
            msg = "there is no such file"
            raise ValueError(msg)
        return value

    @model_validator(mode="after")
    def _tls_pair(self) -> Self:
        if (self.mqtt_tls_certfile is None) != (self.mqtt_tls_keyfile is None):
            msg = "MQTT_TLS_CERTFILE and MQTT_TLS_KEYFILE go together; set both or neither"
            raise ValueError(msg)
        return self

    @cached_property
    def database_url(self) -> str:
        """The SQLAlchemy URL in force. It may hold a password: never log it."""
        if self.db_conn:
            return self.db_conn.get_secret_value()
        if self.db_host or self.db_user:
            secret = quote(self.db_password.get_secret_value(), safe="")
            host = self.db_host or "127.0.0.1"
            user = quote(self.db_user or "infoscreen", safe="")
            return f"mysql+pymysql://{user}:{secret}@{host}:{self.db_port}/{self.db_name}?charset=utf8mb4"
        return f"sqlite:///{(self.data_dir / 'infoscreen.db').as_posix()}"

    @property
    def database_address(self) -> str:
        """The database URL for people to read, with any password masked."""
        return make_url(self.database_url).render_as_string(hide_password=True)

    @property
    def data_dir(self) -> Path:
        """The data directory as an absolute path."""
        return self.infoscreen_data_dir.expanduser().resolve()

    @property
    def media_dir(self) -> Path:
        """Where the library's contents, and uploads on their way, lie."""
        return self.data_dir / "media"

    @property
    def storage_directories(self) -> list[Path]:
        """Where we need room: the data directory, and the embedded database's own."""
        url = make_url(self.database_url)
        if url.get_backend_name() != "sqlite" or not url.database:
            return [self.data_dir]
        return [self.data_dir, Path(url.database).absolute().parent]

    @property
    def mqtt_login(self) -> tuple[str, str] | None:
        """Broker user and password, or None if the broker asks for none."""
        user = self.mqtt_user or self.mqtt_username
        if not user:
            return None
        return user, self.mqtt_password.get_secret_value() if self.mqtt_password else ""

    @property
    def media_root(self) -> str:
        """The address before `/api/eventmedia/...` in players' links, without a trailing slash."""
        return (self.media_base_url or f"http://{self.console_host}:{self.console_port}").rstrip(
            "/"
        )

    @property
    def has_provider(self) -> bool:
        """Whether an identity provider signs people in, beside passwords."""
        return self.oidc_issuer is not None

    @property
    def oidc_role_map(self) -> dict[str, Role]:
        """Which role each of the provider's groups gives."""
        return parse_roles(self.oidc_roles)

    @property
    def file_limits(self) -> FileLimits:
        """How large a file of the library may be, and all of them together."""
        quota = self.media_quota_mb
        return FileLimits(
            max_bytes=self.media_max_file_mb * MEBIBYTE,
            quota_bytes=None if quota is None else quota * MEBIBYTE,
        )

    @property
    def recovery_limits(self) -> Limits:
        """What crash recovery keeps to, once it is enabled."""
        return Limits(
            grace=timedelta(seconds=self.crash_recovery_grace_seconds),
            lockout=timedelta(minutes=self.crash_recovery_lockout_minutes),
            expiry=timedelta(seconds=self.crash_recovery_command_expiry_seconds),
            at_once=self.crash_recovery_at_once,
            may_cut_power=self.crash_recovery_power_cycle,
        )

    @property
    def heartbeat_grace(self) -> timedelta:
        """How long a client counts as alive after its last sign of life."""
        seconds = (
            self.heartbeat_grace_period_dev
            if self.env == "development"
            else self.heartbeat_grace_period_prod
        )
        return timedelta(seconds=seconds)


def load_settings(**overrides: object) -> Settings:
    """Read the environment and `.env`; raise `SettingsError` with a sentence per wrong variable."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        lines = [_sentence(item["loc"], item["msg"], item.get("input")) for item in error.errors()]
        message = "\n".join(lines)
        raise SettingsError("{problems}", problems=message) from None


def _check_url(url: str) -> None:
    try:
        make_url(url)
    except (ArgumentError, ValueError):
        msg = "this is no database URL; write it as mysql+pymysql://USER:PASSWORD@HOST:3306/NAME"
        raise ValueError(msg) from None


def _sentence(location: tuple[int | str, ...], message: str, value: object) -> str:
    if not location:
        return message.removeprefix("Value error, ")
    name = str(location[0]).upper()
    shown = (
        ""
        if any(word in name for word in ("PASSWORD", "SECRET", "TOKEN", "DB_CONN"))
        else f" is {value!r}"
    )
    problem = message.removeprefix("Value error, ")
    return f"{name}{shown}: {problem}. Correct it in the environment or in .env."
