"""Config: what an operator decides, read once from the environment."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
_LOCAL = ("localhost", "127.0.0.1", "::1")
_FEW = ("0", "1", "2", "3", "4", "5")
_SHORTEST_TOKEN = 20
_LONGEST_EUROS = 9
_SHORTEST_COOLING, _LONGEST_COOLING = 24, 720
_YES = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False, "": False}


class ConfigurationError(Exception):
    """The service does not start: the message names the variable or the file to put right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How this installation runs; no field is a secret but the passwords inside the URLs and the token."""

    var_dir: Path = Path("var")
    """Where everything that the service writes is kept."""
    keys_dir: Path = Path("var/keys")
    """Where the secrets are, outside the database."""
    database_url: str | None = None
    """The database that the service works on; ``None`` means the embedded PostgreSQL."""
    owner_url: str | None = None
    """The same database as its owner, for migrations and backups only."""
    data_role: str | None = None
    """The role that the service takes after connecting; ``None`` where its URL already is that role."""
    public_url: str = "http://127.0.0.1:8000"
    """Where people reach the service; also the issuer of its tokens. No slash at the end."""
    demo: bool = False
    """Whether every page says that the data are fictitious."""
    log_level: str = "INFO"
    proxies: int = 0
    """How many proxies of ours each request passes: so many forwarded addresses are believed."""
    smtp_url: str | None = None
    """The server that sends mails; ``None`` means that they are put into ``var_dir/mail``."""
    mail_from: str = "pass-numerique@localhost"
    """The address that mails come from."""
    bank_cooling: timedelta = timedelta(hours=72)
    """How long a change of a venue's bank details waits, once it is approved, before anything is paid on it."""
    unusual_from_cents: int = 100_000
    """From how many cents on a payment far above what its payee was ever paid is shown as unusual."""
    metrics_token: str | None = None
    """What a reader of the figures from another machine must bear; ``None`` means this machine only."""

    @property
    def is_embedded(self) -> bool:
        """Whether the service keeps its own PostgreSQL, and so may make its own keys."""
        return self.database_url is None

    def published(self, path: str) -> str | None:
        """Return a page's address as paper may name it; None where nobody else reaches this machine."""
        return None if urlsplit(self.public_url).hostname in _LOCAL else self.public_url + path

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Settings":
        """Read the settings; one that is missing, weak or not understood raises ``ConfigurationError``."""
        url, owner = (_database(environ, name) for name in ("DATABASE_URL", "DATABASE_OWNER_URL"))
        _check_same_database(url, owner)
        var_dir = Path(environ.get("VAR_DIR") or "var").absolute()
        return cls(
            var_dir=var_dir,
            keys_dir=Path(environ.get("KEYS_DIR") or var_dir / "keys").absolute(),
            database_url=_text(url),
            owner_url=_text(owner or url),
            data_role=data_role(url) if url and not owner else None,
            public_url=_public_url(environ, required=url is not None),
            demo=_flag(environ, "DEMO"),
            log_level=_level(environ),
            proxies=_proxies(environ),
            smtp_url=_smtp_url(environ),
            mail_from=_mail_from(environ),
            bank_cooling=_bank_cooling(environ),
            unusual_from_cents=_unusual_from_cents(environ),
            metrics_token=_metrics_token(environ),
        )


def data_role(url: str | URL) -> str:
    """Name the role, made by the first migration, that may do with the tables what the service needs."""
    return f"{make_url(url).database}_app"


def _database(environ: Mapping[str, str], name: str) -> URL | None:
    value = environ.get(name)
    if not value:
        return None
    try:
        url = make_url(value)
    except ArgumentError:
        raise ConfigurationError(
            f"{name} is not a database URL: write postgresql://user:password@host/name"
        ) from None
    if url.drivername.split("+")[0] not in ("postgres", "postgresql"):
        raise ConfigurationError(f"{name} must be a PostgreSQL URL, not {url.drivername}")
    if not url.database:
        raise ConfigurationError(f"{name} must name a database: postgresql://user:password@host/name")
    return url.set(drivername="postgresql+psycopg")


def _check_same_database(url: URL | None, owner: URL | None) -> None:
    if owner and not url:
        raise ConfigurationError("DATABASE_OWNER_URL is set and DATABASE_URL is not: set both, or none")
    if owner and url and owner.database != url.database:
        raise ConfigurationError("DATABASE_OWNER_URL and DATABASE_URL must name the same database")


def _text(url: URL | None) -> str | None:
    return url.render_as_string(hide_password=False) if url else None


def _public_url(environ: Mapping[str, str], *, required: bool) -> str:
    value = (environ.get("PUBLIC_URL") or "").rstrip("/")
    if not value and required:
        raise ConfigurationError("PUBLIC_URL is missing: tokens and links need the address that people type")
    value = value or "http://127.0.0.1:8000"
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ConfigurationError("PUBLIC_URL must look like https://pass.example.fr")
    if parts.scheme == "http" and parts.hostname not in _LOCAL:
        raise ConfigurationError("PUBLIC_URL must begin with https:// : codes and passwords travel over it")
    return value


def _flag(environ: Mapping[str, str], name: str) -> bool:
    value = environ.get(name, "").lower()
    if value not in _YES:
        raise ConfigurationError(f"{name} must be 1 or 0, not {value!r}")
    return _YES[value]


def _level(environ: Mapping[str, str]) -> str:
    value = (environ.get("LOG_LEVEL") or "INFO").upper()
    if value not in _LEVELS:
        raise ConfigurationError(f"LOG_LEVEL must be one of {', '.join(_LEVELS)}, not {value!r}")
    return value


def _proxies(environ: Mapping[str, str]) -> int:
    value = environ.get("PROXIES") or "0"
    if value not in _FEW:
        raise ConfigurationError(
            f"PROXIES must be the number of proxies before the service, 0 to 5, not {value}"
        )
    return int(value)


def _smtp_url(environ: Mapping[str, str]) -> str | None:
    value = environ.get("SMTP_URL")
    if not value:
        return None
    try:
        parts = urlsplit(value)
        is_understood = parts.scheme in ("smtp", "smtps") and parts.hostname and (parts.port or 1)
    except ValueError:
        is_understood = False
    if not is_understood:
        raise ConfigurationError("SMTP_URL must look like smtps://user:password@mail.example.fr:465")
    return value


def _mail_from(environ: Mapping[str, str]) -> str:
    value = environ.get("MAIL_FROM") or ""
    if not value and environ.get("SMTP_URL"):
        raise ConfigurationError("MAIL_FROM is missing: mails need the address that they come from")
    value = value or "pass-numerique@localhost"
    if not re.fullmatch(r"[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+", value):
        raise ConfigurationError("MAIL_FROM must be an address alone, such as pass@example.fr")
    return value


def _bank_cooling(environ: Mapping[str, str]) -> timedelta:
    value = environ.get("BANK_COOLING_HOURS") or "72"
    if not value.isdecimal() or not _SHORTEST_COOLING <= int(value) <= _LONGEST_COOLING:
        raise ConfigurationError(
            f"BANK_COOLING_HOURS must be a number of hours from {_SHORTEST_COOLING} to {_LONGEST_COOLING}, not {value}"
        )
    return timedelta(hours=int(value))


def _unusual_from_cents(environ: Mapping[str, str]) -> int:
    value = environ.get("UNUSUAL_PAYMENT_EUROS") or "1000"
    if not value.isdecimal() or len(value) > _LONGEST_EUROS:
        raise ConfigurationError(f"UNUSUAL_PAYMENT_EUROS must be a whole number of euros, not {value}")
    return int(value) * 100


def _metrics_token(environ: Mapping[str, str]) -> str | None:
    value = environ.get("METRICS_TOKEN")
    if value and len(value) < _SHORTEST_TOKEN:
        raise ConfigurationError(f"METRICS_TOKEN must have at least {_SHORTEST_TOKEN} characters")
    return value or None
