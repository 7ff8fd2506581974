"""Context: what a page may reach — the service's state, and who is reading it."""

from dataclasses import dataclass, field
from typing import cast

from flask import Flask, current_app, g

from voucher_service.identity.sessions import Signed
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.config import Settings
from voucher_service.kernel.database import Database
from voucher_service.kernel.keys import Keyring
from voucher_service.web.filled import Form

_NAME = "voucher_service.web"


@dataclass(frozen=True)
class Site:
    """What one process of the service holds for its pages."""

    database: Database
    keys: Keyring
    settings: Settings
    newest_migration: str = ""
    secret: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Derive the key under which forms and messages are sealed."""
        object.__setattr__(self, "secret", self.keys.derived("pages"))

    @property
    def is_https(self) -> bool:
        """Whether people reach the service over TLS."""
        return self.settings.public_url.startswith("https://")


def install(app: Flask, site: Site) -> None:
    """Give the application its site."""
    app.extensions[_NAME] = site


def site() -> Site:
    """Return the site that shows this page."""
    return cast("Site", current_app.extensions[_NAME])


def signed() -> Signed | None:
    """Return the session of whoever reads this page, None for a stranger."""
    return cast("Signed | None", g.get("signed"))


def actor() -> Actor:
    """Return who is reading this page, as the database knew him when it was asked for."""
    return cast("Signed", g.signed).actor


def typed() -> Form:
    """Return what was typed into the form of this page: empty when it is opened."""
    if "form" not in g:
        g.form = Form()
    return cast("Form", g.form)
