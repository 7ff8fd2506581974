"""Forms: a file of the bank, which movements are asked for, and what a movement was."""

from enum import StrEnum

from voucher_service.settlement.bank.resolutions import Meaning
from voucher_service.web.forms import Attached, FormSchema, One, Typed
from voucher_service.web.listing import ListForm, SearchForm


class Which(StrEnum):
    """Which movements are shown."""

    WAITING = "a-expliquer"
    EXPLAINED = "expliques"
    ALL = "tous"


class Way(StrEnum):
    """Which way the money went."""

    IN = "entrees"
    OUT = "sorties"


class FileForm(FormSchema):
    """A file of the bank."""

    file = Attached(needed="Choisissez le fichier de la banque.")


class MovementsAsked(SearchForm):
    """Which movements to list."""

    etat = One(Which, default=Which.WAITING)
    sens = One(Way, default=None)


class FilesAsked(ListForm):
    """Which files to list."""


class DaysAsked(ListForm):
    """Which days to list."""


class MeaningForm(FormSchema):
    """What a movement was: a suggestion that was chosen, or an answer of one's own."""

    meaning = One(Meaning, needed="Dites ce qu'était ce mouvement.")
    series = Typed(needed="Choisissez la campagne.", longest=12)
    reference = Typed(default="", longest=140)
    funder = Typed(default="", longest=31)
    note = Typed(default="", longest=500)
