"""Metrics: the figures of the service, for whoever watches over it from this machine or bears the token.

They are not part of the contract: their names follow what there is to watch.
"""

import hmac
from collections.abc import Iterator
from datetime import datetime
from ipaddress import ip_address

from flask import Flask, Response, request
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft
from sqlalchemy.orm import Session

from voucher_service.api.context import State, state
from voucher_service.api.troubles import NothingIsHere
from voucher_service.kernel import audit_runs, clock, figures, mail, pulse
from voucher_service.kernel.figures import Reading
from voucher_service.ledger import record

_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-Ip")


def install(app: Flask) -> None:
    """Serve the figures at ``/metrics``."""
    app.add_url_rule("/metrics", "metrics", _show, methods=["GET"])


def _show() -> Response:
    held = state()
    if not _is_let_in(held.settings.metrics_token):
        raise NothingIsHere
    return Response(figures.written(_read(held, clock.now())), content_type=figures.CONTENT_TYPE)


def _is_let_in(token: str | None) -> bool:
    said = request.headers.get("Authorization", "")
    if token and hmac.compare_digest(said.encode(), f"Bearer {token}".encode()):
        return True
    # What a proxy on this machine hands on comes from anywhere.
    is_handed_on = any(name in request.headers for name in _FORWARDED)
    return not is_handed_on and _is_this_machine(request.remote_addr or "")


def _is_this_machine(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _read(held: State, at: datetime) -> list[Reading]:
    about = "Whether the database answers."
    try:
        readings = held.database.run(lambda session: list(_readings(session, at)))
    # Figures are wanted most of all when the database is away.
    except (OperationalError, InterfaceError, NoConnectionLeft):
        return [("voucher_database_up", about, {"": 0})]
    return [("voucher_database_up", about, {"": 1}), *readings]


def _readings(session: Session, at: datetime) -> Iterator[Reading]:
    yield "voucher_workers_alive", "Workers heard of lately.", {"": pulse.count_workers(session, at=at)}
    yield "voucher_queue_tasks{status}", "Tasks of the queue.", {**pulse.count_queued(session)}
    yield "voucher_jobs{state}", "Jobs that people asked for.", {**pulse.count_jobs(session)}
    undelivered = mail.count_undelivered(session)
    yield (
        "voucher_mails_undelivered{standing}",
        "Mails not sent.",
        {k.value: n for k, n in undelivered.items()},
    )
    yield "voucher_record_waiting", "Entries not yet in order.", {"": record.count_waiting(session)}
    run = audit_runs.last(session)
    if run is not None:
        yield "voucher_audit_findings", "Broken promises that the last audit found.", {"": run.findings}
        yield "voucher_audit_time_seconds", "When the last audit ran.", {"": run.at.timestamp()}
