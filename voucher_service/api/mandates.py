"""Mandates: what the authority ordered its accountant to pay, what he refused, and the papers that he asks for."""

from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.confirmations import PaymentsConfirmed, shown
from voucher_service.api.context import actor
from voucher_service.api.hearing import Upload
from voucher_service.api.marks import allow, command, query
from voucher_service.api.names import Series
from voucher_service.api.reply import Document
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Choice, Day, Many, One, Text, Whole, Wire
from voucher_service.funding import campaigns
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.reports import as_pdf, as_xlsx, supporting_statements
from voucher_service.settlement import accountant_returns, mandates
from voucher_service.settlement.accountant_returns import Returned, Trouble
from voucher_service.settlement.mandates import Issued, Mandate, Recording, Rejection
from voucher_service.settlement.matching import Doubt

resource = Resource("mandates", "What a public accountant was ordered to pay, and what he answered.")

_MOST = 20_000


class OfMandates(Wire):
    """The campaign that is meant."""

    series = Series(required=True)


class LineMandated(Wire):
    """A line of a mandate list, named by its supporting statement, and its mandate."""

    end_to_end_id = Text(longest=35, required=True)
    number = Text(longest=60, required=True)
    bordereau = Text(longest=60, load_default=None, allow_none=True)
    exercice = Whole(least=2000, most=2199, required=True)
    mandated_on = Day(required=True)


class MandatedRequest(Wire):
    """What was mandated of a campaign's mandate lists."""

    series = Series(required=True)
    mandates = Many(One(LineMandated), least=1, most=5_000, required=True)


class LineInDoubt(Wire):
    """A line that was not written down, and why."""

    end_to_end_id = Text(required=True)
    doubt = Choice(Doubt, required=True)


class MandatesRecorded(Wire):
    """How many lines were mandated now, how many before, and those that are left to a person."""

    recorded = Whole(required=True)
    known = Whole(required=True)
    left = Many(LineInDoubt, most=_MOST, required=True)


class RejectionLine(Wire):
    """A mandate that the accountant refused, in his words."""

    end_to_end_id = Text(longest=35, required=True)
    number = Text(longest=60, required=True)
    rejected_on = Day(required=True)
    reason = Text(longest=300, required=True)


class RejectionsRequest(Wire):
    """What the accountant refused of a campaign's mandates."""

    series = Series(required=True)
    rejections = Many(One(RejectionLine), least=1, most=5_000, required=True)


class FaultyLine(Wire):
    """A line of the file that cannot be used, and why."""

    line = Whole(required=True)
    trouble = Choice(Trouble, required=True)


class ReturnTaken(Wire):
    """What an accountant's file said: written now, known before, in doubt, unusable."""

    mandated = Whole(required=True)
    paid = Whole(required=True)
    rejected = Whole(required=True)
    known = Whole(required=True)
    doubtful = Many(LineInDoubt, most=_MOST, required=True)
    faulty = Many(FaultyLine, most=_MOST, required=True)


class MandateShown(Wire):
    """A mandate: the run and the line that it pays."""

    run = Whole(attribute="run_no", required=True)
    line = Whole(attribute="payment_no", required=True)
    number = Text(required=True)
    bordereau = Text(required=True, allow_none=True)
    exercice = Whole(required=True)
    mandated_on = Day(required=True)


class MandatesShown(Wire):
    """The mandates of a campaign, by run and line."""

    items = Many(One(MandateShown), most=1_000_000, required=True)


@resource.post("/mandates")
@allow(Role.FINANCE)
@command()
@resource.arguments(MandatedRequest)
@resource.response(201, MandatesRecorded)
def record(session: Session, wanted: dict[str, Any]) -> dict[str, Any]:
    """Write down which lines of mandate lists were mandated; no money moves before the accountant pays."""
    lines = [Issued(**line) for line in wanted["mandates"]]
    done = mandates.record(session, series=wanted["series"], mandates=lines, at=clock.now(), by=actor())
    return _recorded(done)


@resource.get("/mandates")
@allow(Role.OPERATOR, Role.FINANCE, Role.AUDITOR)
@query()
@resource.arguments(OfMandates, location="query")
@resource.response(200, MandatesShown)
def search(session: Session, wanted: dict[str, Any]) -> dict[str, list[Mandate]]:
    """List the mandates of a campaign."""
    return {"items": list(mandates.of_campaign(session, campaigns.get(session, wanted["series"])))}


@resource.post("/mandate-rejections")
@allow(Role.FINANCE)
@command()
@resource.arguments(RejectionsRequest)
@resource.response(201, PaymentsConfirmed)
def reject(session: Session, wanted: dict[str, Any]) -> dict[str, Any]:
    """Write down which mandates the accountant refused; what they would have paid is due again."""
    lines = [Rejection(**line) for line in wanted["rejections"]]
    done = mandates.reject(session, series=wanted["series"], rejections=lines, at=clock.now(), by=actor())
    return shown(done)


@resource.post("/accountant-returns")
@allow(Role.FINANCE)
@command()
@resource.arguments(OfMandates, location="query")
@resource.upload("text/csv")
@resource.response(201, ReturnTaken)
def take(session: Session, wanted: dict[str, Any], file: Upload) -> Returned:
    """Read what the accountant's software says of mandate lists; the same file again changes nothing."""
    return accountant_returns.take(session, **wanted, file=file.content, at=clock.now(), by=actor())


@resource.get("/payment-runs/<series>/<int:number>/supporting-statements")
@allow(Role.FINANCE, Role.AUDITOR)
@query()
@resource.document(as_pdf.MEDIA_TYPE)
def bundle(session: Session, series: str, number: int) -> Document:
    """Give the mandate list of an approved run with the statement of each line, as one document."""
    tables = supporting_statements.build(session, series=series, run=number)
    return Document(as_pdf.bundle(tables), as_pdf.MEDIA_TYPE, f"{tables[0].name}.pdf")


@resource.get("/payment-runs/<series>/<int:number>/mandate-workbook")
@allow(Role.FINANCE, Role.AUDITOR)
@query()
@resource.document(as_xlsx.MEDIA_TYPE)
def workbook(session: Session, series: str, number: int) -> Document:
    """Give the mandate list of an approved run as a spreadsheet."""
    [listed, *_] = supporting_statements.build(session, series=series, run=number)
    return Document(as_xlsx.render(listed), as_xlsx.MEDIA_TYPE, f"{listed.name}.xlsx")


def _recorded(done: Recording) -> dict[str, Any]:
    left = [{"end_to_end_id": one.line.end_to_end_id, "doubt": one.doubt} for one in done.left]
    return {"recorded": len(done.recorded), "known": done.known, "left": left}
