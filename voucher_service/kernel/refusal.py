"""Refusals: how the domain says no, once, for every interface."""

import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from enum import StrEnum
from typing import Any, ClassVar, Self

from sqlalchemy.orm import Session


class Kind(StrEnum):
    """What sort of no it is; each interface maps it once to its own code."""

    INVALID = "invalid"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    UNKNOWN = "unknown"
    CONFLICT = "conflict"
    STALE = "stale"
    THROTTLED = "throttled"
    UNAVAILABLE = "unavailable"

    @property
    def http_status(self) -> int:
        """The status under which the API and the pages say it."""
        return _HTTP[self]


_HTTP = {
    Kind.INVALID: 422,
    Kind.UNAUTHENTICATED: 401,
    Kind.FORBIDDEN: 403,
    Kind.UNKNOWN: 404,
    Kind.CONFLICT: 409,
    Kind.STALE: 412,
    Kind.THROTTLED: 429,
    Kind.UNAVAILABLE: 503,
}


class Refusal(Exception):  # noqa: N818 -- a no is an answer, not an error
    """The service understood the request and will not do it.

    A concrete refusal is a dataclass beside the verb that raises it. Its name is its public code, its
    docstring's first line the English title, its second paragraph the French one (``FR:`` line), and its
    fields the facts that the caller may be told. No fact is ever a secret or another person's data.
    """

    kind: ClassVar[Kind] = Kind.CONFLICT
    memory: Callable[[Session], None] | None = None

    @classmethod
    def code(cls) -> str:
        """Name the refusal for machines: ``VoucherIsSpent`` is ``voucher-is-spent``."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()

    @classmethod
    def title(cls, language: str = "en") -> str:
        """Say the refusal to a person, in French where ``language`` is ``fr`` and a ``FR:`` line exists."""
        lines = [line.strip() for line in (cls.__doc__ or "").splitlines()]
        french = next((line[3:].strip() for line in lines if line.startswith("FR:")), None)
        return french if french and language == "fr" else lines[0]

    def facts(self) -> dict[str, Any]:
        """Return what the caller may be told beyond the title."""
        return {f.name: getattr(self, f.name) for f in fields(self)} if is_dataclass(self) else {}

    def remembered(self, memory: Callable[[Session], None]) -> Self:
        """Attach what must be written about this refusal after everything else is rolled back."""
        self.memory = memory
        return self

    def remember(self, session: Session) -> None:
        """Write the fact that must outlive the rollback, if this refusal is one that is remembered."""
        if self.memory is not None:
            self.memory(session)

    def __str__(self) -> str:
        """Return the title, for logs and the command line."""
        return self.title()
