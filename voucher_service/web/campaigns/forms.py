"""Forms of a campaign: its terms, its funders' keys, its booklets."""

from typing import Any

from voucher_service.funding.pledges import PledgeKind
from voucher_service.funding.terms import DueOn, KeyPart, LegalBasis, MoneySide, StateFunded, Terms
from voucher_service.network.vocabulary import Service
from voucher_service.vouchers.printing.formats import Format
from voucher_service.web.forms import (
    Attached,
    Date,
    Euros,
    FormSchema,
    Lines,
    Number,
    One,
    Several,
    Tick,
    Typed,
)

KEY_ROWS = range(1, 6)
"""How many funders a form offers room for."""


class TermsForm(FormSchema):
    """The rules of a campaign, as its convention and délibération state them."""

    name = Typed(needed="Donnez un nom à la campagne.")
    legal_basis = One(LegalBasis, needed="Choisissez l'acte qui fonde la campagne.")
    legal_reference = Typed(needed="Indiquez la référence de cet acte.")
    deliberation = Typed(needed="Indiquez la référence de la délibération.")
    decided_on = Date(needed="Indiquez la date de la délibération.")
    money_side = One(MoneySide, needed="Choisissez qui tient l'argent.")
    use_from = Date(needed="Indiquez le premier jour d'usage.")
    use_until = Date(needed="Indiquez le dernier jour d'usage.")
    present_until = Date(needed="Indiquez le dernier jour d'encaissement par les lieux.")
    face_cents = Euros(default=1000)
    booklet_size = Number(default=10, least=5, most=10)
    late_entry_days = Number(default=31, most=400)
    handover_required = Tick()
    state_funded = One(StateFunded, default=StateFunded.REFUSED)
    services = Several(Service)
    territory = Lines(most=500)
    payment_days = Number(default=30, most=365)
    minimum_payment_cents = Euros()
    third_approval_cents = Euros()
    booklets_per_person = Number(least=1, most=100)
    vouchers_per_visit = Number(least=1, most=20)
    ceiling_cents = Euros()


class AmendmentForm(TermsForm):
    """Amended terms, and which version of them was read."""

    version = Number(needed="Rouvrez la page : la version des conditions manque.")


def _row(row: int) -> dict[str, Any]:
    return {
        f"funder_{row}": Typed(),
        f"advanced_parts_{row}": Number(default=0, most=1_000_000),
        f"borne_parts_{row}": Number(default=0, most=1_000_000),
        f"due_on_{row}": One(DueOn, default=DueOn.BOUGHT),
    }


CampaignForm = TermsForm.from_dict(
    {"series": Typed(needed="Donnez une référence à la campagne, par exemple PN-2026.", longest=20)}
    | {name: kind for row in KEY_ROWS for name, kind in _row(row).items()},
    name="CampaignForm",
)
"""A new campaign: its series, its terms, and the parts of each funder."""


class BlockForm(FormSchema):
    """Why a campaign is blocked, or released."""

    reason = Typed(needed="Dites pourquoi, en quelques mots.", longest=500)
    blocked = Tick()


class FunderForm(FormSchema):
    """A body that pays."""

    code = Typed(needed="Donnez un code court au financeur, par exemple etat.", longest=40)
    name = Typed(needed="Indiquez le nom du financeur.")


class PledgeForm(FormSchema):
    """What a funder promises, or changes of its promise."""

    funder = Typed(needed="Choisissez le financeur.")
    kind = One(PledgeKind, needed="Choisissez ce que vous enregistrez.")
    amount_cents = Euros()
    less = Tick()
    reference = Typed(needed="Indiquez la référence de la convention ou de l'avenant.")
    dated_on = Date(needed="Indiquez la date de cet acte.")


class DepositForm(FormSchema):
    """Money that came, or credits that were committed."""

    funder = Typed()
    amount_cents = Euros(needed="Indiquez le montant reçu ou engagé.")
    reference = Typed(needed="Indiquez la référence de la banque, ou le numéro d'engagement.", longest=140)
    received_on = Date(needed="Indiquez la date.")
    exercice = Number(least=2000, most=2199)


class BatchForm(FormSchema):
    """How many booklets to produce."""

    booklets = Number(needed="Indiquez combien de carnets produire.", least=1, most=100_000)


class ActivationForm(FormSchema):
    """Which booklets become worth their face, under which mandate."""

    first_booklet = Number(needed="Indiquez le premier carnet.", least=1, most=999_999)
    last_booklet = Number(needed="Indiquez le dernier carnet.", least=1, most=999_999)
    mandate_number = Typed(needed="Indiquez le numéro de mandat.", longest=60)
    mandated_on = Date(needed="Indiquez la date du mandat.")


class PrintForm(FormSchema):
    """Which booklets to print, and how."""

    first_booklet = Number(needed="Indiquez le premier carnet.", least=1, most=999_999)
    last_booklet = Number(needed="Indiquez le dernier carnet.", least=1, most=999_999)
    format = One(Format, needed="Choisissez la présentation.")
    reason = Typed(longest=500)


def terms_of(said: dict[str, Any]) -> Terms:
    """Return the terms that a form states."""
    known = {name: said[name] for name in Terms.__dataclass_fields__}
    return Terms(**known | {"services": [service.value for service in said["services"]]})


def key_of(said: dict[str, Any]) -> list[KeyPart]:
    """Return the funders' parts that a form states; rows without a funder are left out."""
    return [
        KeyPart(
            said[f"funder_{row}"],
            said[f"advanced_parts_{row}"],
            said[f"borne_parts_{row}"],
            said[f"due_on_{row}"],
        )
        for row in KEY_ROWS
        if said[f"funder_{row}"]
    ]


class StyleForm(FormSchema):
    """What a campaign prints on its passes."""

    text = Typed(default="", longest=500)
    phone = Typed(default="", longest=60)
    colour = Typed(needed="Choisissez une couleur.", longest=7)
    version = Number(needed="Rouvrez la page : la version lue manque.")


class LogoForm(FormSchema):
    """A logo, and where it stands."""

    place = Number(needed="Choisissez l'emplacement.")
    logo = Attached(needed="Choisissez une image PNG ou JPEG.")
    version = Number(needed="Rouvrez la page : la version lue manque.")


class StyleVersionForm(FormSchema):
    """In which version what is printed was read."""

    version = Number(needed="Rouvrez la page : la version lue manque.")
