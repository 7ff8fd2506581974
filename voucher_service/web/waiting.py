"""Waiting: what finance has to do today, each with how many and the list that it opens on; nothing else is named."""

from collections.abc import Callable, Sequence, Sized
from dataclasses import dataclass
from functools import partial

from flask import url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from voucher_service.funding import refunds
from voucher_service.kernel import clock
from voucher_service.network import bank_search
from voucher_service.settlement import run_search
from voucher_service.settlement.claims import write_offs
from voucher_service.settlement.progress import State
from voucher_service.vouchers import contest_list, milestones
from voucher_service.web.context import actor
from voucher_service.web.language import later

_MOST = 99


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits: its words, how many of it, and where they are listed."""

    words: str
    count: str
    url: str


def tasks(session: Session) -> list[Task]:
    """Say what waits for finance, in the order in which venues feel it."""
    found = [(words, len(read()), url) for words, read, url in _looked_at(session)]
    return [Task(gettext(words), _said(count), url) for words, count, url in found if count]


def _looked_at(session: Session) -> Sequence[tuple[str, Callable[[], Sized], str]]:
    by, at = actor(), clock.now()
    runs = partial(run_search.search, session, limit=_MOST + 1)
    contests = partial(contest_list.search, session, by=by, limit=_MOST + 1)
    refunded = partial(refunds.search, session, by=by, limit=_MOST + 1)
    return [
        (later("Lots à approuver"), partial(runs, state=State.FROZEN), _list("runs.listed", State.FROZEN)),
        (later("Lots à exporter"), partial(runs, state=State.APPROVED), _list("runs.listed", State.APPROVED)),
        (
            later("Coordonnées bancaires à vérifier"),
            partial(bank_search.search, session, is_waiting=True, limit=_MOST + 1, at=at, by=by),
            url_for("bank.listed"),
        ),
        (
            later("Refus contestés à examiner"),
            partial(contests, standing=contest_list.Standing.WAITING),
            _list("venue_contests.contests", contest_list.Standing.WAITING),
        ),
        (
            later("Réponses à décider"),
            partial(contests, standing=contest_list.Standing.PROPOSED),
            _list("venue_contests.contests", contest_list.Standing.PROPOSED),
        ),
        (
            later("Restitutions à approuver"),
            partial(refunded, standing=refunds.Standing.PREPARED),
            _list("refunding.everything", refunds.Standing.PREPARED),
        ),
        (
            later("Remises de dette à approuver"),
            partial(write_offs.waiting, session),
            url_for("claims.debts"),
        ),
        (
            later("Étapes de fin de validité à faire"),
            partial(
                milestones.calendar, session, today=clock.civil_date(at), by=by, state=milestones.State.DUE
            ),
            _list("validity.everything", milestones.State.DUE),
        ),
    ]


def _list(name: str, state: State | contest_list.Standing | refunds.Standing | milestones.State) -> str:
    return url_for(name, etat=state.value)


def _said(count: int) -> str:
    return f"{_MOST}+" if count > _MOST else str(count)
