"""A world for tests, built with the domain's own verbs and never by inserting rows: so the books are always true."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from tests import bank_accounts
from voucher_service.funding import campaigns, deposits, funders, pledges
from voucher_service.funding.campaigns import Campaign
from voucher_service.funding.pledges import PledgeKind
from voucher_service.funding.terms import DueOn, KeyPart, LegalBasis, MoneySide, Terms
from voucher_service.identity import organisations, users
from voucher_service.identity.organisations import OrganisationKind
from voucher_service.kernel.actor import SYSTEM, Actor, Role
from voucher_service.kernel.database import Database
from voucher_service.kernel.keys import Keyring
from voucher_service.kernel.refusal import Refusal
from voucher_service.ledger import statements
from voucher_service.network import accreditation, operators, prescribers, venues
from voucher_service.network.accreditation import Decision, Reason
from voucher_service.network.mediators import Standing
from voucher_service.network.operators import LegalForm
from voucher_service.network.prescribers import Site
from voucher_service.network.profile import Profile
from voucher_service.network.venues import Venue
from voucher_service.vouchers import (
    activation,
    allocation,
    batch_keys,
    code,
    handover,
    presentation,
    production,
    redemption,
    register,
    replacement,
    reversal,
    voiding,
)
from voucher_service.vouchers.basket import Mode
from voucher_service.vouchers.delivery import Delivery
from voucher_service.vouchers.handover import Handover
from voucher_service.vouchers.presentation import Occasion
from voucher_service.vouchers.redemption import Outcome
from voucher_service.vouchers.refused_codes import Counter
from voucher_service.vouchers.replacement import Replaced
from voucher_service.vouchers.reversal import Cause, Reversal

TODAY = date(2026, 6, 15)
NOW = datetime(2026, 6, 15, 9, 30, tzinfo=UTC)
SERVICE = "everyday-tools"
COLLEAGUE = Actor(UUID(int=1), SYSTEM.organisation_id, Role.OPERATOR)
"""A second person of the operator's: whoever creates a venue does not accredit it."""
_SERIAL_NUMBERS = count(1)
IBANS = ("FR7630006000011234567890189", "FR1420041010050500013M02606", "FR7610107001011234567890129")


@dataclass(frozen=True)
class Desk:
    """A prescriber's site, and the social worker who sits there."""

    site: Site
    worker: Actor


@dataclass(frozen=True)
class Shop:
    """A venue, and the person at its counter."""

    venue: Venue
    clerk: Actor


@dataclass
class World:
    """Acts of the domain with the arguments that a test does not care about already given.

    ``runner`` runs a command: in the test's own session, or (to race) each in a transaction of its own.
    ``today`` is the day on which all acts are done; a test may move it on.
    """

    runner: Callable[[Callable[[Session], Any]], Any]
    keyring: Keyring
    operator: Actor = SYSTEM
    colleague: Actor = COLLEAGUE
    finance: Actor = field(default_factory=lambda: Actor(uuid4(), SYSTEM.organisation_id, Role.FINANCE))
    series: str = "PN-2026"
    today: date = TODAY

    @property
    def at(self) -> datetime:
        """Say which instant it is: the morning of the world's day."""
        return datetime.combine(self.today, NOW.timetz())

    def do(self, command: Callable[[Session], Any]) -> Any:
        """Run one command of the domain."""
        return self.runner(command)

    def person(self, role: Role, kind: OrganisationKind) -> Actor:
        """Found an organisation of this kind, and enrol somebody in this role."""
        number = next(_SERIAL_NUMBERS)
        organisation = self.do(
            lambda s: organisations.found(
                s, name=f"Organisation {number}", siret=None, kind=kind, at=self.at, by=self.operator
            )
        )
        user = self.do(
            lambda s: users.enrol(
                s,
                organisation_id=organisation.id,
                email=f"personne.{number}@example.org",
                name=f"Personne {number}",
                role=role,
                is_referent=False,
                at=self.at,
                by=self.operator,
            )
        )
        return Actor(user.id, organisation.id, role)

    def campaign(self, *, key: Sequence[KeyPart] = (), **terms: Any) -> Campaign:
        """Open a campaign: the métropole advances everything, the State bears half, on used vouchers."""
        owner = self.person(Role.FINANCE, OrganisationKind.OPERATOR)
        parts = list(key) or [
            KeyPart("etat", 0, 1, DueOn.USED),
            KeyPart("metropole", 1, 1, DueOn.BOUGHT),
        ]
        for part in parts:
            self.funder(part.funder)
        given: dict[str, Any] = {
            "name": "Campagne fictive",
            "legal_basis": LegalBasis.MARCHE,
            "legal_reference": "M-2026-01",
            "deliberation": "D-2026-01",
            "decided_on": date(2026, 1, 15),
            "money_side": MoneySide.BANK,
            "use_from": date(2026, 2, 1),
            "use_until": date(2026, 12, 31),
            "present_until": date(2027, 1, 31),
        } | terms
        done: Campaign = self.do(
            lambda s: campaigns.open_campaign(
                s, series=self.series, terms=Terms(**given), key=parts, at=self.at, by=owner
            )
        )
        return done

    def funder(self, funder: str) -> None:
        """Enrol a funder, unless it is there."""
        try:
            self.do(lambda s: funders.enrol(s, code=funder, name=funder.title(), at=self.at))
        except funders.FunderExists:
            return

    def pledge(self, cents: int, funder: str = "metropole") -> None:
        """Have a funder promise money."""
        self.do(
            lambda s: pledges.pledge(
                s,
                series=self.series,
                funder=funder,
                kind=PledgeKind.PLEDGE,
                amount_cents=cents,
                reference="Convention",
                dated_on=self.today,
                at=self.at,
                by=self.finance,
            )
        )

    def deposit(
        self,
        cents: int,
        funder: str | None = "metropole",
        reference: str | None = None,
        on: date | None = None,
    ) -> None:
        """Receive money from a funder."""
        named = reference or f"VIR-{next(_SERIAL_NUMBERS)}"
        self.do(
            lambda s: deposits.receive(
                s,
                series=self.series,
                reference=named,
                amount_cents=cents,
                received_on=on or self.today,
                at=self.at,
                by=self.finance,
                funder=funder,
                exercice=2026,
            )
        )

    def funds(self, cents: int, funder: str = "metropole") -> None:
        """Have a funder promise money and pay it."""
        self.pledge(cents, funder)
        self.deposit(cents, funder)

    def produced(self, booklets: int = 1) -> list[str]:
        """Produce booklets, and name them."""
        batch = self.do(
            lambda s: production.produce(
                s,
                series=self.series,
                booklets=booklets,
                on=self.today,
                at=self.at,
                by=self.operator,
                keyring=self.keyring,
            )
        )
        return [
            register.booklet_number(self.series, ordinal)
            for ordinal in range(batch.first_booklet, batch.last_booklet + 1)
        ]

    def activate(self, booklets: Sequence[str]) -> None:
        """Activate booklets that follow each other."""
        ordinals = [int(number.rsplit("-", 1)[1]) for number in booklets]
        self.do(
            lambda s: activation.activate(
                s,
                series=self.series,
                first_booklet=min(ordinals),
                last_booklet=max(ordinals),
                mandate_number="2026-001",
                mandated_on=self.today,
                on=self.today,
                at=self.at,
                by=self.finance,
            )
        )

    def active(self, booklets: int = 1) -> list[str]:
        """Produce booklets and activate them, with the money that it takes."""
        numbers = self.produced(booklets)
        campaign = self.do(lambda s: campaigns.get(s, self.series))
        self.funds(booklets * campaign.booklet_size * campaign.face_cents)
        self.activate(numbers)
        return numbers

    def desk(self) -> Desk:
        """Open a prescriber's site with a social worker."""
        worker = self.person(Role.PRESCRIBER, OrganisationKind.PRESCRIBER)
        self.do(
            lambda s: prescribers.enrol(
                s, organisation_id=worker.organisation_id, at=self.at, by=self.operator
            )
        )
        site = self.do(
            lambda s: prescribers.open_site(
                s,
                organisation_id=worker.organisation_id,
                name="Maison de quartier fictive",
                commune="Montpellier",
                at=self.at,
                by=self.operator,
            )
        )
        return Desk(site, worker)

    def shop(self, *, accredited: bool = True, siret: str | None = None, **profile: Any) -> Shop:
        """Open a venue that can be paid, accredited for the campaign."""
        number = next(_SERIAL_NUMBERS)
        clerk = self._venue_operator(siret)
        venue = self.do(
            lambda s: venues.register(
                s,
                profile=Profile(
                    **{
                        "name": f"Médiathèque fictive {number}",
                        "address": f"{number} rue Inventée",
                        "postcode": "34000",
                        "commune": "Montpellier",
                        "insee": "34172",
                    }
                    | profile
                ),
                operator_id=clerk.organisation_id,
                at=self.at,
                by=self.operator,
            )
        )
        if accredited:
            self.accredit(venue)
        return Shop(venue, clerk)

    def accredit(
        self, venue: Venue, decision: Decision = Decision.ACCREDITED, on: date | None = None
    ) -> None:
        """Decide of a venue for the campaign."""
        self.do(
            lambda s: accreditation.decide(
                s,
                campaign_id=campaigns.get(s, self.series).id,
                venue_id=venue.id,
                decision=decision,
                effective_on=on or date(2026, 2, 1),
                reason=Reason.FILE_COMPLETE if decision is Decision.ACCREDITED else Reason.UNDER_ENQUIRY,
                at=self.at,
                by=self.colleague,
            )
        )

    def _venue_operator(self, siret: str | None) -> Actor:
        number = next(_SERIAL_NUMBERS)
        organisation = self.do(
            lambda s: organisations.found(
                s,
                name=f"Association fictive {number}",
                siret=siret or invented_siret(number),
                kind=OrganisationKind.VENUE_OPERATOR,
                at=self.at,
                by=self.operator,
            )
        )
        self.do(
            lambda s: operators.enrol(
                s,
                organisation_id=organisation.id,
                legal_form=LegalForm.ASSOCIATION,
                at=self.at,
                by=self.operator,
            )
        )
        self.do(
            lambda s: bank_accounts.paid_on(
                s,
                operator_id=organisation.id,
                iban=IBANS[0],
                holder=organisation.name,
                at=self.at,
                by=self.operator,
            )
        )
        user = self.do(
            lambda s: users.enrol(
                s,
                organisation_id=organisation.id,
                email=f"guichet.{number}@example.org",
                name=f"Guichet {number}",
                role=Role.VENUE,
                is_referent=False,
                at=self.at,
                by=self.operator,
            )
        )
        return Actor(user.id, organisation.id, Role.VENUE)

    def allocate(self, booklets: Sequence[str], desk: Desk) -> None:
        """Send booklets to a site, which counts them all."""
        sent = self.do(
            lambda s: allocation.send(
                s,
                series=self.series,
                booklets=booklets,
                site_id=desk.site.id,
                on=self.today,
                at=self.at,
                by=self.operator,
            )
        )
        self.do(
            lambda s: allocation.receive(
                s,
                allocation_id=sent.id,
                counted=len(booklets),
                missing=[],
                on=self.today,
                at=self.at,
                by=desk.worker,
            )
        )

    def hand_over(
        self, booklets: Sequence[str], desk: Desk, handed_on: date | None = None, **given: Any
    ) -> Handover:
        """Hand booklets of a site over to a person."""
        done: Handover = self.do(
            lambda s: handover.hand_over(
                s,
                series=self.series,
                booklets=booklets,
                site_id=desk.site.id,
                handed_on=handed_on or self.today,
                today=self.today,
                at=self.at,
                by=desk.worker,
                **given,
            )
        )
        return done

    def in_hand(self, booklets: int = 1, desk: Desk | None = None) -> list[str]:
        """Produce, activate, allocate and hand over booklets: their vouchers are good to use."""
        numbers = self.active(booklets)
        place = desk or self.desk()
        self.allocate(numbers, place)
        self.hand_over(numbers, place)
        return numbers

    def letters(self, serial: str, issue: int = 1) -> str:
        """Read the code on a paper."""
        booklet = serial.rpartition("-")[0]
        keys = self.do(
            lambda s: batch_keys.of_booklets(
                s,
                campaign_id=campaigns.get(s, self.series).id,
                booklets=[booklet],
                keyring=self.keyring,
            )
        )
        return code.derive(keys[booklet], serial, issue)

    def redeem(
        self,
        serials: Sequence[str],
        shop: Shop,
        *,
        issue: int = 1,
        mode: Mode = Mode.ALL,
        served_on: date | None = None,
        today: date | None = None,
        delivered: Delivery | None = None,
    ) -> Outcome:
        """Take vouchers at a venue, by the codes on their papers."""
        letters = [self.letters(serial, issue) for serial in serials]
        return self.redeem_codes(
            letters, shop, mode=mode, served_on=served_on, today=today, delivered=delivered
        )

    def redeem_codes(
        self,
        letters: Sequence[str],
        shop: Shop,
        *,
        mode: Mode = Mode.ALL,
        served_on: date | None = None,
        today: date | None = None,
        delivered: Delivery | None = None,
    ) -> Outcome:
        """Take vouchers at a venue, by what was typed."""
        what = delivered or Delivery(SERVICE, 60, Standing.EMPLOYEE)
        codes = list(presentation.read_codes(letters, self.keyring.code_pepper()))
        done: Outcome = self.do(
            lambda s: redemption.redeem(
                s,
                codes=codes,
                on=Occasion(shop.venue.id, served_on or self.today, today or self.today, what.service),
                delivered=what,
                counter=Counter(self.at, shop.clerk, shop.venue.id),
                mode=mode,
            )
        )
        return done

    def reverse(
        self, redemption_id: UUID, by: Actor, *, run: int | None = None, on: date | None = None
    ) -> Reversal:
        """Give a redemption back."""
        done: Reversal = self.do(
            lambda s: reversal.reverse(
                s,
                redemption_id=redemption_id,
                cause=Cause.OTHER_ERROR,
                on=on or self.today,
                at=self.at,
                by=by,
                run_of=lambda _s, _r: run,
            )
        )
        return done

    def void(
        self, *, serials: Sequence[str] = (), booklets: Sequence[str] = (), by: Actor | None = None
    ) -> Any:
        """Declare vouchers or booklets lost."""
        return self.do(
            lambda s: voiding.void(
                s,
                series=self.series,
                reason=voiding.Reason.LOST,
                on=self.today,
                at=self.at,
                by=by or self.operator,
                serials=serials,
                booklets=booklets,
            )
        )

    def replace(
        self, *, serials: Sequence[str] = (), booklets: Sequence[str] = (), by: Actor | None = None
    ) -> Replaced:
        """Replace vouchers or booklets by new papers."""
        done: Replaced = self.do(
            lambda s: replacement.replace(
                s,
                series=self.series,
                reason=voiding.Reason.LOST,
                on=self.today,
                at=self.at,
                by=by or self.operator,
                keyring=self.keyring,
                serials=serials,
                booklets=booklets,
            )
        )
        return done

    def balance(self, address: str) -> int:
        """Read an account, live."""
        held: int = self.do(
            lambda s: statements.balance(s, campaign_id=campaigns.get(s, self.series).id, address=address)
        )
        return held


def serials_of(booklet: str, size: int = 10) -> list[str]:
    """Name the vouchers of a booklet."""
    return [register.serial_of(booklet, position) for position in range(1, size + 1)]


def outcome_of(act: Callable[[], Any]) -> Any:
    """Run an act, and return what it returned or the class of its refusal."""
    try:
        return act()
    except Refusal as refusal:
        return type(refusal)


def invented_siret(number: int) -> str:
    """Make a number that passes the checks of a SIRET and belongs to nobody in particular."""
    siren = _with_luhn(f"9{number:07d}")
    return _with_luhn(f"{siren}0001")


def _with_luhn(digits: str) -> str:
    doubled = [int(d) * (2 if place % 2 == 0 else 1) for place, d in enumerate(reversed(digits))]
    total = sum(value - 9 if value > 9 else value for value in doubled)
    return f"{digits}{-total % 10}"


def in_session(session: Session, keyring: Keyring) -> World:
    """Build a world in the test's own transaction."""
    return World(lambda command: command(session), keyring)


def in_database(database: Database, keyring: Keyring) -> World:
    """Build a world whose every act is committed, to race in."""
    return World(database.run, keyring)


def new_keyring(folder: Path) -> Keyring:
    """Make keys for tests."""
    return Keyring(folder, may_create=True)
