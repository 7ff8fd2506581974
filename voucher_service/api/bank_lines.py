"""Bank lines: the movements on the campaigns' accounts, what they were, and those that nobody explained yet."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command, query
from voucher_service.api.names import FunderCode, Series
from voucher_service.api.paging import Page, listing, page, position
from voucher_service.api.reply import Reply
from voucher_service.api.resource import PREFIX, Resource
from voucher_service.api.wire import Cents, Choice, Day, Flag, Instant, Many, Text, Whole, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.settlement.bank import queue, resolving, suggestions
from voucher_service.settlement.bank.queue import Asked, Movement
from voucher_service.settlement.bank.resolutions import BankResolution, Meaning
from voucher_service.settlement.bank.suggestions import Suggestion, Why
from voucher_service.settlement.matching import Doubt

resource = Resource("bank-lines", "Movements on the accounts from which venues are paid.")

_READERS = (Role.FINANCE, Role.AUDITOR)
_LONGEST_IBAN = 34


class ResolutionShown(Wire):
    """What a movement was, and the entry of the books that holds it."""

    line = Whole(attribute="line_no", required=True)
    meaning = Choice(Meaning, required=True)
    reference = Text(required=True, allow_none=True)
    funder = Text(required=True, allow_none=True)
    entry_no = Whole(required=True)
    note = Text(required=True, allow_none=True)
    is_automatic = Flag(required=True)
    at = Instant(required=True)


class SuggestionShown(Wire):
    """What a movement could be, and why."""

    meaning = Choice(Meaning, required=True)
    series = Text(required=True)
    reference = Text(required=True, allow_none=True)
    funder = Text(required=True, allow_none=True)
    label = Text(shortest=0, required=True)
    amount_cents = Cents(least=0, required=True)
    why = Many(Choice(Why), required=True)


class MovementShown(Wire):
    """A movement as the bank told it; ``meaning`` is what it was, ``doubt`` why nobody could say yet.

    ``payment_file`` is what the bank says of the file where it booked several payments in one debit.
    """

    line = Whole(required=True)
    iban = Text(required=True)
    reference = Text(required=True)
    amount_cents = Cents(required=True)
    is_credit = Flag(required=True)
    booked_on = Day(required=True)
    end_to_end_id = Text(required=True, allow_none=True)
    name = Text(required=True, allow_none=True)
    counterparty_iban = Text(required=True, allow_none=True)
    remittance = Text(required=True, allow_none=True)
    return_reason = Text(required=True, allow_none=True)
    payment_file = Text(required=True, allow_none=True)
    doubt = Choice(Doubt, required=True, allow_none=True)
    series = Text(required=True, allow_none=True)
    meaning = Choice(Meaning, required=True, allow_none=True)
    resolved_at = Instant(required=True, allow_none=True)


class MovementRead(MovementShown):
    """A movement, and what it could be, the likeliest first."""

    suggestions = Many(SuggestionShown, required=True)


class LineFilter(Page):
    """Which movements to list: waiting or explained, of one account, in or out, of an amount, with words in them."""

    is_waiting = Flag()
    is_credit = Flag()
    iban = Text(longest=_LONGEST_IBAN)
    amount_cents = Cents()
    words = Text(longest=140)
    meaning = Choice(Meaning)


class ResolutionRequest(Wire):
    """What a movement was: of which campaign, whose deposit, and why.

    ``reference`` names the payment, the payment file, or what was entered by hand.
    """

    line = Whole(least=1, required=True)
    meaning = Choice(Meaning, required=True)
    series = Series(required=True)
    reference = Text(longest=140, load_default=None)
    funder = FunderCode(load_default=None)
    note = Text(longest=500, load_default=None)


@resource.get("/bank-lines")
@allow(*_READERS)
@query()
@resource.arguments(LineFilter, location="query")
@resource.response(200, listing(MovementShown))
def search(session: Session, wanted: dict[str, Any]) -> Reply:
    """List movements, the newest day first; those that wait to be explained unless asked otherwise."""
    placed, limit = position(wanted), wanted.pop("limit")
    rows = queue.search(
        session,
        asked=Asked(**{"is_waiting": True} | wanted),
        after=(date.fromisoformat(placed[0]), placed[1]) if placed else None,
        limit=limit + 1,
    )
    return page(
        [_shown(row) for row in rows],
        limit=limit,
        key=lambda row: [row["booked_on"].isoformat(), row["line"]],
    )


@resource.get("/bank-lines/<int:line>")
@allow(*_READERS)
@query()
@resource.response(200, MovementRead)
def read(session: Session, line: int) -> dict[str, Any]:
    """Read a movement, and what it could be."""
    movement = queue.get(session, line=line)
    found: list[Suggestion] = []
    if movement.resolution is None:
        found = suggestions.of_line(session, movement.line)
    return _shown(movement) | {"suggestions": found}


@resource.post("/bank-resolutions")
@allow(Role.FINANCE)
@command()
@resource.arguments(ResolutionRequest)
@resource.response(201, ResolutionShown)
def resolve(session: Session, wanted: dict[str, Any]) -> Reply:
    """Say what a movement was; the books follow, once."""
    said: BankResolution = resolving.resolve(session, **wanted, at=clock.now(), by=actor())
    return Reply(said, location=f"{PREFIX}/bank-lines/{said.line_no}")


def _shown(movement: Movement) -> dict[str, Any]:
    line, known = movement.line, movement.resolution
    return {
        "line": line.no,
        "iban": line.iban,
        "reference": line.reference,
        "amount_cents": line.amount_cents,
        "is_credit": line.is_credit,
        "booked_on": line.booked_on,
        "end_to_end_id": line.end_to_end_id,
        "name": line.name,
        "counterparty_iban": line.counterparty_iban,
        "remittance": line.remittance,
        "return_reason": line.return_reason,
        "payment_file": line.payment_file,
        "doubt": movement.doubt,
        "series": movement.series,
        "meaning": known and known.meaning,
        "resolved_at": known and known.at,
    }
