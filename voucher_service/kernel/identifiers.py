"""Identifiers: names for things that no one will ever give to something else."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """Return a fresh UUIDv7 (RFC 9562): unique everywhere, and in the order of making within a process."""
    return uuid7()
