"""Wire: what may be said in JSON, field by field; nothing that the database could not hold gets past it."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, ClassVar
from uuid import UUID

from marshmallow import RAISE, Schema, fields, validate
from marshmallow.exceptions import ValidationError

LARGEST = 2**63 - 1
"""The largest number of a ``bigint`` column."""

_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})", re.ASCII)
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII)
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)


class Wire(Schema):
    """The base of everything said or heard: unknown members are refused, order is kept."""

    class Meta:
        """Refuse what is not in the contract."""

        unknown = RAISE


class Text(fields.String):
    """A string of printable characters and line ends, 1 to ``longest`` characters unless said otherwise."""

    default_error_messages: ClassVar[dict[str, str]] = {
        "invalid": "Not a valid string.",
        "characters": "Control characters and lone surrogates are not allowed.",
    }

    def __init__(
        self, *, longest: int = 500, shortest: int = 1, pattern: str | None = None, **kwargs: Any
    ) -> None:
        """Bound the length, and the form where a ``pattern`` (whole string) is given."""
        validators: list[validate.Validator] = [validate.Length(min=shortest, max=longest)]
        if pattern:
            validators.append(validate.Regexp(f"^(?:{pattern})\\Z", error="Not in the expected form."))
        super().__init__(validate=validators, **kwargs)
        if pattern:
            self.metadata.setdefault("pattern", f"^(?:{pattern})$")

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        if _FORBIDDEN.search(value):
            raise self.make_error("characters")
        return value


class Whole(fields.Integer):
    """A whole number between ``least`` and ``most``; neither a boolean nor a string is one."""

    default_error_messages: ClassVar[dict[str, str]] = {"invalid": "Not a valid integer."}

    def __init__(self, *, least: int = 0, most: int = LARGEST, **kwargs: Any) -> None:
        """Bound the number."""
        super().__init__(validate=validate.Range(min=least, max=most), **kwargs)
        self.metadata.setdefault("format", "int64")

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if type(value) is not int:
            raise self.make_error("invalid")
        return value


class Cents(Whole):
    """An amount in euro cents: positive when asked, of any sign when shown."""

    def __init__(self, *, least: int = 1, most: int = 10**13, **kwargs: Any) -> None:
        """Bound the amount: no single act moves more than a hundred billion euros."""
        super().__init__(least=least, most=most, **kwargs)
        self.metadata.setdefault("description", "Euro cents.")


class Flag(fields.Boolean):
    """True or false, and nothing that looks like them."""

    default_error_messages: ClassVar[dict[str, str]] = {"invalid": "Not a valid boolean."}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if type(value) is not bool:
            raise self.make_error("invalid")
        return value


class Day(fields.Date):
    """A civil date of Paris, ``YYYY-MM-DD``, from 1900 to 2199."""

    default_error_messages: ClassVar[dict[str, str]] = {"invalid": "Not a valid date."}

    def _serialize(self, value: date | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else value.isoformat()

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        if not isinstance(value, str) or not _DAY.fullmatch(value):
            raise self.make_error("invalid")
        try:
            day = date.fromisoformat(value)
        except ValueError as error:
            raise self.make_error("invalid") from error
        if not _FIRST_DAY <= day <= _LAST_DAY:
            raise self.make_error("invalid")
        return day


class Instant(fields.AwareDateTime):
    """An instant, RFC 3339; always answered in UTC with ``Z``."""

    default_error_messages: ClassVar[dict[str, str]] = {"invalid": "Not a valid RFC 3339 instant."}

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else rfc3339(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        if not isinstance(value, str) or not _INSTANT.fullmatch(value):
            raise self.make_error("invalid")
        try:
            instant = datetime.fromisoformat(value.upper()).astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise self.make_error("invalid") from error
        if not _FIRST_DAY <= instant.date() <= _LAST_DAY:
            raise self.make_error("invalid")
        return instant


class Id(fields.UUID):
    """A UUID in its usual form."""

    default_error_messages: ClassVar[dict[str, str]] = {"invalid": "Not a valid UUID."}

    def _serialize(self, value: UUID | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else str(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> UUID:
        if not isinstance(value, str) or not _UUID.fullmatch(value):
            raise self.make_error("invalid")
        return UUID(value)


class Choice(fields.Enum):
    """One of the values of an enumeration."""

    def __init__(self, enum: type[Enum], **kwargs: Any) -> None:
        """Say the values, not the names."""
        super().__init__(enum, by_value=Text(), **kwargs)


class Many(fields.List):
    """A list of ``least`` to ``most`` things."""

    def __init__(self, inner: Any, *, least: int = 0, most: int = 1000, **kwargs: Any) -> None:
        """Bound the number of things; a schema stands for a nested object."""
        each = inner if isinstance(inner, fields.Field) else fields.Nested(inner)
        super().__init__(each, validate=validate.Length(min=least, max=most), **kwargs)


One = fields.Nested
"""A nested object."""


class Facts(fields.Field[Mapping[str, Any]]):
    """An object whose members depend on what it tells of; only ever shown."""

    def __init__(self, **kwargs: Any) -> None:
        """Document the type; nothing of the sort is ever accepted."""
        super().__init__(dump_only=True, **kwargs)
        self.metadata.setdefault("type", "object")


def rfc3339(instant: datetime) -> str:
    """Write an aware instant in UTC with ``Z``."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


__all__ = [
    "Cents", "Choice", "Day", "Facts", "Flag", "Id", "Instant", "Many", "One", "Text", "ValidationError",
    "Whole", "Wire", "rfc3339",
]  # fmt: skip
