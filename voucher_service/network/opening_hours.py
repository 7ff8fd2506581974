"""Opening hours: the OpenStreetMap form in which directories give them, said in plain words.

Only what the directories really use is read (days, ranges of days, hours, « off », 24/7). Anything else is
shown as it was written: a wrong hour costs a person a journey, an unread one only a telephone call.
"""

import re
from datetime import date

Hours = tuple[tuple[int, int], ...]
"""The open stretches of a day, in minutes from midnight."""
Week = tuple[Hours, ...]
"""Seven days, from Monday."""

_CODES = ("mo", "tu", "we", "th", "fr", "sa", "su")
_NOON, _MIDNIGHT = 12 * 60, 24 * 60
_DAY = "(?:mo|tu|we|th|fr|sa|su)"
_DAYS = re.compile(rf"{_DAY}(?:-{_DAY})?(?:,{_DAY}(?:-{_DAY})?)*")
_SPAN = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")
_SPANS = re.compile(rf"{_SPAN.pattern}(?:,{_SPAN.pattern})*")
_OFF = ("off", "closed")
_HOLIDAYS = ("ph", "ph off", "ph closed", "sh,ph off", "ph,sh off")
_FRENCH = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_ENGLISH = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_PAIR = 2


def read(text: str) -> Week | None:
    """Return the hours of a usual week, or nothing where the text says more than is read here.

    A later rule replaces what an earlier one said of a day (OpenStreetMap, « opening_hours »).
    """
    week: list[Hours] = [()] * 7
    for rule in _rules(text):
        found = _rule(rule)
        if found is None:
            return None
        days, hours = found
        for day in days:
            week[day] = hours
    return tuple(week) if any(week) else None


def said(text: str | None, language: str = "fr") -> list[str]:
    """Say opening hours one line after the other, days alike together; the text itself where it is not read."""
    if not text:
        return []
    week = read(text)
    if week is None:
        return [text]
    return [
        f"{_said_days(days, language)}{_COLON[language]}{_said_hours(hours, language)}"
        for days, hours in _alike(week)
    ]


def said_on(text: str | None, on: date, language: str = "fr") -> str | None:
    """Say the hours of one day, closing included, or nothing where the text is not read.

    Public holidays are not known: the day is a usual day of its week.
    """
    week = read(text) if text else None
    if week is None:
        return None
    hours = week[on.weekday()]
    if hours:
        return f"{'Today' if language == 'en' else 'Aujourd’hui'}{_COLON[language]}{_said_hours(hours, language)}"
    return "Closed today" if language == "en" else "Fermé aujourd’hui"


def _rules(text: str) -> list[str]:
    plain = re.sub(r"\s*([,;-])\s*", r"\1", " ".join(text.lower().split()))
    # « Mo 09:00-12:00,Tu 14:00-17:00 »: after hours, a comma before a day begins another rule.
    plain = re.sub(rf"(?<=\d),(?={_DAY})", ";", plain)
    return [rule for rule in plain.split(";") if rule and rule not in _HOLIDAYS]


def _rule(rule: str) -> tuple[list[int], Hours] | None:
    if rule == "24/7":
        return list(range(7)), ((0, _MIDNIGHT),)
    days, _, hours = rule.partition(" ")
    if not hours and _SPANS.fullmatch(days):
        days, hours = "mo-su", days
    if not _DAYS.fullmatch(days):
        return None
    if hours in _OFF:
        return _numbers(days), ()
    spans = _spans(hours)
    return (_numbers(days), spans) if spans else None


def _numbers(days: str) -> list[int]:
    numbers: list[int] = []
    for part in days.split(","):
        first, _, last = part.partition("-")
        start, end = _CODES.index(first), _CODES.index(last or first)
        numbers += [day % 7 for day in range(start, end + 1 if end >= start else end + 8)]
    return numbers


def _spans(text: str) -> Hours | None:
    """Read stretches that follow each other within the day; what runs into the next day is not read."""
    if not _SPANS.fullmatch(text):
        return None
    read = [tuple(map(int, span)) for span in _SPAN.findall(text)]
    spans = tuple((a * 60 + b, c * 60 + d) for a, b, c, d in read)
    instants = [instant for span in spans for instant in span]
    is_a_day = all(minutes < 60 for one in read for minutes in (one[1], one[3]))  # noqa: PLR2004 -- an hour
    in_order = instants == sorted(instants) and instants[-1] <= _MIDNIGHT
    return spans if is_a_day and in_order and all(start < end for start, end in spans) else None


def _alike(week: Week) -> list[tuple[list[int], Hours]]:
    """Put days of the same hours together, those of the first day first."""
    return [
        ([day for day in range(7) if week[day] == hours], hours) for hours in dict.fromkeys(week) if hours
    ]


def _said_days(days: list[int], language: str) -> str:
    names = [(_ENGLISH if language == "en" else _FRENCH)[day] for day in days]
    if len(names) == len(_CODES):
        return "Every day" if language == "en" else "Tous les jours"
    if len(names) > _PAIR and days[-1] - days[0] == len(days) - 1:
        joined = f"{names[0]} to {names[-1]}" if language == "en" else f"du {names[0]} au {names[-1]}"
    else:
        last = f"{' and ' if language == 'en' else ' et '}{names[-1]}" if len(names) > 1 else ""
        joined = ", ".join(names[:-1] or names) + last
    return joined[:1].upper() + joined[1:]


def _said_hours(hours: Hours, language: str) -> str:
    if hours == ((0, _MIDNIGHT),):
        return "day and night" if language == "en" else "jour et nuit"
    said_of = _english if language == "en" else _french
    return (" and " if language == "en" else " et ").join(said_of(*span) for span in hours)


def _french(start: int, end: int) -> str:
    return f"de {_heure(start)} à {_heure(end)}"


def _heure(minutes: int) -> str:
    if minutes in {_NOON, _MIDNIGHT, 0}:
        return "midi" if minutes == _NOON else "minuit"
    return f"{minutes // 60}\u00a0h" + (f"\u00a0{minutes % 60:02d}" if minutes % 60 else "")


def _english(start: int, end: int) -> str:
    return f"{_hour(start)} to {_hour(end)}"


def _hour(minutes: int) -> str:
    if minutes in {_NOON, _MIDNIGHT, 0}:
        return "noon" if minutes == _NOON else "midnight"
    past = f":{minutes % 60:02d}" if minutes % 60 else ""
    return f"{(minutes // 60 - 1) % 12 + 1}{past}\u00a0{'a.m.' if minutes < _NOON else 'p.m.'}"


_COLON = {"fr": "\u00a0: ", "en": ": "}
