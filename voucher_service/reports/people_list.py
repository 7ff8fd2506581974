"""People list: the accounts that somebody keeps, for the yearly look at who may do what."""

from collections.abc import Iterable, Iterator
from datetime import date

from voucher_service.identity.people import Person
from voucher_service.reports.table import AsOf, Column, Kind, Row, Table, Wording

_COLUMNS = (
    Column("name", Kind.TEXT, "Nom", "Name"),
    Column("email", Kind.TEXT, "Adresse électronique", "E-mail address"),
    Column("organisation", Kind.TEXT, "Organisation", "Organisation"),
    Column("role", Kind.TEXT, "Rôle (code)", "Role (code)"),
    Column("is_referent", Kind.TEXT, "Référent", "Referent"),
    Column("second_factor", Kind.TEXT, "Code par téléphone", "Telephone code"),
    Column("opened_at", Kind.INSTANT, "Compte ouvert le", "Account opened at"),
    Column("locked_at", Kind.INSTANT, "Bloqué le", "Locked at"),
)
_YES, _NO = Wording("oui", "yes"), Wording("non", "no")


def build(people: Iterable[Person], *, on: date) -> Table:
    """Write accounts as a table, one line each, in the order in which they come."""
    return Table(
        name="people",
        title=Wording("Personnes et leurs droits", "People and their rights"),
        as_of=AsOf(on),
        columns=_COLUMNS,
        rows=_rows(people),
    )


def _rows(people: Iterable[Person]) -> Iterator[Row]:
    for one in people:
        user = one.user
        yield [
            user.name,
            user.email,
            one.organisation,
            user.role,
            _YES if user.is_referent else _NO,
            _YES if one.has_factor else _NO,
            user.created_at,
            user.locked_at,
        ]
