"""Places: a town and a county where the service is tried out, and the keys of its installation."""

import pytest
from flask import Flask

from tests.api.county import County
from tests.api.town import Town
from tests.world import World
from voucher_service.kernel.database import Database
from voucher_service.kernel.keys import Keyring


@pytest.fixture(scope="session")
def keys(keyring: Keyring) -> Keyring:
    """Give the keys of the installation: those with which the world of the tests prints its codes."""
    return keyring


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
