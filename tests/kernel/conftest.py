"""The log of the process, to be read."""

from tests.logbook import log

__all__ = ["log"]
