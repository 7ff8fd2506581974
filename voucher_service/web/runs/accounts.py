"""Accounts: from which account a campaign pays its venues, and what its bank takes in one file."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.funding import campaigns
from voucher_service.identity.naming import NameIsMalformed
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.kernel.refusal import Refusal
from voucher_service.network.ibans import BicIsWrong, IbanIsOutsideSepa, IbanIsWrong
from voucher_service.settlement import orders, paying_accounts
from voucher_service.web.pages import Go, Page, Pages, actor, allow, takes
from voucher_service.web.runs.forms import AccountForm

pages = Pages("paying_account", "/campagnes/<series>/compte-payeur", under="runs")

_ABOUT: dict[type[Refusal], str] = {
    IbanIsWrong: "iban",
    IbanIsOutsideSepa: "iban",
    BicIsWrong: "bic",
    NameIsMalformed: "holder",
}


@pages.get("")
@allow(Role.FINANCE, Role.AUDITOR)
def shown(session: Session, series: str) -> Page:
    """Show the account from which a campaign pays, those of before, and ask for another."""
    campaign = campaigns.get(session, series)
    return Page(
        "runs/account.html",
        campaign=campaign,
        accounts=paying_accounts.of_campaign(session, campaign),
        most_payments=orders.MOST_PAYMENTS,
    )


@pages.post("", back=shown)
@allow(Role.FINANCE)
@takes(AccountForm, about=_ABOUT)
def record(session: Session, said: dict[str, Any], series: str) -> Go:
    """Record the account from which a campaign pays from now on."""
    most_cents = said.pop("most")
    paying_accounts.record(
        session, series=series, **said, most_cents=most_cents or None, at=clock.now(), by=actor()
    )
    return Go("paying_account.shown", series=series, said=_("Le compte payeur est enregistré."))
