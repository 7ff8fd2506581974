"""The stage: the middle of a campaign, committed once, from which every example sets out."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from tests.conftest import Workspace
from tests.settlement.office import Office
from tests.vouchers.state_machine.almanac import Almanac
from tests.vouchers.state_machine.model import Model
from tests.vouchers.state_machine.papers import PEOPLE, SIZE, Carnet, Paper, Turn
from tests.vouchers.state_machine.payables import FACE, Taking
from tests.vouchers.state_machine.purses import Purse
from tests.world import TODAY, Desk, Shop, World, in_database, serials_of
from voucher_service.funding import campaigns
from voucher_service.funding.terms import MoneySide
from voucher_service.identity.organisations import OrganisationKind
from voucher_service.kernel.actor import Role
from voucher_service.kernel.database import Database
from voucher_service.kernel.keys import Keyring
from voucher_service.ledger import books
from voucher_service.vouchers.redemption import Taken

IN_THE_KEY, ELSEWHERE = ("metropole", "etat"), "departement"
_FUNDS = 40_000
_AT_DESKS = (0, 0, 1, 0, 1)
_AT_SHOPS = (0, 0, 1)


@dataclass(frozen=True)
class Stage:
    """A campaign that has begun: its desks and venues, two people who will come back, and its model.

    ``colours`` tells the euros of each sender apart; None: of nobody known.
    """

    database: Database
    world: World
    office: Office
    campaign_id: int
    desks: tuple[Desk, Desk]
    shops: tuple[Shop, Shop]
    people: tuple[UUID, UUID]
    colours: dict[int, str | None]
    model: Model


def opened(workspace: Workspace, keyring: Keyring, side: MoneySide) -> Stage:
    """Open a campaign: a booklet in hand and one begun, three at the desks, one in the stock."""
    database = workspace.clean()
    workspace.is_clean = False
    world = in_database(database, keyring)
    world.campaign(booklet_size=SIZE, money_side=side)
    office = _office(world)
    world.funder(ELSEWHERE)
    desks, shops = (world.desk(), world.desk()), (world.shop(), world.shop())
    world.funds(_FUNDS)
    numbers = world.produced(5) + world.produced(1)
    world.activate(numbers[:5])
    for number, desk in zip(numbers, _AT_DESKS, strict=False):
        world.allocate([number], desks[desk])
    people = (uuid4(), uuid4())
    handed = world.hand_over(numbers[:1], desks[0], person_id=people[0])
    given = world.hand_over(numbers[1:2], desks[0])
    takings = _taken(world, serials_of(numbers[1], SIZE), shops)
    campaign_id = world.do(lambda s: campaigns.get(s, world.series)).id
    model = Model(
        almanac=Almanac(TODAY),
        side=side.value,
        desks=tuple(desk.site.no for desk in desks),
        shops=tuple(shop.venue.no for shop in shops),
        purses={funder: Purse() for funder in IN_THE_KEY},
        carnets=[Carnet(number, TODAY, papers=_papers(number)) for number in numbers],
        money=_FUNDS,
    )
    _tell(model, [(handed.id, people[0]), (given.id, None)])
    _tell_of(model.carnets[1], takings)
    model.takings = takings
    colours = _colours(world, campaign_id)
    return Stage(database, world, office, campaign_id, desks, shops, people, colours, model)


def _office(world: World) -> Office:
    clerk, head = (world.person(Role.FINANCE, OrganisationKind.OPERATOR) for _ in range(2))
    office = Office(world, clerk, head)
    office.pay_from()
    return office


def _papers(number: str) -> dict[str, Paper]:
    return {serial: Paper() for serial in serials_of(number, SIZE)}


def _taken(world: World, serials: list[str], shops: Sequence[Shop]) -> list[Taking]:
    takings = []
    for serial, shop in zip(serials, _AT_SHOPS, strict=False):
        [item] = world.redeem([serial], shops[shop]).items
        assert isinstance(item, Taken)
        takings.append(Taking(item.redemption_id, serial, shop, TODAY))
    return takings


def _tell(model: Model, handovers: list[tuple[UUID, UUID | None]]) -> None:
    model.purses["metropole"].paid = _FUNDS - len(_AT_DESKS) * SIZE * FACE
    for desk, carnet in zip(_AT_DESKS, model.carnets, strict=False):
        carnet.is_active = True
        carnet.go(f"desk{desk}", TODAY)
        for paper in carnet.papers.values():
            paper.state = "live"
    for (handover_id, person), carnet in zip(handovers, model.carnets, strict=False):
        turn = Turn(handover_id, 0, person, [carnet])
        carnet.go(PEOPLE, TODAY, turn)
        model.turns.append(turn)


def _tell_of(carnet: Carnet, takings: list[Taking]) -> None:
    for taking in takings:
        paper = carnet.papers[taking.serial]
        paper.state, paper.taking, carnet.is_touched = "spent", taking, True


def _colours(world: World, campaign_id: int) -> dict[int, str | None]:
    def colour(funder: str) -> int:
        return int(world.do(lambda s: books.unit_colour(s, campaign_id=campaign_id, funder=funder)))

    return {books.UNATTRIBUTED: None} | {colour(funder): funder for funder in (*IN_THE_KEY, ELSEWHERE)}
