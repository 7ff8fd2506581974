"""Forms about where venues are paid."""

from enum import StrEnum

from voucher_service.network.holds import Cause
from voucher_service.network.payees import PayeeKind
from voucher_service.web.forms import Attached, Date, FormSchema, One, Typed
from voucher_service.web.listing import SearchForm
from voucher_service.web.proving import ProofForm

LARGEST_FORM = 6 * 1024 * 1024
"""A paper of five mebibytes, and what is typed around it."""


class Which(StrEnum):
    """Whether a list shows what is to be done, or all."""

    OPEN = "a-traiter"
    ALL = "toutes"


class ListAsked(SearchForm):
    """Which lines of a list are shown: what is to be done, unless all are asked for."""

    etat = One(Which, default=Which.OPEN)


class AccountForm(FormSchema):
    """An account, as its RIB gives it, and the RIB."""

    iban = Typed(needed="Recopiez l'IBAN du RIB.", longest=50)
    bic = Typed(longest=20)
    holder = Typed(needed="Indiquez le titulaire du compte.", longest=140)
    paper = Attached(needed="Joignez le RIB.")


class PayeeForm(AccountForm):
    """Who is paid in an operator's place, under which deed, and on which account."""

    kind = One(PayeeKind, needed="Dites à quel titre il est payé.")
    name = Typed(needed="Indiquez le nom du bénéficiaire.")
    siret = Typed(longest=20)
    reference = Typed(needed="Indiquez la référence de l'acte.")
    entitled_on = Date(needed="Indiquez la date de l'acte.")
    paper = Attached(needed="Joignez l'acte, ou le RIB du bénéficiaire.")


class SuccessorForm(FormSchema):
    """Who follows an operator, from which day on."""

    siret = Typed(needed="Indiquez le nouveau SIRET.", longest=20)
    effective_on = Date(needed="Indiquez le jour du changement.")
    reference = Typed(needed="Indiquez la référence du document.")
    paper = Attached(needed="Joignez l'avis de situation, ou l'acte.")


class PaperForm(FormSchema):
    """One more paper."""

    paper = Attached(needed="Choisissez un fichier.")


class ApprovalForm(ProofForm):
    """Whom one called back about a change, at a number known before, and who answers for it."""

    called_back = Typed()


class ReasonForm(FormSchema):
    """Why."""

    reason = Typed(needed="Dites pourquoi.")


class HoldForm(FormSchema):
    """Why nothing is paid to an operator for now."""

    cause = One(Cause, needed="Choisissez une raison.")
    note = Typed()
