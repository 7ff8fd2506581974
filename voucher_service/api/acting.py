"""Acting: one request, one command, one transaction; and its answer kept with its effect.

The first SELECT brings the sender's rights and the answer given before under the same key. The last
statement keeps the answer: when a twin kept his first, everything is undone, done again, and finds it.
"""

import re
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Response, request
from sqlalchemy.orm import Session

from voucher_service.api import answering, hearing, security
from voucher_service.api.answering import Told
from voucher_service.api.context import state
from voucher_service.api.hearing import Heard
from voucher_service.api.marks import Marks, Work
from voucher_service.api.troubles import (
    IdempotencyKeyIsMalformed,
    IdempotencyKeyIsMissing,
    IdempotencyKeyIsReused,
)
from voucher_service.identity.tokens import Claims
from voucher_service.kernel import clock, idempotency
from voucher_service.kernel.database import Database
from voucher_service.kernel.idempotency import KeptAnswer
from voucher_service.kernel.refusal import Refusal

_KEY = re.compile(r'"?([A-Za-z0-9_.:-]{16,128})"?', re.ASCII)


@dataclass(slots=True)
class _Act:
    """One request on its way through the view."""

    view: Callable[..., Any]
    marks: Marks
    path: Mapping[str, Any]
    heard: Heard
    claims: Claims | None
    asked: idempotency.Request | None
    principal: UUID | None = None

    def run(self, session: Session) -> Told:
        """Do it, within the caller's transaction; may be run again from the start."""
        kept = self._admitted(session)
        if kept is not None:
            return self._replayed(kept)
        positional, named = hearing.understand(self.marks, self.heard)
        told = answering.tell(self.marks, self.view(session, *positional, **named, **self.path))
        if self.asked and self.principal:
            idempotency.keep(session, principal=self.principal, request=self.asked, answer=told.to_keep)
        return told

    def told_to_twin(self, session: Session) -> Told | None:
        """Return what a twin of this request was told meanwhile, if there is one."""
        if self.asked is None or self.principal is None:
            return None
        kept = idempotency.find(session, principal=self.principal, key=self.asked.key)
        return None if kept is None else self._replayed(kept)

    def _admitted(self, session: Session) -> KeptAnswer | None:
        if self.claims is None:
            return None
        key = self.asked.key if self.asked else None
        actor, is_answered = security.admit(session, self.marks, self.claims, key=key, at=clock.now())
        self.principal = actor.organisation_id
        if not is_answered or key is None:
            return None
        return idempotency.find(session, principal=self.principal, key=key)

    def _replayed(self, kept: KeptAnswer) -> Told:
        if self.asked is None or not self.asked.was(kept):
            raise IdempotencyKeyIsReused
        return Told(kept.status, kept.body, kept.location, kept.etag, is_replay=True)


def endpoint(view: Callable[..., Any], marks: Marks, *, route: str) -> Callable[..., Response]:
    """Return what Flask calls for this view; all that can be known before a request is known here."""
    is_write, needs_key = marks.method != "GET", marks.asks_for_key
    perform = _PERFORM[marks.work or Work.NOTHING]

    def respond(**path: Any) -> Response:
        held = state()
        claims = security.identify(held, marks)
        key = _key() if needs_key else None
        heard = hearing.hear(marks, path, is_write=is_write)
        asked = idempotency.Request(key, claims.subject, route, heard.digest) if key and claims else None
        return perform(held.database, _Act(view, marks, path, heard, claims, asked))

    return respond


def _command(database: Database, act: _Act) -> Response:
    try:
        return answering.respond(database.run(act.run))
    except Refusal:
        told = database.run(act.told_to_twin) if act.asked and act.principal else None
        if told is None:
            raise
        return answering.respond(told)


def _query(database: Database, act: _Act) -> Response:
    return answering.respond(database.run(act.run))


def _snapshot(database: Database, act: _Act) -> Response:
    # A stream is still being read when the view has returned: its session ends with the response.
    with ExitStack() as opened:
        response = answering.respond(act.run(opened.enter_context(database.snapshot())))
        response.call_on_close(opened.pop_all().close)
        return response


def _nothing(_database: Database, act: _Act) -> Response:
    positional, named = hearing.understand(act.marks, act.heard)
    said = act.view(*positional, **named, **act.path)
    return said if isinstance(said, Response) else answering.respond(answering.tell(act.marks, said))


_PERFORM = {Work.COMMAND: _command, Work.QUERY: _query, Work.SNAPSHOT: _snapshot, Work.NOTHING: _nothing}


def _key() -> str:
    said = request.headers.get("Idempotency-Key")
    if said is None:
        raise IdempotencyKeyIsMissing
    match = _KEY.fullmatch(said)
    if match is None:
        raise IdempotencyKeyIsMalformed
    return match[1]
