"""Checks: pages that come between a form and its act. No link leads to them: somebody fills the form in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from playwright.sync_api import Page

from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role


@dataclass(frozen=True)
class Check:
    """A page that says what will happen: whose it is, its form's address, and what is typed there."""

    role: Role
    name: str
    form: str
    typed: Mapping[str, str]

    def open(self, page: Page) -> None:
        """Fill the form in and send it; nothing is done yet."""
        page.goto(self.form)
        for name, words in self.typed.items():
            fields = page.locator(f"main form [name={name}]")
            if fields.first.get_attribute("type") == "radio":
                page.locator(f"main form [name={name}][value='{words}']").check()
            elif fields.evaluate("there => there.tagName") == "SELECT":
                fields.select_option(words)
            else:
                fields.fill(words)
        page.locator(f"main form:has([name={next(iter(self.typed))}]) button[type=submit]").first.click()


def checks() -> Iterator[Check]:
    """Yield those that the small demonstration can be asked for."""
    today = clock.civil_date(clock.now())
    day, later, campaign = str(today), str(today + timedelta(days=30)), f"/campagnes/FICTIF-{today.year}"
    money = {"funder": "metropole", "amount_cents": "100", "reference": "VIR-1"}
    yield Check(Role.FINANCE, "deposit", f"{campaign}/financement/versement", {**money, "received_on": day})
    yield Check(Role.FINANCE, "pledge", f"{campaign}/financement/promesse", {**money, "dated_on": day})
    rest = {"source": "unspent", "funder": "metropole", "amount_cents": "10", "reason": "Fin de la campagne"}
    yield Check(Role.FINANCE, "refund", f"{campaign}/restitutions", rest)
    due = {"funder": "etat", "basis": "used", "until": day, "pay_by": later}
    yield Check(Role.FINANCE, "call", f"{campaign}/appels-de-fonds/nouveau", due)
    yield Check(Role.FINANCE, "run", "/lots/preparer", {"series": campaign.rpartition("/")[2]})
    lost = {"first_booklet": "9", "last_booklet": "10", "reason": "lost"}
    yield Check(Role.FINANCE, "void", f"{campaign}/annulation", lost)
    yield Check(Role.OPERATOR, "produce", f"{campaign}/carnets", {"booklets": "3"})
