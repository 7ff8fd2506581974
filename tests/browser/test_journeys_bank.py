"""A venue's IBAN is changed under all its rules: two people, papers that were opened, a delay, no run meanwhile."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import update
from werkzeug.serving import make_server

from tests.bank_accounts import RIB
from tests.browser import stage as staging
from tests.browser.conftest import SignedIn
from tests.browser.hands import turn_to
from tests.browser.office import Office
from tests.browser.stage import Stage
from tests.browser.test_journeys_paying import LONGEST_WAIT_SECONDS
from tests.world import IBANS
from voucher_service import schema
from voucher_service.app import create_app
from voucher_service.demo.client import Caller
from voucher_service.identity.second_factor import SecondFactor
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.kernel.config import Settings
from voucher_service.kernel.keys import Keyring
from voucher_service.network.bank_details import COOLING

_NEW, _MASKED = IBANS[1], "FR14 **** 2606"
_CALLED = "La présidente (fictive), au numéro de la convention"
_SERVED = {"service": "everyday-tools", "minutes": 60, "delivered_by": "employee"}


@pytest.fixture
def rib(tmp_path: Path) -> Path:
    """Give a RIB on the venue's own disk."""
    paper = tmp_path / "rib.pdf"
    paper.write_bytes(RIB)
    return paper


@pytest.fixture
def later(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Stage]]:
    """Serve the same installation once more, at an hour when the delay is over."""
    opened: list[Callable[[], None]] = []

    def served() -> Stage:
        then = clock.now() + COOLING + timedelta(hours=1)
        monkeypatch.setattr(clock, "now", lambda: then)
        settings = Settings(var_dir=stage.folder, keys_dir=stage.folder / "keys", demo=True)
        database = schema.open_database(settings)
        app = create_app(settings, database, Keyring(settings.keys_dir, may_create=False))
        server = make_server("127.0.0.1", 0, app, threaded=True)
        Thread(target=server.serve_forever, daemon=True).start()
        opened.extend((server.shutdown, server.server_close, database.engine.dispose))
        return Stage(f"http://127.0.0.1:{server.port}", stage.folder, stage.people)

    yield served
    for close in opened:
        close()
    # The telephones were used three days ahead: what they show today is good again.
    database = schema.open_database(Settings(var_dir=stage.folder, demo=True))
    with database.transaction() as session:
        session.execute(update(SecondFactor).values(last_step=None))
    database.engine.dispose()


def _payable(office: Office) -> tuple[int, Caller]:
    """Find somebody at a counter whose operator has an account and no change under way."""
    for number in range(len([one for one in office.stage.people if one.role is Role.VENUE])):
        caller = office.caller(Role.VENUE, number)
        states = {one["state"] for one in caller.every("/bank-details")}
        if "in-force" in states and not states & {"waiting", "cooling"}:
            return number, caller
    raise AssertionError("every venue has a change under way")


def _earn(office: Office, clerk: Caller) -> None:
    """Have the venue earn something that is due now."""
    [decision, *_] = [one for one in clerk.every("/accreditations") if one["series"] == office.series]
    codes = office.in_hand().codes[:1]
    clerk.post("/redemptions", venue_id=decision["venue_id"], codes=list(codes), **_SERVED)


def _propose(page: Page, rib: Path) -> None:
    turn_to(page, "Coordonnées bancaires")
    page.get_by_role("link", name="Proposer un changement").click()
    page.get_by_label("IBAN").fill(_NEW)
    page.get_by_label("RIB", exact=True).set_input_files(rib)
    page.get_by_role("button", name="Proposer ce compte").click()
    expect(page.get_by_role("table")).to_contain_text("En attente d'approbation")


def _approve(page: Page, operator: str) -> None:
    turn_to(page, "Payer", "Coordonnées bancaires")
    page.get_by_role("row").filter(has_text=_MASKED).get_by_role("link", name=operator).click()
    expect(page.get_by_role("main")).to_contain_text("LA BANQUE POSTALE")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Ouvrir").click()
    assert Path(saved.value.path()).read_bytes() == RIB
    page.get_by_role("link", name="Vérifier et approuver").click()
    expect(page.get_by_role("main")).to_contain_text("aucun lot de paiement ne prend cet exploitant")
    for _ in range(LONGEST_WAIT_SECONDS):
        if page.locator("#demo-code").count():
            break
        page.wait_for_timeout(1_000)
        page.reload()
    page.get_by_label("Qui avez-vous rappelé").fill(_CALLED)
    page.get_by_label("Votre mot de passe").fill(page.locator("#demo-password").inner_text())
    page.get_by_label("Code du téléphone").fill(page.locator("#demo-code").inner_text())
    page.get_by_role("button", name="Approuver ce compte").click()
    expect(page.get_by_role("status")).to_contain_text("Ce compte sera payé à partir du")


def _look(page: Page, series: str) -> None:
    """Look at what a run would hold now, up to today."""
    page.goto("/lots/preparer")
    page.get_by_label("Campagne", exact=True).select_option(series)
    page.get_by_label("Services rendus jusqu'au").fill(str(clock.civil_date(clock.now())))
    page.get_by_role("button").filter(has_text="Voir").click()


def _refused_oneself(first: Page, mine: Caller, clerk: Caller) -> None:
    """Propose in the venue's place: who proposes is not offered to decide. Then take it back."""
    account = {"operator_id": _home(clerk), "iban": _NEW, "holder": "Titulaire fictif"}
    proposed = mine.post("/bank-details", **account)
    first.goto(f"/coordonnees-bancaires/{proposed['id']}")
    expect(first.get_by_role("main")).to_contain_text("Une autre personne des finances doit le vérifier")
    expect(first.get_by_role("link", name="Vérifier et approuver")).to_have_count(0)
    mine.post("/bank-details-withdrawals", details_id=proposed["id"], reason="Parcours")


def _take_back(at_counter: Page) -> None:
    """Leave the stage as it was found: here the delay is not over."""
    at_counter.get_by_role("link", name="Retirer").first.click()
    at_counter.get_by_label("Motif").fill("Fin du parcours")
    at_counter.get_by_role("button", name="Retirer cette proposition").click()
    expect(at_counter.get_by_role("main")).not_to_contain_text("Délai de sécurité en cours")


def _home(clerk: Caller) -> str:
    return str(clerk.get("/venue-operators")["items"][0]["organisation_id"])


def _row(page: Page, table: str, operator: str) -> Locator:
    return page.get_by_role("table", name=table).get_by_role("row").filter(has_text=operator)


def test_an_iban_is_changed_under_all_its_rules(
    chromium: Browser,
    office: Office,
    stage: Stage,
    signed_in: SignedIn,
    rib: Path,
    later: Callable[[], Stage],
) -> None:
    number, clerk = _payable(office)
    operator = clerk.get("/venue-operators")["items"][0]["name"]
    _earn(office, clerk)
    at_counter, first = signed_in(Role.VENUE, number=number), signed_in(Role.FINANCE)
    _refused_oneself(first, office.caller(Role.FINANCE), clerk)

    _propose(at_counter, rib)
    _approve(signed_in(Role.FINANCE, number=1), operator)
    at_counter.reload()
    expect(at_counter.get_by_role("main")).to_contain_text("Délai de sécurité en cours")
    _look(first, office.series)
    expect(_row(first, "Qui serait écarté", operator)).to_contain_text("délai de sécurité en cours")

    with staging.visit(chromium, later()) as when_it_is_over:
        page = when_it_is_over.new_page()
        staging.sign_in(page, stage.person(Role.FINANCE))
        _look(page, office.series)
        expect(_row(page, "Qui serait payé", operator)).to_contain_text(_MASKED)
        expect(_row(page, "Qui serait payé", operator)).to_contain_text("Premier virement")
    _take_back(at_counter)
