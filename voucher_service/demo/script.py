"""Script: how large the demonstration is, when it plays, and under which names, all of them invented."""

from dataclasses import dataclass
from datetime import date, timedelta

FACE_CENTS = 1000
BOOKLET_SIZE = 10
ETAT, METROPOLE = "etat", "metropole"


@dataclass(frozen=True, slots=True)
class Scale:
    """How much of everything."""

    booklets: int = 200
    prescribers: int = 5
    handed_over: int = 120
    vouchers: int = 900
    venues: int = 15
    clients: int = 8
    reversals: int = 5


FULL = Scale()
SMALL = Scale(booklets=10, prescribers=2, handed_over=6, vouchers=40, venues=3, clients=4, reversals=2)


@dataclass(frozen=True, slots=True)
class Script:
    """What is played, on which day."""

    scale: Scale
    today: date

    @property
    def series(self) -> str:
        """The campaign that is played through, paid from an account of its own."""
        return f"FICTIF-{self.today.year}"

    @property
    def late_series(self) -> str:
        """A second campaign, which is over since yesterday and is paid by a public accountant."""
        return f"PASSEE-{self.today.year}"

    def ago(self, days: int) -> date:
        """Return the day so many days before today."""
        return self.today - timedelta(days=days)

    def ahead(self, days: int) -> date:
        """Return the day so many days after today."""
        return self.today + timedelta(days=days)
