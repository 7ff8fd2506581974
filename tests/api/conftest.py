"""The HTTP API in this process: its application, and people who may ask it things."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests.api.callers import Caller, enrol
from tests.logbook import log
from tests.places import county, empty_town, keys, town
from voucher_service.app import equip
from voucher_service.kernel.actor import Role
from voucher_service.kernel.config import Settings
from voucher_service.kernel.database import Database
from voucher_service.kernel.keys import Keyring

__all__ = ["county", "empty_town", "keys", "log", "town"]

Enrol = Callable[..., Caller]


@pytest.fixture
def app(assembled: Flask, database: Database, keys: Keyring) -> Flask:
    """Give the application, on a database of the test's own."""
    equip(assembled, Settings(), database, keys)
    return assembled


@pytest.fixture
def caller(app: Flask, database: Database) -> Enrol:
    """Give a way to enrol someone: ``caller(Role.VENUE)`` can then ask things of the API."""

    def of(role: Role, **details: Any) -> Caller:
        return enrol(app, database, role, **details)

    return of


@pytest.fixture
def operator(caller: Enrol) -> Caller:
    """Give someone of the operator's."""
    return caller(Role.OPERATOR)


@pytest.fixture
def anyone(app: Flask) -> Caller:
    """Give someone who does not say who he is."""
    return Caller(app, token=None)
