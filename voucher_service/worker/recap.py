"""Recap: in the evening, the référents of a venue's operator read what it took today. No voucher is named."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from voucher_service.kernel import clock, logs, mail
from voucher_service.kernel.database import Database
from voucher_service.kernel.money import in_euros
from voucher_service.reports import day_takings
from voucher_service.reports.day_takings import Takings
from voucher_service.worker.works import scheduled

_RECAPS = UUID("5b1f0c52-6c0e-5d0a-9c53-0d1f3a1d2b77")


@scheduled("30 18 * * *")
def tell_the_day(database: Database, at: datetime) -> None:
    """Post each recap of today, once: at 19:30 or 20:30 in Paris, after the counters close."""
    on = clock.civil_date(at)
    for operator_id, takings in database.run(partial(day_takings.of_day, on=on)).items():
        database.run(partial(_post, operator_id=operator_id, takings=takings, on=on, at=at))


def _post(session: Session, *, operator_id: UUID, takings: Sequence[Takings], on: date, at: datetime) -> None:
    for reader in day_takings.readers(session, operator_id=operator_id):
        mail.post(
            session,
            to=reader.email,
            subject=f"Encaissements du {on:%d/%m/%Y}",
            text=_said(takings, on),
            at=at,
            mail_id=uuid5(_RECAPS, f"{on}/{reader.id}"),
        )


def _said(takings: Sequence[Takings], on: date) -> str:
    count, cents = sum(one.taken for one in takings), sum(one.taken_cents for one in takings)
    back, back_cents = sum(one.given_back for one in takings), sum(one.given_back_cents for one in takings)
    lines = [
        "Bonjour,",
        "",
        f"Voici les pass encaissés le {on:%d/%m/%Y} :",
        "",
        *(f"- {_name(one)} : {one.taken} pass, {in_euros(one.taken_cents)}" for one in takings),
        "",
        f"Total : {count} pass, {in_euros(cents)}.",
        *([f"Annulés ce jour : {back} pass, {in_euros(back_cents)}."] if back else []),
        "",
        "Le détail est sur le site, à la page « Mes encaissements ».",
        "",
        "Ce message est envoyé automatiquement : n’y répondez pas.",
        "",
    ]
    return "\n".join(lines)


def _name(takings: Takings) -> str:
    # A name in capitals may look like a code, and no mail with such a thing leaves.
    return f"Lieu n° {takings.venue_no}" if logs.tells_a_code(takings.venue) else takings.venue
