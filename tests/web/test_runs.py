"""Finance's pages of payment runs: looked at, frozen, approved by another person, changed, exported, received."""

from dataclasses import dataclass, replace
from functools import partial
from io import BytesIO

import pyotp
import pytest
from lxml import etree
from sqlalchemy.orm import Session

from tests.api.callers import PASSPHRASE, open_account
from tests.api.town import SERIES, Town, today
from tests.settlement.camt import entry, statement
from tests.settlement.test_sepa import SCHEMA
from tests.web.browsers import Browser, Sight, sign_in_as
from tests.web.conftest import OpenBrowser
from tests.world import IBANS, serials_of
from voucher_service.identity import resets, telephones
from voucher_service.identity.users import User
from voucher_service.kernel import clock
from voucher_service.kernel.actor import SYSTEM, Role
from voucher_service.network import ibans

RUN = f"/lots/{SERIES}/1"


@dataclass
class Team:
    """Two people of the finance team, in a town in which vouchers were used at two venues."""

    town: Town
    clerk: Browser
    head: Browser
    head_user: User

    def prepare(self, **typed: str) -> Sight:
        """Look at what a run would take."""
        self.clerk.get("/lots/preparer")
        return self.clerk.submit({"series": SERIES, "cut_off_on": today().isoformat()} | typed)

    def freeze(self) -> Sight:
        """Freeze what the preview shows."""
        seen = self.prepare()
        return self.clerk.submit(form=len(seen.forms) - 1)

    def approve(self, **typed: str) -> Sight:
        """Approve the run as the second person."""
        self.head.get(f"{RUN}/approbation")
        return self.head.submit({"password": PASSPHRASE} | typed)


@pytest.fixture
def team(town: Town) -> Team:
    serials = serials_of(town.in_hand()[0])
    assert town.redeem(serials[:2]).status_code == 201
    users = [open_account(town.database, Role.FINANCE) for _ in range(2)]
    for user in users:
        town.database.run(partial(_chosen, user=user))
    clerk, head = (sign_in_as(town.app, town.database, user) for user in users)
    return Team(town, clerk, head, users[1])


def _chosen(session: Session, user: User) -> None:
    at = clock.now()
    token = resets.start_reset(session, user_id=user.id, at=at, by=SYSTEM)
    resets.finish_reset(session, token=token, password=PASSPHRASE, at=at)


def account(team: Team) -> Sight:
    """Record the account from which the campaign pays."""
    team.clerk.get(f"/campagnes/{SERIES}/compte-payeur")
    return team.clerk.submit({"iban": IBANS[1], "holder": "Opérateur fictif", "most": "5 000"})


def test_a_campaign_is_given_the_account_that_it_pays_from(team: Team) -> None:
    team.clerk.get(f"/campagnes/{SERIES}/compte-payeur")
    assert team.clerk.submit({"iban": "FR00", "holder": "Opérateur"}).errors == [
        "L'IBAN comporte une erreur : recopiez-le d'après le RIB."
    ]

    text = account(team).text

    assert "Le compte payeur est enregistré." in text
    assert ibans.written(IBANS[1]) in text
    assert "5 000,00 €" in text


def test_a_run_is_seen_before_it_is_frozen_and_nothing_is_frozen_by_looking(team: Team) -> None:
    without_account = team.prepare()
    assert "Cette campagne n'a pas de compte payeur" in without_account.text
    assert "Arrêter ce lot" not in without_account.text
    account(team)

    seen = team.prepare()

    assert "20,00 €" in seen.text
    assert "Premier virement" in seen.text
    assert "Personne n'est écarté." in seen.text
    assert "Aucun lot n'a encore été arrêté." in team.clerk.get("/lots").text


def test_who_would_be_left_out_is_shown_with_the_reason(team: Team) -> None:
    account(team)

    seen = team.prepare(minimum="20,01")
    last = team.prepare(minimum="20,01", is_last="1")

    assert "Sous le montant minimal" in seen.text
    assert "Rien n'est à payer jusqu'à cette date." in seen.text
    assert "Arrêter ce lot" in last.text


def test_a_run_goes_through_the_hands_of_two_people_to_the_bank(team: Team) -> None:
    account(team)
    frozen = team.freeze()
    assert "Le lot 1 est arrêté : 20,00 €." in frozen.text
    assert "Vous avez arrêté ce lot" in frozen.text

    assert "Lire et approuver" in team.head.get(RUN).text
    assert "PN-2026-000001-01" in team.head.get(f"/lots/paiements/{SERIES}-R1-1").text
    approved = team.approve()
    assert "Le lot 1 est approuvé. Il peut être exporté." in approved.text
    team.clerk.get(f"{RUN}/export")
    exported = team.clerk.submit()
    assert "Le lot est exporté : téléchargez son fichier." in exported.text
    file = team.clerk.client.get(exported.links()["PN-2026-R1"]).data
    SCHEMA.assertValid(etree.fromstring(file))

    assert "Ce lot a déjà été exporté" in team.head.get(f"{RUN}/export").text
    assert "octet pour octet" in team.head.submit().text
    assert team.clerk.client.get(f"{RUN}/fichiers/1").data == file
    team.clerk.get(f"{RUN}/reception")
    received = team.clerk.submit({"told_by": "L'agence, au téléphone"})
    assert "Reçu par le payeur" in received.text


def test_an_unusual_amount_is_shown_in_the_preview_the_run_and_its_approval(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = team.town.app.extensions["voucher_service.web"]
    lower = replace(site, settings=replace(site.settings, unusual_from_cents=1))
    monkeypatch.setitem(team.town.app.extensions, "voucher_service.web", lower)
    account(team)
    team.freeze()
    team.approve()
    team.clerk.get(f"{RUN}/export")
    team.clerk.submit()
    told = statement(entry("20.00", end_to_end=f"{SERIES}-R1-1"), iban=IBANS[1])
    team.clerk.get("/banque")
    team.clerk.submit({"file": (BytesIO(told), "releve.xml")}, form=0)
    assert team.town.redeem(serials_of(team.town.in_hand()[0])[:7]).status_code == 201

    seen = team.prepare()
    team.clerk.submit(form=len(seen.forms) - 1)

    assert "1 montant inhabituel" in seen.text
    assert "Montant inhabituel" in team.head.get(f"/lots/{SERIES}/2/paiements").text
    assert "jamais reçu plus de 20,00 €" in team.head.get(f"/lots/paiements/{SERIES}-R2-1").text
    assert "Montants inhabituels" in team.head.get(f"/lots/{SERIES}/2/approbation").text
    assert "Montants inhabituels" not in team.head.get(f"{RUN}/approbation").text


def test_who_froze_the_run_does_not_approve_it(team: Team) -> None:
    account(team)
    team.freeze()

    assert "Approuver ce lot" not in team.clerk.get(f"{RUN}/approbation").text
    refused = team.clerk.post(f"{RUN}/approbation", {"content_hash": "0" * 64, "password": PASSPHRASE})
    assert refused.status == 403


def test_a_wrong_password_approves_nothing(team: Team) -> None:
    account(team)
    team.freeze()

    wrong = team.approve(password="un autre mot de passe")

    assert (wrong.status, wrong.errors) == (422, ["Ce n'est pas votre mot de passe : tapez-le de nouveau."])
    assert "Arrêté, à approuver" in team.head.get(RUN).text


def test_who_has_a_telephone_gives_its_code_too(team: Team) -> None:
    account(team)
    team.freeze()
    by, keys, at = team.head.actor, team.town.world.keyring, clock.now()
    assert by is not None
    database = team.town.database
    database.run(lambda s: telephones.enrol(s, code=None, keyring=keys, at=at, by=by))
    pending = database.run(lambda s: telephones.pending(s, keyring=keys, by=by))
    assert pending is not None
    telephone = pyotp.TOTP(pending.secret)
    database.run(lambda s: telephones.confirm(s, code=telephone.at(at), keyring=keys, at=at, by=by))

    assert team.approve().errors == [
        "Ce compte demande aussi un code : indiquez les six chiffres affichés par votre téléphone."
    ]
    later = telephone.at(int(clock.now().timestamp()) + 30)
    assert "Le lot 1 est approuvé." in team.approve(code=later).text


def test_a_payment_taken_out_is_said_and_the_approval_counts_no_more(team: Team) -> None:
    account(team)
    team.freeze()
    team.approve()
    payments = team.clerk.get(f"{RUN}/paiements")

    asked = team.clerk.get(payments.links()[f"Retirer {SERIES}-R1-1"])
    assert "les approbations données ne comptent plus" in asked.text
    assert team.clerk.submit().errors == ["Dites pourquoi."]
    done = team.clerk.submit({"cause": "wrong-account", "note": "IBAN d'un tiers"})

    assert "est retiré du lot. Il est de nouveau dû." in done.text
    assert "Ne compte plus : le contenu a changé" in done.text
    assert "Annulé" in team.clerk.get("/lots?etat=cancelled").text
    assert "Rien ne correspond" in team.clerk.get("/lots?etat=paid").text


def test_a_run_is_cancelled_after_a_page_that_says_what_happens(team: Team) -> None:
    account(team)
    team.freeze()

    assert "Tous les paiements sont retirés du lot." in team.clerk.get(f"{RUN}/annulation").text
    done = team.clerk.submit({"cause": "not-to-be-paid"})

    assert "Le lot 1 est annulé." in done.text
    assert "il ne s'annule plus" in team.clerk.get(f"{RUN}/annulation").text


def test_lists_are_saved_for_a_spreadsheet_and_hide_the_accounts(team: Team) -> None:
    account(team)
    seen = team.prepare()
    saved = team.clerk.client.post(
        "/lots/preparer/apercu.csv",
        data={"_seal": team.clerk.seal, "series": SERIES, "cut_off_on": seen.value("cut_off_on")},
    ).data
    team.clerk.submit(form=1)

    whole = team.clerk.client.get("/lots/liste.csv").data.decode()
    payments = team.clerk.client.get(f"{RUN}/paiements.csv").data.decode()
    inside = team.clerk.client.get(f"/lots/paiements/{SERIES}-R1-1/pass.csv").data.decode()

    assert "Arrêté, à approuver" in whole
    assert "FR76 **** 0189" in payments
    assert IBANS[0] not in payments + saved.decode()
    assert inside.count("PN-2026-000001-0") == 2
    assert "écarté personne" in team.clerk.get(f"{RUN}/ecartes").text
    assert team.clerk.client.get(f"{RUN}/ecartes.csv").status_code == 200


def test_an_auditor_reads_runs_and_acts_on_none(team: Team, browser: OpenBrowser) -> None:
    account(team)
    team.freeze()
    auditor = browser(Role.AUDITOR)

    assert "Préparer un lot" not in auditor.get("/lots").text
    assert "Lot PN-2026/1" in auditor.get(RUN).title
    delays = auditor.get(f"/campagnes/{SERIES}/rapports/delais-de-paiement-par-lot")
    assert "PN-2026/1" in delays.text
    for path in ("approbation", "annulation", "export"):
        assert auditor.post(f"{RUN}/{path}").status == 403


def test_a_run_says_gross_what_is_taken_back_and_net(team: Team) -> None:
    account(team)
    team.freeze()
    [claimed, *_] = team.town.clerk.get("/api/v1/redemptions").get_json()["items"]
    body = {"redemption_id": claimed["id"], "cause": "taken-twice"}
    assert team.town.finance.post("/api/v1/reversals", body).status_code == 201
    more = serials_of(team.town.in_hand()[0])
    assert team.town.redeem(more[:3]).status_code == 201

    seen = team.prepare()
    team.clerk.submit(form=len(seen.forms) - 1)
    pages = [team.clerk.get(path) for path in (f"/lots/{SERIES}/2", f"/lots/paiements/{SERIES}-R2-1")]

    for page in (seen, *pages):
        figures = ("Montant brut", "30,00", "À rendre, déduit", "-10,00", "Net à payer", "20,00")
        assert all(figure in page.text for figure in figures)
    assert claimed["serial"] in pages[1].links()
    assert "20,00" in team.clerk.get(f"/lots/{SERIES}/2/paiements").text
