"""The pages in this process, and people who open them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.places import county, empty_town, keys, town
from tests.web.browsers import Browser, sign_in
from voucher_service.app import equip
from voucher_service.kernel.actor import Role
from voucher_service.kernel.config import Settings
from voucher_service.kernel.database import Database
from voucher_service.kernel.keys import Keyring

__all__ = ["county", "empty_town", "keys", "town"]

OpenBrowser = Callable[..., Browser]


@pytest.fixture
def app(assembled: Flask, database: Database, keys: Keyring, tmp_path: Path) -> Flask:
    """Give the application, on a database and in a folder of the test's own."""
    equip(assembled, Settings(var_dir=tmp_path), database, keys)
    return assembled


@pytest.fixture
def browser(app: Flask, database: Database) -> OpenBrowser:
    """Give a way to sign someone in: ``browser(Role.VENUE, organisation_id=…)`` then opens pages."""

    def of(role: Role, **details: Any) -> Browser:
        return sign_in(app, database, role, **details)

    return of


@pytest.fixture
def stranger(app: Flask) -> Browser:
    """Give the browser of someone who is not signed in."""
    return Browser(app.test_client())
