"""Troubles: the refusals that belong to HTTP itself and not to the business."""

from dataclasses import dataclass
from typing import Any, ClassVar

from voucher_service.kernel.refusal import Refusal


class Trouble(Refusal):
    """The request cannot be heard as it was sent.

    FR: La requête ne peut pas être entendue telle qu'elle a été envoyée.
    """

    status: ClassVar[int] = 400

    def headers(self) -> dict[str, str]:
        """Return the headers that HTTP asks for with this status."""
        return {}


class BodyIsNotJson(Trouble):
    """The body is not one JSON object: correct it and send it again.

    FR: Le corps n'est pas un objet JSON : corrigez-le et renvoyez-le.
    """


class BodyIsNotUtf8(Trouble):
    """The body is not UTF-8: encode it so and send it again.

    FR: Le corps n'est pas en UTF-8 : encodez-le ainsi et renvoyez-le.
    """


class IdempotencyKeyIsMissing(Trouble):
    """This act needs an Idempotency-Key header: draw one per act, and repeat it when you retry.

    FR: Cet acte demande un en-tête Idempotency-Key : tirez-en un par acte, et répétez-le en cas de reprise.
    """


class IdempotencyKeyIsMalformed(Trouble):
    """The Idempotency-Key must be 16 to 128 characters among A-Z a-z 0-9 . _ : and -.

    FR: L'Idempotency-Key doit compter 16 à 128 caractères parmi A-Z a-z 0-9 . _ : et -.
    """


class RequestIsMalformed(Trouble):
    """The request does not follow HTTP: correct it and send it again.

    FR: La requête ne respecte pas HTTP : corrigez-la et renvoyez-la.
    """


class CursorIsNotOurs(Trouble):
    """The cursor does not belong to this list: start again from the first page.

    FR: Le curseur n'appartient pas à cette liste : recommencez à la première page.
    """

    status: ClassVar[int] = 422


class TokenIsMissing(Trouble):
    """Say who you are with a valid access token.

    FR: Identifiez-vous avec un jeton d'accès valide.
    """

    status: ClassVar[int] = 401


class NothingIsHere(Trouble):
    """There is nothing at this address: check it against the contract.

    FR: Il n'y a rien à cette adresse : vérifiez-la dans le contrat.
    """

    status: ClassVar[int] = 404


@dataclass(eq=False)
class MethodIsNotAllowed(Trouble):
    """This address does not know this method: use one of those allowed.

    FR: Cette adresse ne connaît pas cette méthode : employez l'une de celles permises.
    """

    status: ClassVar[int] = 405

    allowed: list[str]

    def headers(self) -> dict[str, str]:
        """List the methods (RFC 9110 §15.5.6)."""
        return {"Allow": ", ".join(self.allowed)}


@dataclass(eq=False)
class ObjectHasChanged(Trouble):
    """Someone changed this object since you read it: read it again, then change it.

    FR: Quelqu'un a modifié cet objet depuis votre lecture : relisez-le, puis modifiez-le.
    """

    status: ClassVar[int] = 412


@dataclass(eq=False)
class BodyIsTooLarge(Trouble):
    """The body is too large: send less at once.

    FR: Le corps est trop volumineux : envoyez-en moins à la fois.
    """

    status: ClassVar[int] = 413


@dataclass(eq=False)
class ContentTypeIsNotAccepted(Trouble):
    """This content type is not accepted here: send one of those listed.

    FR: Ce type de contenu n'est pas accepté ici : envoyez l'un de ceux indiqués.
    """

    status: ClassVar[int] = 415

    accepted: list[str]

    def headers(self) -> dict[str, str]:
        """List the types (RFC 9110 §15.5.16)."""
        return {"Accept": ", ".join(self.accepted)}


@dataclass(eq=False)
class RequestIsInvalid(Trouble):
    """Some members are not as they should be: see errors.

    FR: Certains champs ne conviennent pas : voir errors.
    """

    status: ClassVar[int] = 422

    errors: list[dict[str, Any]]


class IdempotencyKeyIsReused(Trouble):
    """This Idempotency-Key was used for another request: draw a new one for each act.

    FR: Cette Idempotency-Key a servi pour une autre requête : tirez-en une nouvelle pour chaque acte.
    """

    status: ClassVar[int] = 422


class IfMatchIsMalformed(Trouble):
    """If-Match must hold one entity tag, such as "3", with its quotes.

    FR: If-Match doit contenir une étiquette, par exemple "3", avec ses guillemets.
    """


class IfMatchIsMissing(Trouble):
    """Send If-Match with the ETag that you read, so that nobody's change is lost.

    FR: Envoyez If-Match avec l'ETag que vous avez lu, pour ne perdre la modification de personne.
    """

    status: ClassVar[int] = 428


@dataclass(eq=False)
class TooManyRequests(Trouble):
    """Too many requests: wait as long as Retry-After says.

    FR: Trop de requêtes : attendez le délai indiqué par Retry-After.
    """

    status: ClassVar[int] = 429

    retry_after_seconds: int


class SomethingBroke(Trouble):
    """Something broke on our side; it is written down under this instance.

    FR: Une erreur s'est produite de notre côté ; elle est consignée sous cette référence.
    """

    status: ClassVar[int] = 500


@dataclass(eq=False)
class DatabaseIsAway(Trouble):
    """The database cannot be reached: try again in a moment, with the same Idempotency-Key.

    FR: La base de données est injoignable : réessayez dans un instant, avec la même Idempotency-Key.
    """

    status: ClassVar[int] = 503

    retry_after_seconds: int = 2
