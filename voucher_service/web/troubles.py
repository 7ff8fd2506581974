"""Troubles: what a page says when it cannot be shown, and where the reader may go from there."""

from http import HTTPStatus

import structlog
from flask import Response, g, redirect, request
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft
from werkzeug.exceptions import HTTPException

from voucher_service.identity.sessions import SessionIsOver
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.web import language, showing, visitor
from voucher_service.web.answers import Page
from voucher_service.web.context import site

SIGN_IN, SECOND_FACTOR = "/connexion", "/connexion/code"
_log = structlog.get_logger(__name__)


class FactorIsAwaited(Refusal):
    """Give the code of your application first.

    FR: Indiquez d'abord le code de votre application.
    """

    kind = Kind.UNAUTHENTICATED


class FormIsForeign(Refusal):
    """This form was not given to you by this service, or is too old: open the page again and send it from there.

    FR: Ce formulaire ne vient pas de ce service, ou il est trop ancien : rouvrez la page et recommencez.
    """

    kind = Kind.FORBIDDEN


class PageIsUnknown(Refusal):
    """There is no page at this address: check it, or begin at the home page.

    FR: Il n'y a pas de page à cette adresse : vérifiez-la, ou repartez de l'accueil.
    """

    kind = Kind.UNKNOWN


class FormIsTooLarge(Refusal):
    """What you sent is too large: choose a smaller file.

    FR: Votre envoi est trop volumineux : choisissez un fichier plus petit.
    """

    kind = Kind.INVALID


class RequestMakesNoSense(Refusal):
    """The service cannot read what your browser sent: open the page again.

    FR: Le service ne peut pas lire ce que votre navigateur a envoyé : rouvrez la page.
    """

    kind = Kind.INVALID


class BooksAreAway(Refusal):
    """The service is stopped for a moment; nothing was lost: try again in a minute.

    FR: Le service est momentanément arrêté ; rien n'est perdu : réessayez dans une minute.
    """

    kind = Kind.UNAVAILABLE


class PageBroke(Refusal):
    """Something broke on our side; nothing was done by halves: try again, and tell the operator if it lasts.

    FR: Une erreur est survenue chez nous ; rien n'est fait à moitié : réessayez, et prévenez l'opérateur.
    """

    kind = Kind.UNAVAILABLE


def answer(error: Exception) -> Response:
    """Return the page that says what went wrong, or the sign-in page where the reader must sign in."""
    if isinstance(error, SessionIsOver):
        return _to(SIGN_IN)
    if isinstance(error, FactorIsAwaited):
        return _to(SECOND_FACTOR)
    if isinstance(error, HTTPException) and (error.code or 500) < HTTPStatus.BAD_REQUEST:
        return Response(status=error.code, headers=dict(error.get_headers()))
    if isinstance(error, HTTPException) and "signed" not in g:
        site().database.run(visitor.recognise)
    refusal, status = _said(error)
    facts = refusal.facts()
    page = Page("layout/trouble.html", why=refusal.title(language.language()), status=status)
    response = showing.shown(page, status=status)
    if status == HTTPStatus.SERVICE_UNAVAILABLE or "retry_after_seconds" in facts:
        response.headers["Retry-After"] = str(facts.get("retry_after_seconds", 5))
    return response


def _said(error: Exception) -> tuple[Refusal, int]:
    if isinstance(error, Refusal):
        return error, error.kind.http_status
    if isinstance(error, HTTPException):
        return _of_protocol(error)
    g.signed = None
    if isinstance(error, OperationalError | InterfaceError | NoConnectionLeft):
        _log.warning("the database is away", error=str(error).splitlines()[0])
        return BooksAreAway(), HTTPStatus.SERVICE_UNAVAILABLE
    # The line of this request says what it met: a path may end in a secret.
    _log.error("a page broke", exc_info=error)
    return PageBroke(), HTTPStatus.INTERNAL_SERVER_ERROR


def _of_protocol(error: HTTPException) -> tuple[Refusal, int]:
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    if status in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED):
        return PageIsUnknown(), status
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return FormIsTooLarge(), status
    return RequestMakesNoSense(), status


def _to(path: str) -> Response:
    # Only where a page was opened can the reader be brought back: a form is never sent a second time by itself.
    asked = request.full_path.rstrip("?") if request.method == "GET" else ""
    came_from = f"?retour={_quoted(asked)}" if asked not in ("", "/") else "?fin=1"
    return redirect(path + came_from, HTTPStatus.SEE_OTHER)  # type: ignore[return-value]


def _quoted(path: str) -> str:
    return path.replace("%", "%25").replace("&", "%26").replace("#", "%23").replace("+", "%2B")
