"""Logbook: what the process writes to its log while a test runs."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from voucher_service.kernel import logs


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Give what the process writes to its log."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    stream = io.StringIO()
    logs.configure("INFO", stream=stream)
    yield stream
    logs.configure("WARNING")
    structlog.reset_defaults()
    root.handlers[:], level = before
    root.setLevel(level)


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    """Read what was written, line by line."""
    return [json.loads(line) for line in log.getvalue().splitlines()]
