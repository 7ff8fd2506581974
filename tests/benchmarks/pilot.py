"""Pilot: a large campaign under way: booklets at twenty desks, some handed over and used, a payment run approved."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import chain
from uuid import UUID

from sqlalchemy.orm import Session

from tests import world
from tests.benchmarks import room
from tests.benchmarks.counters import new_books
from tests.settlement.office import Office
from tests.world import Desk, Shop, World
from voucher_service.funding import funders
from voucher_service.identity import sessions
from voucher_service.identity.organisations import OrganisationKind
from voucher_service.identity.users import User
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.vouchers import batch_keys, code
from voucher_service.worker import record_keeping

_DESKS, _VENUES = 20, 60
_HANDED_OVER, _USED = 10, 66
"""One booklet of so many is handed over, or used."""


@dataclass(frozen=True, slots=True)
class Pilot:
    """Somebody of each role, who can sign in."""

    given: World
    people: dict[Role, UUID]

    def signed_in(self, role: Role) -> str:
        """Sign somebody in, second factor shown, and return the secret of his cookie."""
        secret: str = self.given.do(partial(_open_session, user_id=self.people[role]))
        return secret


@contextmanager
def opened(*, vouchers: int) -> Iterator[Pilot]:
    """Play the campaign in the service's own database, anew."""
    with new_books() as (_app, state, owner):
        given = world.in_database(state.database, state.keys)
        payer = given.person(Role.FUNDER, OrganisationKind.FUNDER)
        given.do(
            lambda s: funders.enrol(
                s, code="metropole", name="Métropole", at=world.NOW, organisation_id=payer.organisation_id
            )
        )
        given.campaign()
        office = Office(
            given, *(given.person(Role.FINANCE, OrganisationKind.OPERATOR) for _ in ("clerk", "head"))
        )
        desks = [given.desk() for _ in range(_DESKS)]
        shops = [given.shop() for _ in range(_VENUES)]
        _play(office, desks, shops, booklets=vouchers // 10)
        record_keeping.keep_the_records(state.database, clock.now())
        room.settle(owner)
        people = {
            Role.OPERATOR: given.person(Role.OPERATOR, OrganisationKind.OPERATOR),
            Role.AUDITOR: given.person(Role.AUDITOR, OrganisationKind.OPERATOR),
            Role.FINANCE: office.head,
            Role.FUNDER: payer,
            Role.PRESCRIBER: desks[0].worker,
            Role.VENUE: shops[0].clerk,
        }
        yield Pilot(given, {role: actor.user_id for role, actor in people.items()})


def _play(office: Office, desks: Sequence[Desk], shops: Sequence[Shop], *, booklets: int) -> None:
    """Hand out, take, pay, and take again since."""
    given, each = office.world, booklets // len(desks)
    numbers = list(chain.from_iterable(given.active(each) for _ in desks))
    handed: list[str] = []
    for place, desk in enumerate(desks):
        mine = numbers[place * each : (place + 1) * each]
        given.allocate(mine, desk)
        for number in mine[::_HANDED_OVER]:
            given.hand_over([number], desk)
            handed.append(number)
    used = handed[:: _USED // _HANDED_OVER]
    office.pay_from()
    _take(given, used[::2], shops)
    office.export(office.approved())
    _take(given, used[1::2], shops, is_today=True)


def _take(given: World, booklets: Sequence[str], shops: Sequence[Shop], *, is_today: bool = False) -> None:
    on = clock.civil_date(clock.now()) if is_today else world.TODAY
    keys = given.do(
        lambda s: batch_keys.of_booklets(s, campaign_id=1, booklets=booklets, keyring=given.keyring)
    )
    for turn, number in enumerate(booklets):
        letters = [code.derive(keys[number], serial, 1) for serial in world.serials_of(number)]
        given.redeem_codes(letters, shops[turn % len(shops)], served_on=on, today=on)


def _open_session(session: Session, *, user_id: UUID) -> str:
    at, user = clock.now(), session.get_one(User, user_id)
    secret = sessions.open_session(session, user=user, address="127.0.0.1", agent="benchmark", at=at)
    signed = sessions.admit(session, secret=secret, at=at)
    sessions.prove(session, session_id=signed.session_id, at=at)
    return secret
