"""Forms: what people type, understood once: the fields that the forms of the pages are made of."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

from flask_babel import gettext
from marshmallow import EXCLUDE, Schema, ValidationError, fields
from werkzeug.datastructures import FileStorage

_AMOUNT = re.compile(r"([0-9]{1,9})(?:[.,]([0-9]{1,2}))?")
_WHOLE = re.compile(r"[0-9]{1,12}")
_DAY = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})")
_UNSEEN = {"Cc", "Cs", "Cf", "Co", "Cn"}
_LONGEST_LINE = 500
_NEEDED = "Ce champ est nécessaire."


class FormSchema(Schema):
    """The base of every form: what it does not know is left out."""

    class Meta:
        """Browsers and their extensions may send more than was asked."""

        unknown = EXCLUDE


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that was sent with a form."""

    name: str
    content: bytes
    content_type: str


def _options(needed: str | None, default: Any, options: dict[str, Any]) -> dict[str, Any]:
    words = {"required": needed or _NEEDED, "null": needed or _NEEDED}
    if needed is not None:
        return {"required": True, "error_messages": words, **options}
    return {"load_default": default, "allow_none": True, "error_messages": words, **options}


class Typed(fields.Field[str]):
    """A line of text: trimmed, its runs of spaces made one; ``needed`` is said where it is left empty."""

    def __init__(
        self, *, needed: str | None = None, default: str | None = None, longest: int = 200, **options: Any
    ) -> None:
        """Say what is said when it is empty, or what it then means."""
        super().__init__(**_options(needed, default, options))
        self.longest = longest

    def _deserialize(self, value: Any, *_args: Any, **_named: Any) -> str:
        words = " ".join(unicodedata.normalize("NFC", str(value)).split())
        if any(unicodedata.category(letter) in _UNSEEN for letter in words):
            raise ValidationError("Ce texte contient un caractère invisible : retapez-le.")
        if len(words) > self.longest:
            raise ValidationError("Ce texte est trop long : raccourcissez-le.")
        return words


class Secret(fields.Field[str]):
    """A password: exactly what was typed."""

    def __init__(self, *, needed: str, **options: Any) -> None:
        """Say what is said when it is empty."""
        super().__init__(**_options(needed, None, options))

    def _deserialize(self, value: Any, *_args: Any, **_named: Any) -> str:
        return str(value)[:1_000]


class Lines(fields.Field[list[str]]):
    """Several lines of text: those that are not empty, each trimmed."""

    def __init__(self, *, needed: str | None = None, most: int = 1_000, **options: Any) -> None:
        """Say what is said when there is none, and how many there may be."""
        super().__init__(**_options(needed, (), options))
        self.most = most

    def _deserialize(self, value: Any, *_args: Any, **_named: Any) -> list[str]:
        lines = [" ".join(line.split()) for line in str(value).splitlines() if line.strip()]
        if len(lines) > self.most or any(len(line) > _LONGEST_LINE for line in lines):
            raise ValidationError("Il y a trop de lignes, ou une ligne trop longue.")
        return lines


class Number(fields.Field[int]):
    """A whole number, as people type it: ``1 000`` is read."""

    def __init__(
        self,
        *,
        needed: str | None = None,
        default: int | None = None,
        least: int = 0,
        most: int = 10**9,
        **options: Any,
    ) -> None:
        """Say what is said when it is empty, and its bounds."""
        super().__init__(**_options(needed, default, options))
        self.least, self.most = least, most

    def _deserialize(self, value: Any, *_args: Any, **_named: Any) -> int:
        digits = "".join(str(value).split())
        if not (digits.isascii() and _WHOLE.fullmatch(digits)):
            raise ValidationError("Écrivez un nombre entier, en chiffres.")
        if not self.least <= int(digits) <= self.most:
            raise ValidationError(
                gettext(
                    "Ce nombre doit être compris entre %(least)s et %(most)s.",
                    least=self.least,
                    most=self.most,
                )
            )
        return int(digits)


class Euros(fields.Field[int]):
    """An amount typed in euros, read as integer cents: ``1 250,50 €`` is 125050."""

    def __init__(self, *, needed: str | None = None, default: int | None = None, **options: Any) -> None:
        """Say what is said when it is empty."""
        super().__init__(**_options(needed, default, options))

    def _deserialize(self, value: Any, *_args: Any, **_named: Any) -> int:
        digits = "".join(str(value).replace("€", "").split())
        amount = _AMOUNT.fullmatch(digits) if digits.isascii() else None
        if amount is None:
            raise ValidationError("Écrivez un montant en euros, par exemple 12,50.")
        return int(amount[1]) * 100 + int((amount[2] or "").ljust(2, "0"))


class Date(fields.Field[date]):
    """A day, as a date picker sends it or as people type it: ``31/12/2027``."""

    def __init__(self, *, needed: str | None = None, default: date | None = None, **options: Any) -> None:
        """Say what is said when it is empty."""
        super().__init__(**_options(needed, default, options))

    def _deserialize(self, value: Any, *_args: Any, **_named: Any) -> date:
        typed = str(value).strip()
        french = _DAY.fullmatch(typed)
        try:
            return (
                date(int(french[3]), int(french[2]), int(french[1])) if french else date.fromisoformat(typed)
            )
        except ValueError:
            raise ValidationError("Écrivez une date qui existe, par exemple 31/12/2027.") from None


class Instant(fields.Field[datetime]):
    """An instant with its offset, as our own links carry it."""

    def _deserialize(self, value: Any, *_args: Any, **_named: Any) -> datetime:
        try:
            instant = datetime.fromisoformat(str(value))
        except ValueError:
            raise ValidationError("Cette date n'est pas lisible.") from None
        if instant.tzinfo is None:
            raise ValidationError("Cette date n'est pas lisible.")
        return instant


class Tick(fields.Field[bool]):
    """A box: ticked or not; ``needed`` where it must be."""

    def __init__(self, *, needed: str | None = None, **options: Any) -> None:
        """Say what is said when it must be ticked and is not."""
        super().__init__(**_options(needed, default=False, options=options))

    def _deserialize(self, value: Any, *_args: Any, **_named: Any) -> bool:
        return str(value) in ("1", "on", "true", "oui")


class One(fields.Field[Any]):
    """One of the members of an enumeration, or None where nothing was chosen and that is allowed."""

    def __init__(
        self, choices: type[Enum], *, needed: str | None = None, default: Any = None, **options: Any
    ) -> None:
        """Name the enumeration, and say what is said when nothing is chosen."""
        super().__init__(**_options(needed, default, options))
        self.choices = choices

    def _deserialize(self, value: Any, *_args: Any, **_named: Any) -> Enum:
        try:
            return self.choices(value)
        except ValueError:
            raise ValidationError("Choisissez une réponse de la liste.") from None


class Several(fields.Field[list[Any]]):
    """Any number of members of an enumeration, or of words of a list of the form's own."""

    def __init__(
        self,
        choices: type[Enum] | type[str] = str,
        *,
        needed: str | None = None,
        most: int = 200,
        **options: Any,
    ) -> None:
        """Name the enumeration, and say what is said when nothing is ticked."""
        super().__init__(**_options(needed, (), options))
        self.choices, self.most = choices, most

    def _deserialize(self, value: Any, *_args: Any, **_named: Any) -> list[Any]:
        try:
            chosen = [self.choices(one) for one in value]
        except ValueError:
            raise ValidationError("Choisissez des réponses de la liste.") from None
        if len(chosen) > self.most:
            raise ValidationError("Il y a trop de réponses.")
        return chosen


class Ident(fields.Field[UUID]):
    """The identifier of an object, chosen from a list or carried from one screen to the next."""

    def __init__(self, *, needed: str | None = None, **options: Any) -> None:
        """Say what is said when it is missing."""
        super().__init__(**_options(needed, None, options))

    def _deserialize(self, value: Any, *_args: Any, **_named: Any) -> UUID:
        try:
            return UUID(str(value))
        except ValueError:
            raise ValidationError("Choisissez une réponse de la liste.") from None


class Attached(fields.Field[Sent]):
    """A file; its whole form is held to the size that the page allows."""

    def __init__(self, *, needed: str | None = None, **options: Any) -> None:
        """Say what is said when no file was chosen."""
        super().__init__(**_options(needed, None, options))

    def _deserialize(self, value: Any, *_args: Any, **_named: Any) -> Sent:
        sent: FileStorage = value
        return Sent((sent.filename or "")[:200], sent.read(), sent.mimetype or "application/octet-stream")
