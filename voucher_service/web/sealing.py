"""Sealing: what the service gives a browser and must recognise: a form's seal, a message said once, a cookie."""

import base64
import hashlib
import hmac
import json
import secrets
from uuid import UUID

from flask import Response, request
from werkzeug.datastructures import MultiDict

from voucher_service.web.context import Site

_SAID, _LANGUAGE = "said", "langue"
_YEAR = 365 * 24 * 3600
_LONGEST_MESSAGE = 600


def session_cookie(site: Site) -> str:
    """Name the cookie of the session: over TLS no other host or path can set it (``__Host-``)."""
    return "__Host-session" if site.is_https else "session"


def session_secret(site: Site) -> str | None:
    """Return the secret that the browser sent."""
    return request.cookies.get(session_cookie(site))


def open_session(response: Response, site: Site, secret: str) -> None:
    """Let the browser keep the secret until it is closed."""
    response.set_cookie(
        session_cookie(site), secret, secure=site.is_https, httponly=True, samesite="Lax", path="/"
    )


def close_session(response: Response, site: Site) -> None:
    """Let the browser forget the secret."""
    response.delete_cookie(
        session_cookie(site), secure=site.is_https, httponly=True, samesite="Lax", path="/"
    )


def form_seal(site: Site, session_id: UUID) -> str:
    """Return what a form of this session must bring back, so that no other site can send it."""
    return _mac(site, f"form/{session_id}".encode())


def is_sealed(site: Site, session_id: UUID, seal: str) -> bool:
    """Tell whether a form that came was given to this session."""
    return hmac.compare_digest(form_seal(site, session_id).encode(), seal.encode())


def comes_from_here() -> bool:
    """Tell whether the browser says that the form was sent by a page of ours (Fetch Metadata, else Origin)."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or origin.rstrip("/") in (request.host_url.rstrip("/"), f"https://{request.host}")


def new_once() -> str:
    """Draw the number of a form: sent twice, it acts once."""
    return secrets.token_urlsafe(16)


def act_key(site: Site, once: str, endpoint: str, content: MultiDict[str, str], files: list[bytes]) -> str:
    """Return the key of one act: this form, with this content; a content that was changed is another act."""
    said = sorted((name, value) for name, value in content.items(multi=True))
    digests = [hashlib.sha256(file).hexdigest() for file in files]
    return "page-" + _mac(site, json.dumps([once, endpoint, request.path, said, digests]).encode())


def say_next(response: Response, site: Site, words: str) -> None:
    """Let the next page say something, once."""
    text = base64.urlsafe_b64encode(words[:_LONGEST_MESSAGE].encode()).decode()
    value = f"{text}.{_mac(site, text.encode())}"
    response.set_cookie(
        _SAID, value, secure=site.is_https, httponly=True, samesite="Lax", path="/", max_age=120
    )


def hear_said(site: Site) -> str:
    """Return what the page before wanted said; nothing where it is not our own writing."""
    text, _, mac = request.cookies.get(_SAID, "").partition(".")
    if not text or not hmac.compare_digest(_mac(site, text.encode()).encode(), mac.encode()):
        return ""
    return base64.urlsafe_b64decode(text).decode()


def forget_said(response: Response) -> None:
    """Let it not be said again."""
    if _SAID in request.cookies:
        response.delete_cookie(_SAID, path="/")


def remember_language(response: Response, site: Site, language: str) -> None:
    """Let the browser keep the language that was chosen."""
    response.set_cookie(
        _LANGUAGE, language, max_age=_YEAR, secure=site.is_https, httponly=True, samesite="Lax"
    )


def remembered_language() -> str | None:
    """Return the language that was chosen on this browser."""
    return request.cookies.get(_LANGUAGE)


def _mac(site: Site, content: bytes) -> str:
    return hmac.new(site.secret, content, hashlib.sha256).hexdigest()[:40]
