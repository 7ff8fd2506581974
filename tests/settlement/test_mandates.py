"""Tests of mandates: numbered, paid on the accountant's date only, rejected with a reason and payable again."""

from typing import Any

import pytest

from tests.settlement.office import Scene, opened
from tests.world import NOW, TODAY, World, outcome_of
from voucher_service.funding.terms import MoneySide
from voucher_service.kernel.refusal import Refusal
from voucher_service.network.directory.content import FileIsNotUtf8
from voucher_service.settlement import accountant_returns, dues, mandates
from voucher_service.settlement.accountant_returns import ColumnsAreMissing, Returned, Trouble
from voucher_service.settlement.confirmation import MandatesAreNotExpected
from voucher_service.settlement.mandates import Issued, Recording, Rejection
from voucher_service.settlement.matching import Doubt, Matching

HEAD = "piece;etat;mandat;bordereau;exercice;date;montant;motif\n"
FIRST, SECOND = "PN-2026-R1-1", "PN-2026-R1-2"


@pytest.fixture
def scene(given: World) -> Scene:
    """Give a run of two operators that a public accountant pays, approved."""
    made = opened(given, money_side=MoneySide.COMMITMENT)
    made.office.earned(made.shop, made.serials[:2])
    made.office.earned(made.other, made.serials[2:3])
    made.office.approved()
    return made


def issued(line: str = FIRST, number: str = "M-118") -> Issued:
    return Issued(line, number, "B-7", 2026, TODAY)


def record(scene: Scene, *lines: Issued) -> Recording:
    done: Recording = scene.office.world.do(
        lambda s: mandates.record(s, series="PN-2026", mandates=lines, at=NOW, by=scene.office.clerk)
    )
    return done


def reject(scene: Scene, *lines: Rejection) -> Matching:
    done: Matching = scene.office.world.do(
        lambda s: mandates.reject(s, series="PN-2026", rejections=lines, at=NOW, by=scene.office.clerk)
    )
    return done


def take(scene: Scene, lines: str, head: str = HEAD) -> Returned:
    done: Returned = scene.office.world.do(
        lambda s: accountant_returns.take(
            s, series="PN-2026", file=(head + lines).encode(), at=NOW, by=scene.office.clerk
        )
    )
    return done


def owed(scene: Scene) -> tuple[int, int, int]:
    clerk = scene.shop.clerk
    owing: Any = scene.office.world.do(
        lambda s: dues.of_operator(s, operator_id=clerk.organisation_id, by=clerk)
    )
    [due] = owing
    return due.due_cents, due.approved_cents, due.paid_cents


def test_a_line_is_mandated_once_and_no_money_moves(scene: Scene) -> None:
    before = scene.office.world.balance("commitment")

    first, again = record(scene, issued(), issued(SECOND)), record(scene, issued(), issued(SECOND))

    assert (len(first.recorded), first.known, first.left) == (2, 0, [])
    assert (again.recorded, again.known, again.left) == ([], 2, [])
    assert scene.office.world.balance("commitment") == before
    assert owed(scene) == (0, 2_000, 0)


def test_a_line_that_is_not_ours_or_was_mandated_otherwise_is_left_to_a_person(scene: Scene) -> None:
    record(scene, issued())

    found = record(scene, issued(number="M-119"), issued("PN-2026-R9-1"))

    assert found.recorded == []
    assert [left.doubt for left in found.left] == [Doubt.REFERENCE_IS_TAKEN, Doubt.UNKNOWN]


def test_a_run_that_nobody_approved_is_not_mandated(scene: Scene) -> None:
    scene.office.earned(scene.shop, scene.serials[3:4])
    scene.office.freeze()

    assert [left.doubt for left in record(scene, issued("PN-2026-R2-1")).left] == [Doubt.NOT_APPROVED]


def test_a_rejected_mandate_makes_its_due_payable_again_once_with_its_reason(scene: Scene) -> None:
    record(scene, issued())
    refused = Rejection(FIRST, "M-118", TODAY, "RIB illisible")

    first, again = reject(scene, refused), reject(scene, refused)

    assert (len(first.matched), again.known, again.matched) == (1, 1, [])
    assert owed(scene) == (2_000, 0, 0)
    assert [left.doubt for left in record(scene, issued(number="M-120")).left] == [Doubt.REJECTED_ALREADY]
    assert scene.office.findings() == []
    assert scene.office.approved().total_cents == 2_000


def test_what_was_paid_is_not_rejected(scene: Scene) -> None:
    take(scene, f"{FIRST};payé;M-118;B-7;2026;15/06/2026;20,00;\n")

    found = reject(scene, Rejection(FIRST, "M-118", TODAY, "trop tard"))

    assert found.matched == []
    assert [one.doubt for one in found.unmatched] == [Doubt.PAID_ALREADY]


def test_a_file_says_what_was_mandated_paid_and_rejected_and_again_changes_nothing(scene: Scene) -> None:
    lines = (
        f"{FIRST};mandaté;M-118;B-7;2026;10/06/2026;;\n"
        f"{SECOND};Mandaté;M-119;B-7;;2026-06-10;;\n"
        f"{FIRST};payé;M-118;B-7;2026;15/06/2026;20,00;\n"
        f"{SECOND};rejeté;M-119;B-7;2026;15/06/2026;;Pièce manquante\n"
    )

    first, again = take(scene, lines), take(scene, lines)

    assert (first.mandated, first.paid, first.rejected, first.known) == (2, 1, 1, 0)
    assert (again.mandated, again.paid, again.rejected, again.known) == (0, 0, 0, 4)
    assert [*first.doubtful, *first.faulty, *again.doubtful, *again.faulty] == []
    assert owed(scene) == (0, 0, 2_000)
    assert scene.office.findings() == []


@pytest.mark.parametrize(
    ("line", "trouble"),
    [
        (f"{FIRST};mandaté;M;B;2026;31/02/2026;;", Trouble.DAY),
        (f"{FIRST};mandaté;M;B;26;10/06/2026;;", Trouble.EXERCICE),
        (f"{FIRST};réglé;M;B;2026;10/06/2026;20,00;", Trouble.STATE),
        (f"{FIRST};payé;M;B;2026;10/06/2026;vingt;", Trouble.AMOUNT),
        (";mandaté;M;B;2026;10/06/2026;;", Trouble.NO_PIECE),
        (f"{FIRST};mandaté;;B;2026;10/06/2026;;", Trouble.NO_MANDATE),
        (f"{FIRST};mandaté", Trouble.UNREADABLE),
    ],
)
def test_a_line_that_cannot_be_used_is_told_and_the_others_are_taken(
    line: str, trouble: Trouble, scene: Scene
) -> None:
    returned = take(scene, f"{line}\n{SECOND};mandaté;M-119;B-7;2026;10/06/2026;;\n")

    assert [(one.line, one.trouble) for one in returned.faulty] == [(2, trouble)]
    assert returned.mandated == 1


def test_an_amount_that_differs_pays_nothing(scene: Scene) -> None:
    returned = take(scene, f"{FIRST};payé;M-118;B-7;2026;15/06/2026;19,99;\n")

    assert [one.doubt for one in returned.doubtful] == [Doubt.AMOUNT_DIFFERS]
    assert owed(scene) == (0, 2_000, 0)


@pytest.mark.parametrize(
    ("file", "refusal"),
    [("piece;etat\n", ColumnsAreMissing), ("", ColumnsAreMissing)],
)
def test_a_file_without_its_columns_is_refused(file: str, refusal: type[Refusal], scene: Scene) -> None:
    assert outcome_of(lambda: take(scene, "", head=file)) is refusal


def test_a_file_in_another_alphabet_is_refused(scene: Scene) -> None:
    def latin(session: Any) -> Returned:
        file = (HEAD + "é").encode("latin-1")
        return accountant_returns.take(session, series="PN-2026", file=file, at=NOW, by=scene.office.clerk)

    assert outcome_of(lambda: scene.office.world.do(latin)) is FileIsNotUtf8


def test_a_campaign_that_pays_from_its_own_account_expects_no_mandate(given: World) -> None:
    own = opened(given)

    assert outcome_of(lambda: record(own, issued())) is MandatesAreNotExpected
    assert outcome_of(lambda: take(own, "")) is MandatesAreNotExpected
