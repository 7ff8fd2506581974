"""Forms of the pages of payment runs."""

from voucher_service.kernel.keyset import Order
from voucher_service.settlement.changes import Cause
from voucher_service.settlement.progress import State
from voucher_service.web.forms import Date, Euros, FormSchema, Number, One, Tick, Typed
from voucher_service.web.listing import SearchForm
from voucher_service.web.proving import ProofForm


class RunsAsked(SearchForm):
    """Which runs are listed."""

    etat = One(State)
    tri = One(Order, default=Order.NEWEST)


class PreviewForm(FormSchema):
    """What a run is to take: services up to a day, and the least payment where it is not the campaign's own."""

    series = Typed(needed="Choisissez une campagne.")
    cut_off_on = Date(needed="Indiquez le dernier jour des services à payer.")
    minimum = Euros()
    is_last = Tick()


class ApprovalForm(ProofForm):
    """The content that was read, and who answers for it."""

    content_hash = Typed(needed="Relisez le lot, puis approuvez-le.", longest=64)


class WithdrawalForm(FormSchema):
    """Why a payment is taken out of its run, or a run is cancelled."""

    cause = One(Cause, needed="Dites pourquoi.")
    note = Typed(longest=500)


class ReceiptForm(FormSchema):
    """Who said that a file arrived."""

    reference = Typed(needed="Choisissez le fichier.", longest=35)
    told_by = Typed(needed="Dites qui l'a confirmé, ou la référence de son message.")


class AccountForm(FormSchema):
    """From which account a campaign pays, and what its bank takes in one file."""

    iban = Typed(needed="Indiquez l'IBAN du compte.", longest=42)
    bic = Typed(longest=11)
    holder = Typed(needed="Indiquez le titulaire du compte.")
    imputation = Typed(longest=20)
    most_payments = Number(least=1, most=1_000_000)
    most = Euros()
