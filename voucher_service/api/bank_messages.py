"""Bank messages: the bank's files (statements, notices, answers to payment orders), each heard once."""

from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.hearing import Upload
from voucher_service.api.marks import allow, command, query
from voucher_service.api.paging import Page, listing, page, position
from voucher_service.api.reply import Reply
from voucher_service.api.resource import PREFIX, Resource
from voucher_service.api.wire import Choice, Flag, Instant, Many, Text, Whole, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.settlement.bank import answers, hearing, messages
from voucher_service.settlement.bank.hearing import Heard
from voucher_service.settlement.bank.messages import BankMessage
from voucher_service.settlement.bank.resolutions import Meaning
from voucher_service.settlement.bank.status_reports import Answer
from voucher_service.settlement.matching import Doubt
from voucher_service.settlement.statement_files import MessageKind

resource = Resource("bank-messages", "The bank's files.")

_READERS = (Role.FINANCE, Role.AUDITOR)
_MOST_LINES = 100_000


class MessageShown(Wire):
    """A file of the bank: what it is, the bank's own reference, and how much it tells."""

    message = Whole(attribute="no", required=True)
    kind = Choice(MessageKind, required=True)
    reference = Text(shortest=0, required=True)
    lines = Whole(required=True)
    at = Instant(required=True)


class AnswerShown(Wire):
    """What the bank answers of one payment; a ``doubt`` says why nothing was written down of it."""

    end_to_end_id = Text(required=True)
    answer = Choice(Answer, required=True)
    status = Text(required=True)
    reason = Text(required=True, allow_none=True)
    doubt = Choice(Doubt, required=True, allow_none=True)


class MessageRead(MessageShown):
    """A file of the bank, with its answers where it answers a payment order."""

    answers = Many(AnswerShown, most=_MOST_LINES, required=True)


class Understood(Wire):
    """How many movements were now understood as this."""

    meaning = Choice(Meaning, required=True)
    movements = Whole(required=True)


class LineLeft(Wire):
    """A movement that a person is asked about, and why."""

    line = Whole(required=True)
    doubt = Choice(Doubt, required=True)


class MessageHeard(MessageShown):
    """What a file told: how much was ``known`` before, what was understood now, and what waits for a person."""

    is_new = Flag(required=True)
    told = Whole(required=True)
    known = Whole(required=True)
    understood = Many(Understood, required=True)
    refused = Many(Text(), most=_MOST_LINES, required=True)
    waiting = Many(LineLeft, most=_MOST_LINES, required=True)


@resource.post("/bank-messages")
@allow(Role.FINANCE)
@command()
@resource.upload("application/xml")
@resource.response(201, MessageHeard)
def hear(session: Session, file: Upload) -> Reply:
    """Read a camt.053, a camt.054 or a pain.002, and write down what it tells; again, it changes nothing."""
    now = clock.now()
    heard = hearing.hear(session, data=file.content, on=clock.civil_date(now), at=now, by=actor())
    return Reply(_heard(heard), location=f"{PREFIX}/bank-messages/{heard.message.no}")


@resource.get("/bank-messages")
@allow(*_READERS)
@query()
@resource.arguments(Page, location="query")
@resource.response(200, listing(MessageShown))
def search(session: Session, wanted: dict[str, Any]) -> Reply:
    """List the bank's files that were heard, the newest first."""
    [after] = position(wanted) or [None]
    rows = messages.search(session, after=after, limit=wanted["limit"] + 1)
    return page(rows, limit=wanted["limit"], key=lambda row: [row.no])


@resource.get("/bank-messages/<int:message>")
@allow(*_READERS)
@query()
@resource.response(200, MessageRead)
def read(session: Session, message: int) -> dict[str, Any]:
    """Read what is kept of a file of the bank."""
    known = messages.get(session, message=message)
    return _shown(known) | {"answers": answers.of_message(session, known)}


def _heard(heard: Heard) -> dict[str, Any]:
    counts = {meaning: heard.count(meaning) for meaning in Meaning}
    return _shown(heard.message) | {
        "is_new": heard.is_new,
        "told": heard.told,
        "known": heard.known,
        "understood": [{"meaning": one, "movements": number} for one, number in counts.items() if number],
        "refused": heard.refused,
        "waiting": [{"line": line, "doubt": doubt} for line, doubt in heard.waiting.items()],
    }


def _shown(message: BankMessage) -> dict[str, Any]:
    return {
        "no": message.no,
        "kind": message.kind,
        "reference": message.reference,
        "lines": message.lines,
        "at": message.at,
    }
