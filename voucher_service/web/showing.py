"""Showing: from what a view returned to what the browser is sent."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode

from flask import (
    Flask,
    Response,
    current_app,
    g,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException

from voucher_service.kernel import clock
from voucher_service.web import language, menus, sealing, words
from voucher_service.web.answers import Answer, File, Go, Page
from voucher_service.web.assets import asset
from voucher_service.web.context import signed, site, typed

_POLICY = (
    "default-src 'none'; style-src 'self'; script-src {scripts}; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; media-src 'self' blob:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def install(app: Flask) -> None:
    """Give the templates what all of them speak of, once every page is registered."""
    app.jinja_env.globals.update(asset=asset)
    app.jinja_env.filters.update(words.FILTERS)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.undefined = StrictUndefined
    menus.install(app)


def shown(answer: Answer, *, status: int = HTTPStatus.OK) -> Response:
    """Make the response: a page, a file, or the way to another page."""
    if isinstance(answer, Page):
        return _page(answer, status)
    return _file(answer) if isinstance(answer, File) else _gone(answer)


def address(go: Go) -> str:
    """Return where the browser is sent."""
    return go.path if go.path is not None else url_for(go.endpoint, **go.values)


def _page(page: Page, status: int) -> Response:
    said = sealing.hear_said(site())
    text = render_template(page.template, **_around(said), **page.content)
    response = Response(text, status, content_type="text/html; charset=utf-8")
    response.headers["Content-Language"] = language.language()
    response.headers["Vary"] = "Cookie, Accept-Language"
    sealing.forget_said(response)
    return _kept_safe(response)


def _around(said: str) -> dict[str, Any]:
    """Return what every page speaks of beyond its own content."""
    reader, held = signed(), site()
    return {
        "form": typed(),
        "signed": reader,
        "role": reader.actor.role.value if reader else "",
        "menu": menus.menu(),
        "said": said,
        "lang": language.language(),
        "is_demo": held.settings.demo,
        "now": clock.now(),
        "today": clock.civil_date(clock.now()),
        "seal": sealing.form_seal(held, reader.session_id) if reader else "",
        "once": sealing.new_once,
        "here": request.path,
        "language_url": _in("fr" if language.language() == "en" else "en"),
        "scans": g.get("scans", False),
        "refusal": g.get("refusal"),
    }


def _in(tongue: str) -> str:
    """Return the address of this page in another language; the home page where only a form leads to it."""
    if request.method != "GET":
        try:
            current_app.url_map.bind("").match(request.path, method="GET")
        except HTTPException:
            return f"/?langue={tongue}" if signed() is None else f"/accueil?langue={tongue}"
    asked = [(name, words) for name, words in request.args.items(multi=True) if name != "langue"]
    return f"{request.path}?{urlencode([*asked, ('langue', tongue)])}"


def _file(file: File) -> Response:
    response = Response(
        file.content if isinstance(file.content, bytes) else stream_with_context(_pieces(file.content)),
        content_type=file.content_type,
    )
    how = "inline" if file.is_shown else "attachment"
    response.headers["Content-Disposition"] = f"{how}; filename*=UTF-8''{quote(file.name)}"
    safe = _kept_safe(response)
    if not file.is_shown:
        # Whatever a file to be saved holds, no browser runs it.
        safe.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return safe


def _pieces(content: Any) -> Iterator[bytes]:
    for piece in content:
        yield piece if isinstance(piece, bytes) else piece.encode()


def _gone(go: Go) -> Response:
    response: Any = redirect(address(go), HTTPStatus.SEE_OTHER)
    if go.said:
        sealing.say_next(response, site(), go.said)
    if go.opens is not None:
        sealing.open_session(response, site(), go.opens)
    if go.closes:
        sealing.close_session(response, site())
    return _kept_safe(response)


def _kept_safe(response: Response) -> Response:
    # Reading a code from a picture takes WebAssembly, on the pages that do it only.
    scripts = "'self' 'wasm-unsafe-eval'" if g.get("scans") else "'self'"
    response.headers["Content-Security-Policy"] = _POLICY.format(scripts=scripts)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Permissions-Policy"] = (
        f"camera={'(self)' if g.get('scans') else '()'}, microphone=(), geolocation=()"
    )
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    language.keep_choice(response)
    return response
