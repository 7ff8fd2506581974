"""Joint statements on a page: read, drawn again, printed, and answered by each side."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.funding import campaigns
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.reports import as_csv, as_pdf, joint_statement
from voucher_service.vouchers import joint_statements
from voucher_service.vouchers.joint_statements import RemarkIsMissing
from voucher_service.web.forms import FormSchema, Tick, Typed
from voucher_service.web.language import language
from voucher_service.web.pages import File, Go, Page, Pages, actor, allow, takes
from voucher_service.web.record import placed
from voucher_service.web.validity import wording

pages = Pages("statements", "/campagnes/<series>/etats-contradictoires", under="validity")

_READERS = (Role.OPERATOR, Role.FINANCE, Role.FUNDER, Role.AUDITOR)


class AnswerForm(FormSchema):
    """Whether the statement is agreed to, and what is contested."""

    contested = Tick()
    remark = Typed(default="", longest=2000)


@pages.post("")
@allow(Role.FINANCE)
def draw(session: Session, series: str) -> Go:
    """Draw a statement of what is known now."""
    campaign, at = campaigns.get(session, series), clock.now()
    drawn = joint_statements.draw(
        session,
        campaign=campaign,
        position=placed(campaign.id),
        on=clock.civil_date(at),
        at=at,
        by=actor(),
    )
    words = _("L'état contradictoire %(number)s est établi.", number=drawn.number)
    return Go("statements.statement", series=series, no=drawn.no, said=words)


@pages.get("/<int:no>")
@allow(*_READERS)
def statement(session: Session, series: str, no: int) -> Page:
    """Show a statement, and what each side answered."""
    drawn = joint_statements.get(session, series=series, no=no, by=actor())
    table = _table(session, series, no)
    return Page(
        "validity/statement.html",
        drawn=drawn,
        table=table,
        rows=list(table.rows),
        answers=joint_statements.answers(session, campaign_id=drawn.campaign_id, nos=[no])[no],
        sides=wording.SIDES,
        say=wording.say,
        side=joint_statements.side_of(actor().role),
    )


@pages.post("/<int:no>", back=statement)
@allow(Role.FINANCE, Role.FUNDER)
@takes(AnswerForm, about={RemarkIsMissing: "remark"})
def answer(session: Session, said: dict[str, Any], series: str, no: int) -> Go:
    """Agree to a statement for one's side, or contest it."""
    given = joint_statements.answer(
        session,
        series=series,
        no=no,
        agreed=not said["contested"],
        remark=said["remark"],
        at=clock.now(),
        by=actor(),
    )
    words = _("Votre accord est enregistré.") if given.agreed else _("Votre contestation est enregistrée.")
    return Go("statements.statement", series=series, no=no, said=words)


@pages.get("/<int:no>.pdf")
@allow(*_READERS)
def printed(session: Session, series: str, no: int) -> File:
    """Give a statement to print and sign."""
    name = f"etat-contradictoire-{series}-{no}.pdf"
    return File(as_pdf.render(_table(session, series, no), language=language()), as_pdf.MEDIA_TYPE, name)


@pages.get("/<int:no>.csv")
@allow(*_READERS)
def sheet(session: Session, series: str, no: int) -> File:
    """Give a statement for a spreadsheet."""
    rendered = b"".join(as_csv.render(_table(session, series, no), language=language()))
    return File(rendered, as_csv.MEDIA_TYPE, f"etat-contradictoire-{series}-{no}.csv")


def _table(session: Session, series: str, no: int) -> Any:
    today = clock.civil_date(clock.now())
    return joint_statement.build(session, series=series, no=no, on=today, by=actor())
