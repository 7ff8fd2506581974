"""Supporting statements: each line of a mandate list opens on exactly the vouchers that it pays."""

import io

import pytest
from pypdf import PdfReader
from sqlalchemy.orm import Session

from tests.reports.answers import answered
from tests.settlement.office import Scene, opened
from tests.world import World
from voucher_service.funding.terms import MoneySide
from voucher_service.reports import as_pdf, as_xlsx, supporting_statements
from voucher_service.settlement.approval import RunIsNotApproved


@pytest.fixture
def scene(given: World) -> Scene:
    """Give a run of two operators that a public accountant pays."""
    made = opened(given, money_side=MoneySide.COMMITMENT, deliberation="M2026-28")
    made.office.earned(made.shop, made.serials[:3])
    made.office.earned(made.other, made.serials[3:4])
    return made


def test_the_lines_of_each_statement_add_up_to_the_mandate_that_names_it(
    scene: Scene, session: Session
) -> None:
    run = scene.office.approved()

    first, *others = supporting_statements.build(session, series="PN-2026", run=run.no)

    mandates = {row["supporting_statement"]: row["amount_cents"] for row in answered(first).rows}
    totals = {table.title.fr.split()[-1]: answered(table).totals["amount_cents"] for table in others}
    assert mandates == totals == {"PN-2026-R1-1": 3_000, "PN-2026-R1-2": 1_000}


def test_the_bundle_is_one_document_that_says_who_certified_the_service(
    scene: Scene, session: Session
) -> None:
    run = scene.office.approved()

    document = PdfReader(
        io.BytesIO(as_pdf.bundle(supporting_statements.build(session, series="PN-2026", run=run.no)))
    )

    said = "\n".join(page.extract_text() for page in document.pages)
    assert len(document.outline) == 3
    assert "État justificatif PN-2026-R1-1" in said
    assert "M2026-28" in said
    assert "Service fait certifié" in said


def test_a_run_that_nobody_approved_gives_no_paper(scene: Scene, session: Session) -> None:
    run = scene.office.freeze()

    with pytest.raises(RunIsNotApproved):
        supporting_statements.build(session, series="PN-2026", run=run.no)


def test_the_list_opens_as_a_spreadsheet(scene: Scene, session: Session) -> None:
    run = scene.office.approved()

    [listed, *_] = supporting_statements.build(session, series="PN-2026", run=run.no)

    assert as_xlsx.render(listed).startswith(b"PK")
