"""Forms of the network: organisations, sites, venues, decisions, files."""

import re
from typing import Any
from uuid import UUID

from marshmallow import ValidationError

from voucher_service.identity.corrections import CorrectionReason
from voucher_service.identity.organisation_search import Order as OrganisationOrder
from voucher_service.identity.organisations import OrganisationKind
from voucher_service.network import communes
from voucher_service.network.accreditation import Decision, Reason
from voucher_service.network.closing import ClosingReason, ReopeningReason
from voucher_service.network.mediators import Standing
from voucher_service.network.operators import CashingMeans, LegalForm
from voucher_service.network.profile import LONGEST_TEXT
from voucher_service.network.venue_list import Order, Stand
from voucher_service.network.vocabulary import Condition, Modality, Service, Welcome
from voucher_service.web.forms import (
    Attached,
    Date,
    FormSchema,
    Ident,
    Lines,
    Number,
    One,
    Several,
    Tick,
    Typed,
)
from voucher_service.web.listing import ListForm, SearchForm

_LINK = re.compile(r"https?://\S+")


class Link(Typed):
    """An address of the web."""

    def _deserialize(self, value: Any, *args: Any, **named: Any) -> str:
        words = super()._deserialize(value, *args, **named)
        if not _LINK.fullmatch(words):
            raise ValidationError("Écrivez une adresse entière, par exemple https://example.fr.")
        return words


class Point(Typed):
    """A position in degrees, as maps give it."""

    def _deserialize(self, value: Any, *args: Any, **named: Any) -> Any:
        point = communes.point(super()._deserialize(value, *args, **named))
        if point is None:
            raise ValidationError("Écrivez la latitude puis la longitude, par exemple 43.61, 3.87.")
        return point


class Siret(Typed):
    """A SIRET, typed with or without its spaces."""

    def _deserialize(self, value: Any, *args: Any, **named: Any) -> str:
        return "".join(super()._deserialize(value, *args, **named).split())


class Chosen(Several):
    """Venues that were ticked."""

    def __init__(self) -> None:
        """A page of the list at most."""
        super().__init__(str, needed="Choisissez au moins un lieu.", most=100)

    def _deserialize(self, value: Any, *args: Any, **named: Any) -> list[UUID]:
        try:
            return [UUID(one) for one in super()._deserialize(value, *args, **named)]
        except ValueError:
            raise ValidationError("Choisissez des réponses de la liste.") from None


class OrganisationsAsked(SearchForm):
    """What is looked for among organisations."""

    titre = One(OrganisationKind)
    tri = One(OrganisationOrder, default=OrganisationOrder.NAME)


class OrganisationForm(FormSchema):
    """A legal person that takes part, and in which capacity."""

    name = Typed(needed="Indiquez le nom de l'organisation.")
    siret = Siret()
    kind = One(OrganisationKind, needed="Dites à quel titre elle participe.")
    legal_form = One(LegalForm, default=LegalForm.UNKNOWN)


class EnrolmentForm(FormSchema):
    """The legal form of an organisation that runs venues."""

    legal_form = One(LegalForm, default=LegalForm.UNKNOWN)


class LegalFormForm(FormSchema):
    """What sort of person a venue operator is in law."""

    legal_form = One(LegalForm, needed="Choisissez la forme juridique.")
    version = Number(default=0)


class SiteForm(FormSchema):
    """A place where a prescriber keeps booklets."""

    name = Typed(needed="Donnez un nom au site, par exemple Accueil.")
    address = Typed()
    postcode = Typed(longest=5)
    commune = Typed(needed="Indiquez la commune.")


class AllocationForm(FormSchema):
    """Which booklets go to a site."""

    series = Typed(needed="Choisissez la campagne.")
    lines = Lines(needed="Indiquez au moins un carnet.")


class CashingActForm(FormSchema):
    """By what right a public body cashes."""

    means = One(CashingMeans, needed="Choisissez comment l'organisme encaisse.")
    reference = Typed(needed="Indiquez la référence de l'acte.")
    signed_on = Date(needed="Indiquez la date de l'acte.")


class MediatorForm(FormSchema):
    """Who delivers for a venue operator."""

    label = Typed(needed="Indiquez un nom ou un repère, par exemple Poste A.")
    standing = One(Standing, needed="Dites qui paie cette personne.")


class SiteClosingForm(FormSchema):
    """Why a site closes."""

    reason = One(ClosingReason, needed="Choisissez une raison.")


class VenueClosingForm(FormSchema):
    """Why a venue closes, and its first day without passes."""

    reason = One(ClosingReason, needed="Choisissez une raison.")
    closed_on = Date(needed="Indiquez le premier jour de fermeture.")


class ReopeningForm(FormSchema):
    """Why a closed place takes part again."""

    reason = One(ReopeningReason, needed="Choisissez une raison.")


class CorrectionForm(FormSchema):
    """What an organisation's name and SIRET should be, and why."""

    name = Typed(needed="Indiquez le nom de l'organisation.")
    siret = Siret()
    reason = One(CorrectionReason, needed="Choisissez une raison.")


class LeavingForm(FormSchema):
    """The last day on which someone delivers, as his record was read."""

    left_on = Date(needed="Indiquez son dernier jour.")
    version = Number(needed="Rouvrez la page : la version lue manque.")


class DerogationForm(FormSchema):
    """By which act, and when, the State-funded may be paid by passes."""

    reference = Typed(needed="Indiquez la référence de la dérogation.")
    valid_from_on = Date(needed="Indiquez son premier jour.")
    valid_until_on = Date(needed="Indiquez son dernier jour.")


class VenuesAsked(SearchForm):
    """What is looked for among venues."""

    campagne = Typed(longest=20)
    etat = One(Stand)
    tri = One(Order, default=Order.NAME)


class VenueForm(FormSchema):
    """A venue, as the public knows it."""

    name = Typed(needed="Donnez le nom du lieu.")
    address = Typed(needed="Indiquez l'adresse.")
    address_complement = Typed()
    postcode = Typed(needed="Indiquez le code postal.", longest=5)
    commune = Typed(needed="Indiquez la commune.")
    point = Point()
    phone = Typed()
    website = Link(longest=LONGEST_TEXT)
    opening_hours = Typed(longest=LONGEST_TEXT)
    services = Several(Service)
    modalities = Several(Modality)
    conditions = Several(Condition)
    welcomes = Several(Welcome)
    accessibility_url = Link(longest=LONGEST_TEXT)
    version = Number(default=0)


class PayeeAsked(FormSchema):
    """Which venue operator is looked for."""

    nom = Typed(default="")


class EntrustForm(FormSchema):
    """Who runs a venue."""

    operator_id = Ident(needed="Choisissez l'exploitant.")


class DecisionForm(FormSchema):
    """What is decided, for which campaign, why, and from which day."""

    series = Typed(needed="Choisissez la campagne.")
    decision = One(Decision, needed="Choisissez une décision.")
    reason = One(Reason, needed="Choisissez une raison.")
    effective_on = Date(needed="Indiquez le jour à partir duquel elle compte.")


class ChosenAsked(FormSchema):
    """Which venues were ticked."""

    lieu = Chosen()
    series = Typed()


class JointDecisionForm(DecisionForm):
    """One decision on the venues that were ticked."""

    lieu = Chosen()


class DirectoryForm(FormSchema):
    """A directory of venues."""

    file = Attached(needed="Choisissez un fichier.")


class LinesAsked(ListForm):
    """Which lines of a trial are shown."""

    resultat = Typed(longest=20)
    a_voir = Tick()


class TrialForm(FormSchema):
    """The trial that was read before importing."""

    shown = Typed(needed="Rouvrez la page : l'essai manque.")
