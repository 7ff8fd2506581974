"""Opening hours are said in plain words, or shown as they were written: never guessed."""

from datetime import date

import pytest

from voucher_service.network import opening_hours

_NB = "\u00a0"


def _said(text: str | None, language: str = "fr") -> list[str]:
    return [line.replace(_NB, " ") for line in opening_hours.said(text, language)]


@pytest.mark.parametrize(
    ("written", "french"),
    [
        ("Mo 09:00-12:00", ["Lundi : de 9 h à midi"]),
        ("Mo-Fr 09:00-12:00,14:00-17:30", ["Du lundi au vendredi : de 9 h à midi et de 14 h à 17 h 30"]),
        ("Tu,Th 09:15-12:30", ["Mardi et jeudi : de 9 h 15 à 12 h 30"]),
        ("Mo-Fr 09:00-12:00; We off", ["Lundi, mardi, jeudi et vendredi : de 9 h à midi"]),
        ("Sa-Su 10:00-24:00", ["Samedi et dimanche : de 10 h à minuit"]),
        ("mo-fr 9:00 - 17:00 ; PH off", ["Du lundi au vendredi : de 9 h à 17 h"]),
        ("09:00-17:00", ["Tous les jours : de 9 h à 17 h"]),
        ("24/7", ["Tous les jours : jour et nuit"]),
        ("Mo 09:00-12:00, Tu 14:00-17:00", ["Lundi : de 9 h à midi", "Mardi : de 14 h à 17 h"]),
    ],
)
def test_usual_hours_are_said_in_french(written: str, french: list[str]) -> None:
    assert _said(written) == french


def test_a_later_rule_replaces_what_an_earlier_one_said_of_a_day() -> None:
    assert _said("Mo-We 09:00-12:00; Tu off; We 14:00-16:00") == [
        "Lundi : de 9 h à midi",
        "Mercredi : de 14 h à 16 h",
    ]


def test_days_that_pass_the_weekend_are_read() -> None:
    week = opening_hours.read("Sa-Mo 10:00-12:00")

    assert week is not None
    assert [bool(hours) for hours in week] == [True, False, False, False, False, True, True]


def test_hours_are_said_in_english() -> None:
    assert _said("Mo-Tu 09:00-12:00,13:30-17:00", "en") == [
        "Monday and Tuesday: 9 a.m. to noon and 1:30 p.m. to 5 p.m."
    ]


@pytest.mark.parametrize(
    "written",
    [
        "Mo[1] 09:00-12:00",
        "sur rendez-vous",
        "Fr 19:00-02:00",
        "Mo 09:00-15:00,14:00-19:00",
        "Mo 09:75-12:00",
        "Mo 22:00-25:00",
        'Mo 09:00-12:00 "sur rendez-vous"',
        "week 1-10 Mo 09:00-12:00",
        "Mo off",
    ],
)
def test_what_is_not_surely_understood_is_shown_as_it_was_written(written: str) -> None:
    assert opening_hours.said(written) == [written]


def test_a_venue_without_hours_says_none() -> None:
    assert opening_hours.said(None) == []
    assert opening_hours.said_on(None, date(2026, 6, 15)) is None


def test_the_hours_of_one_day_are_said_and_so_is_that_it_is_closed() -> None:
    hours = "Mo 09:00-12:00"

    assert opening_hours.said_on(hours, date(2026, 6, 15)) == "Aujourd’hui\u00a0: de 9\u00a0h à midi"
    assert opening_hours.said_on(hours, date(2026, 6, 16)) == "Fermé aujourd’hui"
    assert opening_hours.said_on(hours, date(2026, 6, 16), "en") == "Closed today"
    assert opening_hours.said_on("sur rendez-vous", date(2026, 6, 16)) is None
