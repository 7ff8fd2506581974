"""Validity reports: the four counts, the joint statement, and the documents of calls for funds."""

from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.names import Series
from voucher_service.api.reply import Document
from voucher_service.api.reports import AsKnown, Format, OfCampaign, document, known, report
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Choice, Whole, Wire
from voucher_service.kernel.actor import Role
from voucher_service.reports import fund_call, joint_statement, validity_counts

resource = Resource(
    "validity-reports", "What became of a campaign's vouchers, and what funders were asked for."
)

_READERS = (Role.OPERATOR, Role.FINANCE, Role.FUNDER, Role.AUDITOR)


class OfStatement(AsKnown):
    """A campaign, and the number of its statement; a draft of what is known now where absent."""

    series = Series(required=True)
    no = Whole(least=1, most=2**31 - 1, load_default=None)


class OfCall(Wire):
    """One call of a campaign."""

    series = Series(required=True)
    no = Whole(least=1, most=2**31 - 1, required=True)
    format = Choice(Format, load_default=None)


@report(resource, "/reports/validity-counts", OfCampaign, *_READERS)
def read_counts(session: Session, wanted: dict[str, Any]) -> Document:
    """Count booklets issued, handed over, issued and not handed over, and begun."""
    return document(known(session, wanted["series"], wanted), partial(validity_counts.build, session))


@report(resource, "/reports/joint-statement", OfStatement, *_READERS)
def read_statement(session: Session, wanted: dict[str, Any]) -> Document:
    """Show what became of a campaign's vouchers, as a numbered statement or a draft of one."""
    return document(known(session, wanted["series"], wanted), partial(joint_statement.build, session))


@report(resource, "/reports/fund-call", OfCall, *_READERS)
def read_call(session: Session, wanted: dict[str, Any]) -> Document:
    """Show the document of a call for funds."""
    return document(wanted, partial(fund_call.build, session))


@report(resource, "/reports/fund-call-lines", OfCall, *_READERS)
def read_call_lines(session: Session, wanted: dict[str, Any]) -> Document:
    """List the vouchers that a call for funds asks for."""
    return document(wanted, partial(fund_call.build_lines, session))
