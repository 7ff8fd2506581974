"""What is known of an organisation is put right, and nobody is left wondering what it was before."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.identity.conftest import NOON, Cast, as_actor
from voucher_service.identity import corrections, organisations
from voucher_service.identity.corrections import (
    CorrectionReason,
    NothingIsCorrected,
    OrganisationCorrection,
    SirenDiffers,
    SiretIsTakenAway,
)
from voucher_service.identity.duties import DutyIsNotYours
from voucher_service.identity.naming import NameIsMalformed
from voucher_service.identity.organisations import (
    Organisation,
    OrganisationIsFoundedAlready,
    OrganisationKind,
    SiretIsWrong,
)
from voucher_service.kernel.actor import SYSTEM, Actor

SIRET, SAME_SIREN, OTHER = "73282932000074", "73282932000082", "44306184100047"
NAME = "Association Inventée"


def founded(session: Session, siret: str | None = SIRET) -> Organisation:
    kind = OrganisationKind.VENUE_OPERATOR
    return organisations.found(session, name=NAME, siret=siret, kind=kind, at=NOON, by=SYSTEM)


def correct(session: Session, known: Organisation, by: Actor = SYSTEM, **said: Any) -> OrganisationCorrection:
    wanted = {"name": NAME, "siret": known.siret, "reason": CorrectionReason.MISTYPED, **said}
    return corrections.correct(session, organisation_id=known.id, **wanted, at=NOON, by=by)


def test_a_correction_remembers_what_was_known_before_and_why(session: Session) -> None:
    known = founded(session)

    correct(session, known, name="  Association  Réinventée ", reason=CorrectionReason.RENAMED)
    correct(session, known, name="Association Réinventée", siret=OTHER)

    told = corrections.of(session, organisation_id=known.id)
    assert [(one.name_before, one.name, one.siret_before, one.siret, one.reason) for one in told] == [
        (NAME, "Association Réinventée", SIRET, SIRET, CorrectionReason.RENAMED),
        ("Association Réinventée",) * 2 + (SIRET, OTHER, CorrectionReason.MISTYPED),
    ]
    assert (known.name, known.siret) == ("Association Réinventée", OTHER)


def test_an_establishment_that_moves_keeps_its_siren(session: Session) -> None:
    known = founded(session)

    with pytest.raises(SirenDiffers):
        correct(session, known, siret=OTHER, reason=CorrectionReason.MOVED)
    assert correct(session, known, siret=SAME_SIREN, reason=CorrectionReason.MOVED).siret == SAME_SIREN


def test_a_siret_that_was_missing_is_added_and_never_taken_away(session: Session) -> None:
    known = founded(session, siret=None)

    correct(session, known, siret=SIRET, reason=CorrectionReason.COMPLETED)

    with pytest.raises(SiretIsTakenAway):
        correct(session, known, siret=None)
    assert known.siret == SIRET


def test_a_siret_of_another_organisation_is_refused(session: Session) -> None:
    founded(session)
    known = founded(session, siret=OTHER)

    with pytest.raises(OrganisationIsFoundedAlready):
        correct(session, known, siret=SIRET)


@pytest.mark.parametrize(
    ("said", "refusal"),
    [({"siret": "73282932000075"}, SiretIsWrong), ({"name": " "}, NameIsMalformed), ({}, NothingIsCorrected)],
)
def test_what_cannot_be_right_is_refused(session: Session, said: Any, refusal: type[Exception]) -> None:
    known = founded(session)

    with pytest.raises(refusal):
        correct(session, known, **said)
    assert corrections.of(session, organisation_id=known.id) == []


def test_only_the_operator_corrects(session: Session) -> None:
    given = Cast(session)
    person = given.person()

    with pytest.raises(DutyIsNotYours):
        correct(session, founded(session), by=as_actor(person), name="Autre nom")
