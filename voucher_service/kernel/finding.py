"""Finding: one promise that was found broken."""

from typing import NamedTuple


class Finding(NamedTuple):
    """What check failed, on what, and how far."""

    check: str
    subject: str
    detail: str
