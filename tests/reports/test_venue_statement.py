"""Venue statement: each voucher that was taken, what was given back apart, and in which run it was paid."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy.orm import Session

from tests import life
from tests.reports.answers import Answer, answered, placed
from tests.settlement.camt import entry
from tests.settlement.office import Scene, opened
from tests.world import TODAY, World
from voucher_service.kernel.actor import Actor
from voucher_service.network.operators import OperatorIsUnknown
from voucher_service.network.venues import VenueIsUnknown
from voucher_service.reports import as_pdf, venue_statement
from voucher_service.reports.table import Table


@pytest.fixture
def scene(given: World) -> Scene:
    return opened(given)


def asked(session: Session, scene: Scene, by: Actor, **wish: Any) -> Table:
    world = scene.office.world
    placed(session, world)
    given: dict[str, Any] = {
        "series": world.series,
        "from_on": TODAY,
        "until_on": TODAY,
        "on": life.AFTER_ITS_TIME,
        "by": by,
    }
    return venue_statement.build(session, **(given | wish))


def stated(session: Session, scene: Scene, by: Actor, **wish: Any) -> Answer:
    return answered(asked(session, scene, by, **wish))


def test_each_voucher_is_a_line_with_the_day_by_which_it_is_paid(scene: Scene, session: Session) -> None:
    scene.office.earned(scene.shop, scene.serials[:2])

    [first, second] = stated(session, scene, scene.shop.clerk).rows

    assert (first["line"], first["serial"], first["taken_cents"]) == ("encaissement", scene.serials[0], 1_000)
    assert first["service"] == "Maîtrise des outils numériques du quotidien"
    assert (first["dated_on"], first["pay_by"]) == (TODAY, TODAY + timedelta(days=30))
    assert (first["run"], first["paid_on"], first["paid_cents"]) == ("", None, None)
    assert second["serial"] == scene.serials[1]


def test_a_voucher_that_was_paid_says_in_which_run_and_when(scene: Scene, session: Session) -> None:
    scene.office.earned(scene.shop, scene.serials[:2])
    scene.office.approved()
    frozen = stated(session, scene, scene.shop.clerk).rows[0]
    scene.office.hear(entry("20.00", reference="A", end_to_end="PN-2026-R1-1"))

    answer = stated(session, scene, scene.shop.clerk)

    assert (frozen["run"], frozen["paid_on"], frozen["paid_cents"]) == ("PN-2026/1", None, None)
    assert answer.rows[0]["run"] == "PN-2026/1"
    assert answer.rows[0]["paid_on"] is not None
    assert answer.totals == {"taken_cents": 2_000, "reversed_cents": 0, "paid_cents": 2_000}


def test_what_was_given_back_stands_apart_and_is_not_deducted(scene: Scene, session: Session) -> None:
    [_, second] = scene.office.earned(scene.shop, scene.serials[:2])
    scene.office.reverse(second, by=scene.shop.clerk)

    answer = stated(session, scene, scene.shop.clerk)

    assert [row["line"] for row in answer.rows] == ["encaissement", "encaissement", "annulation"]
    assert answer.rows[2]["serial"] == scene.serials[1]
    assert answer.totals == {"taken_cents": 2_000, "reversed_cents": 1_000, "paid_cents": 0}


def test_only_the_days_that_are_asked_for_are_stated(scene: Scene, session: Session) -> None:
    yesterday = TODAY - timedelta(days=1)
    scene.office.earned(scene.shop, scene.serials[:1], served_on=yesterday)
    scene.office.earned(scene.shop, scene.serials[1:3])

    def serials(from_on: Any, until_on: Any) -> list[str]:
        rows = stated(session, scene, scene.shop.clerk, from_on=from_on, until_on=until_on).rows
        return [row["serial"] for row in rows]

    assert serials(yesterday, yesterday) == scene.serials[:1]
    assert serials(TODAY, TODAY) == scene.serials[1:3]
    assert serials(yesterday, TODAY) == scene.serials[:3]


def test_the_same_position_states_the_same(scene: Scene, session: Session) -> None:
    scene.office.earned(scene.shop, scene.serials[:1])
    then = placed(session, scene.office.world)
    before = stated(session, scene, scene.shop.clerk, position=then)
    scene.office.earned(scene.shop, scene.serials[1:2])
    scene.office.approved()

    assert stated(session, scene, scene.shop.clerk, position=then) == before


def test_a_venue_reads_its_own_operators_takings_only(scene: Scene, session: Session) -> None:
    scene.office.earned(scene.shop, scene.serials[:1])
    scene.office.earned(scene.other, scene.serials[1:2])

    def mine(**wish: Any) -> list[str]:
        return [row["serial"] for row in stated(session, scene, scene.other.clerk, **wish).rows]

    assert mine() == scene.serials[1:2]
    assert mine(operator_id=scene.shop.clerk.organisation_id) == scene.serials[1:2]
    with pytest.raises(VenueIsUnknown):
        mine(venue_id=scene.shop.venue.id)


def test_finance_reads_any_operator_or_venue_that_it_names(scene: Scene, session: Session) -> None:
    scene.office.earned(scene.shop, scene.serials[:1])
    finance = scene.office.clerk

    by_operator = stated(session, scene, finance, operator_id=scene.shop.clerk.organisation_id)

    assert by_operator == stated(session, scene, finance, venue_id=scene.shop.venue.id)
    assert len(by_operator.rows) == 1
    with pytest.raises(OperatorIsUnknown):
        stated(session, scene, finance)
    with pytest.raises(VenueIsUnknown):
        stated(
            session,
            scene,
            finance,
            operator_id=scene.other.clerk.organisation_id,
            venue_id=scene.shop.venue.id,
        )


def test_the_printed_statement_says_that_it_is_not_an_invoice(scene: Scene, session: Session) -> None:
    scene.office.earned(scene.shop, scene.serials[:1])

    printed = as_pdf.render(asked(session, scene, scene.shop.clerk))

    text = PdfReader(BytesIO(printed)).pages[0].extract_text()
    assert "Ce relevé n'est pas une facture." in text
    assert scene.serials[0] in text
    assert f"rang {placed(session, scene.office.world)} du registre" in text
