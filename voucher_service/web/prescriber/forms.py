"""Forms: what a prescriber types, screen by screen; answers go from one to the next, never by an address."""

from enum import StrEnum
from typing import Any

from marshmallow import ValidationError, validates_schema

from voucher_service.kernel.keyset import Order as Recent
from voucher_service.vouchers.allocation_search import Standing
from voucher_service.vouchers.answers import AgeBand, Answers, Gender, Need, Situation
from voucher_service.vouchers.handover_search import Order
from voucher_service.vouchers.shelves import Order as ShelfOrder
from voucher_service.vouchers.voiding import Reason
from voucher_service.web import forms
from voucher_service.web.language import later
from voucher_service.web.listing import ListForm, Numbered


class Shortage(StrEnum):
    """Whether a stock count missed a booklet."""

    SHORT = "oui"
    WHOLE = "non"


_EMPTY_OR_NOT = later("Scannez les carnets présents, ou cochez que le placard est vide.")
NUMBER_NEEDED = later("Scannez ou tapez le numéro du carnet.")


class AnswersForm(forms.FormSchema):
    """What is noted about the person; « je ne sais pas » where nothing is said."""

    age_band = forms.One(AgeBand, default=AgeBand.UNKNOWN)
    situation = forms.One(Situation, default=Situation.UNKNOWN)
    need = forms.One(Need, default=Need.UNKNOWN)
    gender = forms.One(Gender, default=Gender.UNKNOWN)
    commune = forms.Typed(longest=100)
    priority_public = forms.Tick()
    diagnosis_tool = forms.Typed(longest=100)
    diagnosis_result = forms.Typed(longest=100)


class HandingForm(AnswersForm):
    """The whole journey of a handover: each screen fills a part, and carries the rest."""

    number = forms.Typed(longest=60)
    numbers = forms.Typed(longest=2_000)
    prescription = forms.Ident()
    person = forms.Ident()
    handed_on = forms.Date()


class ChangedForm(HandingForm):
    """The same, and the booklet to take away from it."""

    remove = forms.Typed(longest=25)


class HandingLink(forms.FormSchema):
    """What a link to the journey may say: for which prescription."""

    prescription = forms.Ident()


class NumberForm(forms.FormSchema):
    """One booklet's number."""

    number = forms.Typed(needed=NUMBER_NEEDED, longest=60)


class NumberAsked(forms.FormSchema):
    """One booklet's number, in an address."""

    number = forms.Typed(longest=60)


class ShelfAsked(ListForm):
    """Which part of a shelf."""

    recherche = Numbered(default="", longest=40)
    site = forms.Ident()
    series = forms.Typed(longest=12)
    tri = forms.One(ShelfOrder, default=ShelfOrder.NUMBER)


class ParcelsAsked(ListForm):
    """Which parcels to show."""

    site = forms.Ident()
    series = forms.Typed(longest=12)
    etat = forms.One(Standing)
    tri = forms.One(Recent, default=Recent.NEWEST)


class CountsAsked(ListForm):
    """Which stock counts to show."""

    site = forms.Ident()
    series = forms.Typed(longest=12)
    manque = forms.One(Shortage)
    tri = forms.One(Recent, default=Recent.NEWEST)


class LostAsked(ListForm):
    """Which lost booklets to show."""

    recherche = Numbered(default="", longest=40)
    series = forms.Typed(longest=12)
    raison = forms.One(Reason)
    from_on = forms.Date()
    until_on = forms.Date()
    tri = forms.One(Recent, default=Recent.NEWEST)


class HistoryAsked(ListForm):
    """Which handovers to show."""

    recherche = Numbered(default="", longest=40)
    site = forms.Ident()
    series = forms.Typed(longest=12)
    from_on = forms.Date()
    until_on = forms.Date()
    state = forms.Typed(longest=10)
    tri = forms.One(Order, default=Order.NEWEST)


class LetterAsked(forms.FormSchema):
    """For whose eyes the letter is."""

    grand = forms.Tick()


class PrescriptionForm(forms.FormSchema):
    """A person who should receive booklets."""

    series = forms.Typed(needed=later("Choisissez une campagne."), longest=12)
    site = forms.Ident(needed=later("Choisissez un site."))
    need = forms.One(Need, default=Need.UNKNOWN)
    booklets = forms.Number(needed=later("Indiquez combien de carnets."), least=1, most=20)


class PrescriptionsAsked(ListForm):
    """Which prescriptions to show."""

    recherche = forms.Typed(default="", longest=6)
    all = forms.Tick()
    site = forms.Ident()
    need = forms.One(Need)
    tri = forms.One(Recent, default=Recent.NEWEST)


class ReturnForm(forms.FormSchema):
    """A booklet that a person gives back, and the site that takes it."""

    number = forms.Typed(needed=NUMBER_NEEDED, longest=60)
    site = forms.Ident(needed=later("Choisissez un site."))


class LostForm(forms.FormSchema):
    """A booklet that is lost, and how."""

    number = forms.Typed(needed=NUMBER_NEEDED, longest=60)
    reason = forms.One(Reason, needed=later("Dites ce qui est arrivé au carnet."))


class Instead(StrEnum):
    """What the person receives instead of a lost booklet."""

    FROM_STOCK = "stock"
    PRINTED = "print"


class InsteadForm(LostForm):
    """The same, and what the person receives instead."""

    how = forms.One(Instead, needed=later("Dites ce que la personne reçoit à la place."))
    new_number = forms.Typed(longest=60)

    @validates_schema
    def _agree(self, said: dict[str, Any], **_: Any) -> None:
        if said["how"] is Instead.FROM_STOCK and not said["new_number"]:
            raise ValidationError({"new_number": [later("Scannez ou tapez le numéro du nouveau carnet.")]})


class PileForm(forms.FormSchema):
    """Booklets of one campaign at one site, one a line, ranges too."""

    series = forms.Typed(needed=later("Choisissez une campagne."), longest=12)
    site = forms.Ident(needed=later("Choisissez un site."))
    lines = forms.Lines(needed=later("Scannez ou tapez au moins un carnet."), most=2_000)


class CountForm(forms.FormSchema):
    """The booklets seen in a cupboard; none of them is an answer that has to be ticked."""

    series = forms.Typed(needed=later("Choisissez une campagne."), longest=12)
    site = forms.Ident(needed=later("Choisissez un site."))
    lines = forms.Lines(most=2_000)
    none = forms.Tick()

    @validates_schema
    def _agree(self, said: dict[str, Any], **_: Any) -> None:
        if bool(said["lines"]) == said["none"]:
            raise ValidationError({"lines": [_EMPTY_OR_NOT]})


class ReceiptForm(forms.FormSchema):
    """What a site counted of a parcel."""

    counted = forms.Number(needed=later("Indiquez combien de carnets vous avez comptés."), most=2_000)
    lines = forms.Lines(most=2_000)


def answers(said: dict[str, Any]) -> Answers:
    """Return what was noted, as the handover keeps it."""
    return Answers(
        age_band=said["age_band"] or AgeBand.UNKNOWN,
        situation=said["situation"] or Situation.UNKNOWN,
        gender=said["gender"] or Gender.UNKNOWN,
        need=said["need"] or Need.UNKNOWN,
        commune=said["commune"] or None,
        diagnosis_tool=said["diagnosis_tool"] or None,
        diagnosis_result=said["diagnosis_result"] or None,
        priority_public=True if said["priority_public"] else None,
    )
