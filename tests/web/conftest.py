"""The pages in this process, and people who open them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.api.county import County
from tests.api.town import Town
from tests.web.browsers import Browser, sign_in
from tests.world import World
from voucher_service.app import create_app
from voucher_service.kernel.actor import Role
from voucher_service.kernel.config import Settings
from voucher_service.kernel.database import Database
from voucher_service.kernel.keys import Keyring

OpenBrowser = Callable[..., Browser]


@pytest.fixture(scope="session")
def keys(keyring: Keyring) -> Keyring:
    """Give the keys of the installation: those with which the world of the tests prints its codes."""
    return keyring


@pytest.fixture
def app(database: Database, keys: Keyring, tmp_path: Path) -> Flask:
    """Give the application, on a database and in a folder of the test's own."""
    return create_app(Settings(var_dir=tmp_path), database, keys)


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


@pytest.fixture
def empty_town(committed: World, app: Flask, database: Database) -> Town:
    """Give a town where nothing has happened yet."""
    return Town(committed, app, database)


@pytest.fixture
def town(empty_town: Town) -> Town:
    """Give a town with a campaign under way."""
    empty_town.open_campaign()
    return empty_town


@pytest.fixture
def county(app: Flask, database: Database) -> County:
    """Give a county where nobody takes part yet."""
    return County(app, database)
