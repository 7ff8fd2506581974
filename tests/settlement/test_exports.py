"""Tests of the files by which a run leaves the house, and of who is told that they arrived."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from lxml import etree
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.races import together
from tests.settlement.office import Scene, opened
from tests.settlement.test_sepa import SCHEMA, words
from tests.world import NOW, World
from voucher_service.funding import campaigns
from voucher_service.funding.campaigns import Campaign
from voucher_service.funding.terms import MoneySide
from voucher_service.kernel.database import Database
from voucher_service.reports import run_export
from voucher_service.settlement import exports, orders, progress
from voucher_service.settlement.exports import (
    Exported,
    Form,
    MessageIsUnknown,
    RunFileIsUnknown,
    RunIsNotExported,
)
from voucher_service.settlement.orders import PaymentIsTooLarge
from voucher_service.settlement.paying_accounts import FileLimitIsWrong
from voucher_service.settlement.progress import State
from voucher_service.settlement.runs import PaymentRun


def exported(scene: Scene, run: PaymentRun, **when: Any) -> Exported:
    asked: dict[str, Any] = {"at": NOW, "by": scene.office.clerk} | when
    done: Exported = scene.office.world.do(
        lambda s: run_export.export(s, series=run.series, run=run.no, **asked)
    )
    return done


def acknowledge(scene: Scene, reference: str) -> None:
    scene.office.world.do(
        lambda s: exports.acknowledge(
            s, reference=reference, told_by="pain.002 B-1", at=NOW, by=scene.office.clerk
        )
    )


def test_a_first_export_is_remembered_with_the_hash_of_its_file(scene: Scene, session: Session) -> None:
    scene.office.earned(scene.shop, scene.serials[:2])
    run = scene.office.approved()

    done = exported(scene, run)

    [file] = done.files
    content = exports.content(session, run, form=Form.PAYMENT_ORDER)
    assert (file.reference, file.payments, file.total_cents) == ("PN-2026-R1", 1, 2_000)
    assert file.sha256 == hashlib.sha256(content).digest()
    assert (done.is_again, done.exports[0].by) == (False, scene.office.clerk.user_id)
    assert progress.of_run(session, run).state is State.EXPORTED
    SCHEMA.assertValid(etree.fromstring(content))
    assert scene.office.findings() == []


def test_a_second_export_says_so_and_is_the_same_bytes(scene: Scene, session: Session) -> None:
    scene.office.earned(scene.shop, scene.serials[:2])
    run = scene.office.approved()
    exported(scene, run)
    before = exports.content(session, run, form=Form.PAYMENT_ORDER)

    again = exported(scene, run, at=NOW + timedelta(days=3), by=scene.office.head)

    assert again.is_again
    assert [one.by for one in again.exports] == [scene.office.clerk.user_id, scene.office.head.user_id]
    assert exports.content(session, run, form=Form.PAYMENT_ORDER) == before


def test_a_mandate_list_is_the_same_bytes_although_the_campaign_was_renamed(
    given: World, session: Session
) -> None:
    scene = opened(given, money_side=MoneySide.COMMITMENT)
    scene.office.earned(scene.shop, scene.serials[:2])
    run = scene.office.approved()
    exported(scene, run)
    before = exports.content(session, run, form=Form.MANDATE_LIST)

    session.execute(update(Campaign).values(deliberation="D-AUTRE"))
    again = exported(scene, run)

    assert b"D-2026-01" in before
    assert (again.is_again, exports.content(session, run, form=Form.MANDATE_LIST)) == (True, before)


def test_what_left_is_never_changed(scene: Scene, session: Session) -> None:
    scene.office.earned(scene.shop, scene.serials[:1])
    run = scene.office.approved()
    exported(scene, run)

    with pytest.raises(DBAPIError, match=r"append-only|permission denied"), session.begin_nested():
        session.execute(update(exports.RunFile).values(content=b""))


def test_a_run_that_was_not_exported_has_no_file(scene: Scene, session: Session) -> None:
    scene.office.earned(scene.shop, scene.serials[:1])
    run = scene.office.approved()

    with pytest.raises(RunIsNotExported):
        exports.content(session, run, form=Form.PAYMENT_ORDER)
    exported(scene, run)
    with pytest.raises(RunFileIsUnknown):
        exports.content(session, run, form=Form.PAYMENT_ORDER, no=2)


def test_two_exports_at_once_keep_one_file(database: Database, committed: World) -> None:
    scene = opened(committed)
    scene.office.earned(scene.shop, scene.serials[:2])
    run = scene.office.approved()

    together(committed, [lambda w: scene.office.within(w).export(run)] * 4)

    with database.transaction() as session:
        assert (len(exports.of_run(session, run)), len(exports.exports_of(session, run))) == (1, 4)


def test_a_bank_that_takes_one_payment_a_file_is_given_files_of_one_payment(
    scene: Scene, session: Session
) -> None:
    scene.office.pay_from(most_payments=1)
    scene.office.earned(scene.shop, scene.serials[:2])
    scene.office.earned(scene.other, scene.serials[2:3])
    run = scene.office.approved()

    done = exported(scene, run)

    assert [file.reference for file in done.files] == ["PN-2026-R1-F1", "PN-2026-R1-F2"]
    assert sum(file.total_cents for file in done.files) == run.total_cents
    contents = [exports.content(session, run, form=Form.PAYMENT_ORDER, no=no) for no in (1, 2)]
    assert [words(data, "//p:EndToEndId/text()") for data in contents] == [["PN-2026-R1-1"], ["PN-2026-R1-2"]]
    assert [words(data, "//p:PmtInfId/text()") for data in contents] == [["PN-2026-R1-F1"], ["PN-2026-R1-F2"]]
    assert scene.office.findings() == []


def test_a_bank_that_takes_so_many_euros_a_file_is_given_no_more(scene: Scene) -> None:
    scene.office.pay_from(most_cents=2_000)
    shops = [scene.shop, scene.other, scene.office.world.shop()]
    for place, shop in enumerate(shops):
        scene.office.earned(shop, scene.serials[place : place + 1])

    done = exported(scene, scene.office.approved())

    assert [file.total_cents for file in done.files] == [2_000, 1_000]


def test_a_payment_that_no_file_can_carry_is_named_and_can_be_taken_out(scene: Scene) -> None:
    scene.office.pay_from(most_cents=1_000)
    scene.office.earned(scene.shop, scene.serials[:2])
    scene.office.earned(scene.other, scene.serials[2:3])
    run = scene.office.approved()

    with pytest.raises(PaymentIsTooLarge) as refused:
        exported(scene, run)
    scene.office.withdraw(refused.value.reference)
    scene.office.approve(run)

    assert [file.total_cents for file in exported(scene, run).files] == [1_000]


def test_a_limit_of_nothing_is_refused(scene: Scene) -> None:
    with pytest.raises(FileLimitIsWrong):
        scene.office.pay_from(most_payments=-1)


def test_a_run_is_acknowledged_once_all_of_its_files_are(scene: Scene, session: Session) -> None:
    scene.office.pay_from(most_payments=1)
    scene.office.earned(scene.shop, scene.serials[:2])
    scene.office.earned(scene.other, scene.serials[2:3])
    run = scene.office.approved()
    exported(scene, run)

    acknowledge(scene, "PN-2026-R1-F1")
    half = progress.of_run(session, run).state
    acknowledge(scene, "PN-2026-R1-F2")
    acknowledge(scene, "PN-2026-R1-F2")

    assert (half, progress.of_run(session, run).state) == (State.EXPORTED, State.ACKNOWLEDGED)
    assert len(exports.acknowledged(session, run)) == 2
    with pytest.raises(MessageIsUnknown):
        acknowledge(scene, "PN-2026-R2")


def test_the_bank_reads_which_passes_a_payment_is_for(scene: Scene, session: Session) -> None:
    scene.office.earned(scene.shop, scene.serials[:2])
    run = scene.office.approved()

    [order] = orders.files(session, series=run.series, run=run.no)

    assert [payment.remittance for payment in order.payments] == [
        "PASS numérique PN-2026 - 2 pass jusqu'au 15/06/2026 - paiement PN-2026-R1-1"
    ]
    siret = words(scene.office.export(run), "//p:Cdtr//p:Othr[p:SchmeNm/p:Prtry='SIRET']/p:Id/text()")
    assert siret == [order.payments[0].creditor.siret]
    assert campaigns.get(session, run.series).money_side is MoneySide.BANK
