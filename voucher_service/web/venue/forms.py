"""Forms of the counter: codes as they are typed or scanned, the service that was given, who gave it."""

from typing import Any
from uuid import UUID

from marshmallow import ValidationError, fields, validates_schema

from voucher_service.kernel.keyset import Order as Recent
from voucher_service.network.mediators import Standing
from voucher_service.network.vocabulary import Service
from voucher_service.settlement.payments import Stage
from voucher_service.vouchers.basket import LARGEST
from voucher_service.vouchers.code import QR_PREFIX
from voucher_service.vouchers.contest_list import Standing as Contested
from voucher_service.vouchers.contesting import Ground
from voucher_service.vouchers.reversal import Cause
from voucher_service.vouchers.takings import Order
from voucher_service.web.forms import Date, Euros, FormSchema, Ident, Number, One, Several, Typed
from voucher_service.web.language import later
from voucher_service.web.listing import ListForm, Numbered, SearchForm

MINUTES = (15, 30, 45, 60, 90, 120)
"""The durations that two taps choose; another can be written."""
LONGEST_PILE = 100
_HOW_LONG = later("Choisissez la durée du service.")
_NOTHING = later("Scannez ou saisissez au moins un pass.")
_LONGEST_CODE = 64
_LONGEST_TEXT = 8_000
_DAY_MINUTES = 1440


class Code(Typed):
    """The code of a paper; of two that were scanned one behind the other, the last."""

    def __init__(self, **options: Any) -> None:
        """Bound it."""
        super().__init__(longest=2 * _LONGEST_CODE, **options)

    def _deserialize(self, value: Any, *args: Any, **named: Any) -> str:
        written = super()._deserialize(value, *args, **named).upper()
        return written.rpartition(QR_PREFIX)[2].strip()[:_LONGEST_CODE]


class Piles(fields.Field[list[list[str]]]):
    """Codes, one a line; an empty line parts what two persons gave."""

    def __init__(self, *, needed: str) -> None:
        """Say what is said when there is none."""
        super().__init__(required=True, error_messages={"required": needed, "null": needed})

    def _deserialize(self, value: Any, *_args: Any, **_named: Any) -> list[list[str]]:
        lines = [line.strip()[:_LONGEST_CODE].upper() for line in str(value)[:_LONGEST_TEXT].splitlines()]
        if sum(bool(line) for line in lines) > LONGEST_PILE:
            raise ValidationError("Il y a trop de codes : saisissez-en 100 à la fois.")
        piles: list[list[str]] = [[]]
        for line in lines:
            if line:
                piles[-1].append(line.rpartition(QR_PREFIX)[2])
            elif piles[-1]:
                piles.append([])
        return [pile for pile in piles if pile]


class Who(fields.Field[Any]):
    """Who gave the service: a mediator of the list, or what sort of person."""

    def _deserialize(self, value: Any, *_args: Any, **_named: Any) -> Standing | UUID:
        try:
            return Standing(value) if value in {standing.value for standing in Standing} else UUID(str(value))
        except ValueError:
            raise ValidationError("Choisissez une réponse de la liste.") from None


class CounterForm(FormSchema):
    """What lies on the counter: the papers laid so far, the one just shown, and what was chosen."""

    venue_id = Ident()
    code = Code(default="")
    refused = Code(default="")
    codes = Several(str, most=LARGEST)
    remove = Number()
    service = One(Service)
    minutes = Number(least=1, most=_DAY_MINUTES)
    other_minutes = Number(least=1, most=_DAY_MINUTES)
    who = Who(load_default=Standing.EMPLOYEE)
    out_of_pocket_cents = Euros(default=0)


class ExerciseForm(CounterForm):
    """What lies on the counter is taken for this service, in an exercise."""

    service = One(Service, needed="Choisissez le service rendu.")

    @validates_schema(skip_on_field_errors=False)
    def _is_complete(self, said: dict[str, Any], **_: Any) -> None:
        missing = {}
        if not said.get("minutes") and not said.get("other_minutes"):
            missing["minutes"] = [_HOW_LONG]
        if not said.get("codes") and not said.get("code"):
            missing["code"] = [_NOTHING]
        if missing:
            raise ValidationError(missing)


class TakeForm(ExerciseForm):
    """What lies on the counter is taken for this service."""

    venue_id = Ident(needed="Choisissez le lieu.")


class Kept(FormSchema):
    """What the counter remembers from one person to the next, in its address: no code, and nobody."""

    basket = Several(str, most=LARGEST)
    venue_id = Ident()
    service = One(Service)
    minutes = Number(least=1, most=_DAY_MINUTES)
    who = Who(load_default=Standing.EMPLOYEE)


class LateForm(FormSchema):
    """A pile of papers that were taken earlier, while the service could not be reached."""

    venue_id = Ident(needed="Choisissez le lieu.")
    served_on = Date(needed="Indiquez le jour où le service a été rendu.")
    codes = Piles(needed="Saisissez au moins un code.")
    service = One(Service, needed="Choisissez le service rendu.")
    minutes = Number(needed="Indiquez la durée, en minutes.", least=1, most=_DAY_MINUTES)
    who = Who(load_default=Standing.EMPLOYEE)


class SerialForm(FormSchema):
    """A paper whose code cannot be read, known by the number printed on it."""

    venue_id = Ident(needed="Choisissez le lieu.")
    serial = Typed(needed="Indiquez le numéro imprimé sur le pass.", longest=40)
    served_on = Date(needed="Indiquez le jour où le service a été rendu.")
    service = One(Service, needed="Choisissez le service rendu.")
    minutes = Number(needed="Indiquez la durée, en minutes.", least=1, most=_DAY_MINUTES)
    who = Who(load_default=Standing.EMPLOYEE)
    out_of_pocket_cents = Euros(default=0)


class ShownForm(FormSchema):
    """A code that was refused, on its way to the page that contests it."""

    venue_id = Ident()
    code = Code(default="")
    served_on = Date()


class ContestForm(FormSchema):
    """A refusal that is contested, and why."""

    venue_id = Ident(needed="Choisissez le lieu.")
    code = Code(needed="Saisissez le code du pass refusé.")
    served_on = Date(needed="Indiquez le jour où le service a été rendu.")
    ground = One(Ground, needed="Choisissez pourquoi vous contestez ce refus.")


class CancelForm(FormSchema):
    """Why a redemption is given back."""

    cause = One(Cause, needed="Choisissez pourquoi vous annulez cet encaissement.")


class TakingsForm(ListForm):
    """Which takings are listed, and in which order."""

    recherche = Numbered(default="", longest=40)
    from_on = Date()
    until_on = Date()
    venue_id = Ident()
    series = Typed(longest=12)
    tri = One(Order, default=Order.RECORDED)


class PaymentsForm(ListForm):
    """Which payments are listed."""

    recherche = Numbered(default="", longest=40)
    series = Typed(longest=12)
    etat = One(Stage)
    tri = One(Recent, default=Recent.NEWEST)


class PaidForm(ListForm):
    """Which of the passes of a payment are listed."""

    recherche = Numbered(default="", longest=40)


class StatementForm(FormSchema):
    """Of which campaign and which days a statement is."""

    series = Typed(longest=12)
    from_on = Date()
    until_on = Date()


class OwnContestsForm(ListForm):
    """Which of its contested refusals a venue lists."""

    motif = One(Ground)
    etat = One(Contested)
    tri = One(Recent, default=Recent.NEWEST)


class ContestsForm(SearchForm, OwnContestsForm):
    """Which contested refusals are listed for those who decide."""

    series = Typed(longest=12)
