"""Visiting: one visit of a page, from the browser's request to what it is shown.

Opening a page is one transaction that reads; sending a form is one command in one transaction. When a form is
not complete, or the domain refuses, everything is undone and the same page is shown again with what was typed.
"""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from flask import Response, g, request
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from voucher_service.identity import duties
from voucher_service.identity.sessions import SessionIsOver, Signed
from voucher_service.kernel import clock, idempotency
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.web import context, filled, language, sealing, showing, visitor
from voucher_service.web.answers import Answer, Go
from voucher_service.web.context import Site
from voucher_service.web.filled import Fault, Form
from voucher_service.web.marks import Marks
from voucher_service.web.troubles import FactorIsAwaited, FormIsForeign

ONCE, SEAL = "_once", "_seal"
_ABOUT_THE_READER = (Kind.UNKNOWN, Kind.FORBIDDEN, Kind.UNAUTHENTICATED)


class _IsIncomplete(Exception):  # noqa: N818 -- undoes the visit, never leaves this module
    """The form cannot be understood yet."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__()
        self.faults = faults


@dataclass(slots=True)
class _Visit:
    """One visit on its way through the view."""

    site: Site
    view: Callable[..., Any]
    marks: Marks
    endpoint: str
    path: dict[str, Any]

    def show(self, session: Session) -> Answer:
        """Open the page, within the caller's transaction."""
        _admit(session, self.site, self.marks)
        return self._shown(session, self.view, self.marks)

    def act(self, session: Session) -> Answer:
        """Do what the form says, within the caller's transaction; may be run again from the start."""
        reader = _admit(session, self.site, self.marks)
        asked = self._asked(reader)
        if asked and reader:
            kept = idempotency.find(session, principal=reader.actor.organisation_id, key=asked.key)
            if kept is not None:
                return Go(path=kept.location or "/", said=kept.body.decode())
        answer: Answer = self.view(session, *self._understood(), **self.path)
        if asked and reader and isinstance(answer, Go):
            told = idempotency.Answer(303, answer.said.encode(), showing.address(answer))
            idempotency.keep(session, principal=reader.actor.organisation_id, request=asked, answer=told)
        return answer

    def show_again(self, session: Session) -> Answer:
        """Show the form again, with what was typed and what is wrong."""
        _admit(session, self.site, self.marks)
        back: Any = self.marks.back
        return self._shown(session, back, back.__dict__.get("page_marks") or Marks())

    def _shown(self, session: Session, view: Callable[..., Any], marks: Marks) -> Answer:
        if marks.takes is None:
            return view(session, **self.path)  # type: ignore[no-any-return]
        asked, faults = filled.read(marks.takes, request.args)
        if faults and not context.typed().was_sent:
            g.form = Form(request.args, faults, was_sent=True)
        elif request.args and not context.typed().was_sent:
            g.form = Form(request.args, was_sent=True)
        return view(session, filled.defaults(marks.takes) | asked, **self.path)  # type: ignore[no-any-return]

    def _understood(self) -> list[dict[str, Any]]:
        if self.marks.takes is None:
            return []
        said, faults = filled.read(self.marks.takes, request.form, request.files)
        if faults:
            raise _IsIncomplete(faults)
        return [said]

    def _asked(self, reader: Signed | None) -> idempotency.Request | None:
        once = request.form.get(ONCE)
        if not once or reader is None:
            return None
        content = MultiDict((name, value) for name, value in request.form.items(multi=True) if name != SEAL)
        files = [file.stream.read() for file in request.files.values()]
        for file in request.files.values():
            file.stream.seek(0)
        key = sealing.act_key(self.site, once, self.endpoint, content, files)
        return idempotency.Request(key, reader.actor.user_id, self.endpoint, key.encode())


def endpoint(view: Callable[..., Any], marks: Marks, *, name: str) -> Callable[..., Response]:
    """Return what Flask calls for this page."""

    def respond(**path: Any) -> Response:
        request.max_content_length = marks.largest
        site = context.site()
        visit = _Visit(site, view, marks, name, path)
        g.scans = marks.scans
        if marks.method == "POST":
            return _acted(site, visit)
        return _streamed(site, visit) if marks.streams else showing.shown(site.database.run(visit.show))

    return respond


def _acted(site: Site, visit: _Visit) -> Response:
    try:
        return showing.shown(site.database.run(visit.act))
    except _IsIncomplete as incomplete:
        g.form = Form(request.form, incomplete.faults, was_sent=True)
        status = Kind.INVALID.http_status
    except Refusal as refusal:
        if visit.marks.back is None or _ends_the_visit(visit.marks, refusal):
            raise
        g.form = Form(request.form, _faults(visit.marks, refusal), was_sent=True)
        g.refusal = refusal
        status = refusal.kind.http_status
    return showing.shown(site.database.run(visit.show_again), status=status)


def _streamed(site: Site, visit: _Visit) -> Response:
    with ExitStack() as opened:
        response = showing.shown(visit.show(opened.enter_context(site.database.snapshot())))
        response.call_on_close(opened.pop_all().close)
        return response


def _admit(session: Session, site: Site, marks: Marks) -> Signed | None:
    """Find out who reads, and refuse what is not his to open.

    Raises ``SessionIsOver``, ``FactorIsAwaited``, ``DutyIsNotYours``, ``FormIsForeign``.
    """
    reader = visitor.recognise(session)
    if marks.method == "POST":
        _refuse_foreign_form(site, reader)
    if marks.is_public:
        return reader
    if reader is None:
        raise SessionIsOver
    if reader.needs_factor and not marks.is_for_unproved:
        raise FactorIsAwaited
    duties.require(*(marks.roles or ()), duty=request.endpoint or "", by=reader.actor, at=clock.now())
    return reader


def _refuse_foreign_form(site: Site, reader: Signed | None) -> None:
    seal = request.form.get(SEAL, "")
    if not sealing.comes_from_here() or (
        reader is not None and not sealing.is_sealed(site, reader.session_id, seal)
    ):
        raise FormIsForeign


def _ends_the_visit(marks: Marks, refusal: Refusal) -> bool:
    return refusal.kind in _ABOUT_THE_READER and type(refusal) not in marks.about


def _faults(marks: Marks, refusal: Refusal) -> list[Fault]:
    # A refusal may itself name what it speaks of.
    named = str(refusal.facts().get("field", ""))
    name = next((field for kind, field in marks.about.items() if isinstance(refusal, kind)), named)
    return [Fault(name, refusal.title(language.language()))]
