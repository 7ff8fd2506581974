"""Every line of a directory is imported, merged or reported, and a second run changes nothing."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import voucher_service
from tests.network.conftest import AT, LA_POSTE, SIRET, profile, staff_of
from tests.network.directory import files
from voucher_service.identity import organisations
from voucher_service.identity.duties import DutyIsNotYours
from voucher_service.kernel.actor import SYSTEM
from voucher_service.kernel.database import Database
from voucher_service.kernel.identifiers import new_id
from voucher_service.network import audit, operators, venues
from voucher_service.network.directory import formats, importing
from voucher_service.network.directory.content import FileIsBroken
from voucher_service.network.directory.lines import Doubt, Fault
from voucher_service.network.directory.report import LineReport, Outcome, Report
from voucher_service.network.operators import LegalForm, Operator
from voucher_service.network.venues import Venue
from voucher_service.network.vocabulary import Service

DATA = Path(__file__).parents[4] / "shared" / "data"
Enrol = Callable[..., Operator]


def _import(session: Session, file: bytes) -> Report:
    return importing.carry_out(session, lines=formats.read(file).lines, at=AT, by=SYSTEM)


def _outcomes(report: Report) -> list[Outcome]:
    return [line.outcome for line in report.lines]


def _venue(session: Session, line: LineReport) -> Venue:
    assert line.venue_id is not None
    return venues.get(session, venue_id=line.venue_id)


def _codes(line: LineReport) -> list[str]:
    return [problem.code for problem in line.problems]


def test_a_plan_says_what_the_import_then_does_and_writes_nothing(session: Session) -> None:
    file = files.template({"nom": "Un"}, {"nom": "un"}, {"nom": ""}, {"nom": "Deux", "siret": SIRET})

    planned = importing.plan(session, lines=formats.read(file).lines)

    assert session.scalar(select(func.count()).select_from(Venue)) == 0
    assert planned.is_dry_run
    assert [line.venue_id for line in planned.lines] == [None] * 4
    done = _import(session, file)
    assert _outcomes(done) == _outcomes(planned)
    assert _outcomes(done) == [Outcome.IMPORTED, Outcome.MERGED, Outcome.REFUSED, Outcome.IMPORTED]
    assert [line.number for line in done.lines] == [2, 3, 4, 5]


def test_one_venue_repeated_for_each_service_area_becomes_one_with_all_its_services(session: Session) -> None:
    report = _import(
        session,
        files.herault(
            {"codes_types_mediations": "ACCDA", "structure_porteuse": ""},
            {"n_ref": "Ref_9002", "codes_types_mediations": "FL", "structure_porteuse": "Bâtiment B"},
        ),
    )

    first, second = report.lines
    assert (first.outcome, second.outcome, second.with_line) == (
        Outcome.IMPORTED,
        Outcome.MERGED,
        first.number,
    )
    assert first.venue_id == second.venue_id
    venue = _venue(session, first)
    assert venue.services == [Service.PROCEDURES, Service.LEISURE]
    assert (venue.address_complement, venue.source_id) == ("Bâtiment B", "Ref_9001")


def test_the_newer_of_two_lines_speaks_for_the_venue(session: Session) -> None:
    report = _import(
        session,
        files.national_v0(
            {"id": "1", "date_maj": "2022-01-01", "site_web": "https://a.invalid", "telephone": "+3340"},
            {"id": "2", "date_maj": "2022-06-01", "site_web": "https://b.invalid"},
        ),
    )

    venue = _venue(session, report.lines[1])
    assert (venue.website, venue.phone) == ("https://b.invalid", "+3340")
    assert str(venue.updated_on) == "2022-06-01"


def test_a_second_run_changes_nothing(session: Session) -> None:
    file = files.national_v0({"id": "1"}, {"id": "2"}, {"id": "3", "nom": "Autre Espace", "pivot": SIRET})
    first = _import(session, file)

    second = _import(session, file)

    assert _outcomes(first) == [Outcome.IMPORTED, Outcome.MERGED, Outcome.IMPORTED]
    assert _outcomes(second) == [Outcome.UNCHANGED] * 3
    assert [line.venue_id for line in second.lines] == [line.venue_id for line in first.lines]
    assert {venue.version for venue in session.scalars(select(Venue))} == {1}


def test_a_line_that_changed_updates_its_venue_even_under_another_name(session: Session) -> None:
    first = _import(session, files.national_v0({"id": "1"}))

    second = _import(session, files.national_v0({"id": "1", "nom": "Espace Rebaptisé"}))

    assert _outcomes(second) == [Outcome.UPDATED]
    venue = _venue(session, second.lines[0])
    assert (venue.id, venue.name, venue.version) == (first.lines[0].venue_id, "Espace Rebaptisé", 2)
    assert _outcomes(_import(session, files.national_v0({"id": "1", "nom": "Espace Rebaptisé"}))) == [
        Outcome.UNCHANGED
    ]


def test_what_people_edited_here_is_kept_and_reported(session: Session) -> None:
    (line,) = _import(session, files.national_v0({})).lines
    venue = _venue(session, line)
    edited = replace(venue.profile, phone="+33499999999")
    venues.edit(session, venue_id=venue.id, profile=edited, version=1, at=AT, by=SYSTEM)

    (again,) = _import(session, files.national_v0({"telephone": "+3340"})).lines

    assert again.outcome is Outcome.KEPT
    assert Doubt.EDITED_HERE in _codes(again)
    assert _venue(session, again).phone == "+33499999999"


def test_a_venue_registered_by_hand_is_recognised_and_left_alone(session: Session) -> None:
    known = venues.register(session, profile=profile("Le Pixel Inventé"), at=AT, by=SYSTEM)

    report = _import(session, files.template({"nom": "LE PIXEL INVENTE", "services": "safe-use"}))
    again = _import(session, files.template({"nom": "LE PIXEL INVENTE", "services": "safe-use"}))

    assert (_outcomes(report), _outcomes(again)) == ([Outcome.MERGED], [Outcome.UNCHANGED])
    assert report.lines[0].venue_id == known.id
    assert (_venue(session, again.lines[0]).version, known.services) == (1, [])


def test_the_first_directory_keeps_the_word_on_its_venue(session: Session) -> None:
    place = {"adresse": "1 rue de l'Exemple", "code_postal": "34999", "nom": "Point Inventé"}
    _import(session, files.herault({}))

    report = _import(session, files.national_v0({**place, "services": "Créer avec le numérique"}))

    assert _outcomes(report) == [Outcome.MERGED]
    assert _venue(session, report.lines[0]).services == [Service.PROCEDURES]
    assert _outcomes(_import(session, files.herault({}))) == [Outcome.UNCHANGED]


def test_a_line_with_a_siret_gives_a_known_venue_its_operator(session: Session) -> None:
    _import(session, files.herault({}))
    file = files.template(
        {
            "nom": "Point Inventé",
            "siret": SIRET,
            "exploitant": "Commune de Ville-Fictive",
            "forme_juridique": "public",
        }
    )

    report = _import(session, file)

    venue = _venue(session, report.lines[0])
    assert (_outcomes(report), venue.services) == ([Outcome.MERGED], [Service.PROCEDURES])
    assert venue.operator_id is not None
    operator = operators.get(session, operator_id=venue.operator_id)
    organisation = organisations.get(session, organisation_id=operator.organisation_id)
    assert (organisation.siret, organisation.name) == (SIRET, "Commune de Ville-Fictive")
    assert operator.legal_form is LegalForm.PUBLIC
    assert _outcomes(_import(session, file)) == [Outcome.UNCHANGED]
    assert _outcomes(_import(session, files.herault({"site_internet": "https://x.invalid"}))) == [
        Outcome.UPDATED
    ]
    session.refresh(venue)
    assert venue.operator_id == operator.organisation_id


def test_one_siret_is_one_operator_whatever_its_venues(session: Session, enrol: Enrol) -> None:
    known = enrol(LegalForm.COMPANY, LA_POSTE)

    report = _import(
        session,
        files.template(
            {"nom": "Poste A", "siret": LA_POSTE},
            {"nom": "Poste B", "siret": LA_POSTE},
            {"nom": "Lieu C", "siret": SIRET},
            {"nom": "Lieu D", "siret": SIRET},
        ),
    )

    owners = [_venue(session, line).operator_id for line in report.lines]
    assert owners[:2] == [known.organisation_id] * 2
    assert owners[2] == owners[3] not in {None, known.organisation_id}


def test_another_siret_for_a_venue_with_an_operator_is_reported_and_left_out(session: Session) -> None:
    first = _import(session, files.template({"siret": SIRET}))

    second = _import(session, files.template({"siret": LA_POSTE, "services": "safe-use"}))
    twice = _import(session, files.template({"nom": "Z", "siret": SIRET}, {"nom": "Z", "siret": LA_POSTE}))

    assert Doubt.OTHER_SIRET in _codes(second.lines[0])
    assert [Doubt.OTHER_SIRET in _codes(line) for line in twice.lines] == [False, True]
    owner = _venue(session, first.lines[0]).operator_id
    assert {_venue(session, line).operator_id for line in (*second.lines, *twice.lines)} == {owner}


def test_an_identifier_used_for_two_venues_is_reported(session: Session) -> None:
    report = _import(session, files.national_v0({"id": "1"}, {"id": "1", "nom": "Tout Autre Lieu"}))

    assert _outcomes(report) == [Outcome.IMPORTED, Outcome.REFUSED]
    assert Fault.REPEATED_ID in _codes(report.lines[1])


def test_two_renamed_twins_do_not_become_one(session: Session) -> None:
    _import(session, files.national_v0({"id": "1"}, {"id": "2"}))
    parted = files.national_v0({"id": "1"}, {"id": "2", "nom": "Espace Séparé"})

    report = _import(session, parted)

    assert _outcomes(report) == [Outcome.UNCHANGED, Outcome.IMPORTED]
    assert report.lines[0].venue_id != report.lines[1].venue_id
    assert _outcomes(_import(session, parted)) == [Outcome.UNCHANGED] * 2


def test_a_file_broken_further_down_imports_nothing(database: Database) -> None:
    file = files.template({"nom": "Un"}) + b'\r\n;;;;"' + b"Deux;;;;;;\r\n"

    with pytest.raises(FileIsBroken):
        database.run(lambda session: _import(session, file))

    with database.snapshot() as view:
        assert view.scalar(select(func.count()).select_from(Venue)) == 0


@pytest.mark.parametrize("siret", ["", SIRET])
def test_one_directory_imported_by_two_people_at_once_is_imported_once(
    database: Database, siret: str
) -> None:
    file = files.template(*({"nom": f"Lieu {number}", "siret": siret} for number in range(40)))
    both = Barrier(2)

    def carry_out(_person: int) -> Report:
        arrivals = iter([both.wait])

        def command(session: Session) -> Report:
            planned = list(formats.read(file).lines)
            importing.plan(session, lines=planned)
            next(arrivals, lambda: 0)()
            return importing.carry_out(session, lines=planned, at=AT, by=SYSTEM)

        return database.run(command)

    with ThreadPoolExecutor(2) as people:
        counts = [report.counts for report in people.map(carry_out, range(2))]

    assert sum(count[Outcome.IMPORTED] for count in counts) == 40
    assert sum(count[Outcome.UNCHANGED] for count in counts) == 40
    with database.snapshot() as view:
        assert view.scalar(select(func.count()).select_from(Venue)) == 40
        assert [finding for check in audit.CHECKS for finding in check(view)] == []


def test_only_the_scheme_imports_venues(session: Session) -> None:
    with pytest.raises(DutyIsNotYours):
        importing.carry_out(session, lines=[], at=AT, by=staff_of(new_id()))


def test_an_empty_directory_imports_nothing(session: Session) -> None:
    assert importing.carry_out(session, lines=[], at=AT, by=SYSTEM).lines == ()


@pytest.mark.parametrize(
    ("name", "total", "created", "merged", "announcing"),
    [
        ("venues-herault.csv", 163, 163, 0, 15),
        ("venues-auvergne-rhone-alpes-v0.1.json", 687, 678, 9, 91),
    ],
)
@pytest.mark.skipif(not DATA.exists(), reason="the real directories are not beside this clone")
def test_every_line_of_a_real_directory_is_accounted_for_and_a_second_run_changes_nothing(
    session: Session, name: str, total: int, created: int, merged: int, announcing: int
) -> None:
    file = (DATA / name).read_bytes()
    expected = dict.fromkeys(Outcome, 0) | {Outcome.IMPORTED: created, Outcome.MERGED: merged}

    planned = importing.plan(session, lines=formats.read(file).lines)
    first = _import(session, file)
    second = _import(session, file)

    assert planned.counts == first.counts == expected
    assert sum(first.counts.values()) == total
    assert second.counts == dict.fromkeys(Outcome, 0) | {Outcome.UNCHANGED: total}
    assert session.scalar(select(func.count()).select_from(Venue)) == created
    announced = sum(
        line.candidate is not None and line.candidate.announces_pass for line in formats.read(file).lines
    )
    assert announced == announcing
    assert [finding for check in audit.CHECKS for finding in check(session)] == []


def test_the_demonstrations_own_venues_are_invented_and_complete(session: Session) -> None:
    sample = Path(voucher_service.__file__).parent / "demo" / "venues-sample.csv"

    report = _import(session, sample.read_bytes())

    assert _outcomes(report) == [Outcome.IMPORTED] * 20
    assert [line.problems for line in report.lines] == [()] * 20
    assert all("invent" in line.name for line in report.lines)
    assert {_venue(session, line).operator_id is None for line in report.lines} == {False}
