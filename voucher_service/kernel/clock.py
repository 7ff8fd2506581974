"""Clock: the only reading of the wall clock."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


def now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return datetime.now(UTC)


def civil_date(at: datetime) -> date:
    """Return the date that a clerk in Paris reads at that instant."""
    return at.astimezone(PARIS).date()
