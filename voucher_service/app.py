"""App: the whole service put together; everything is wired here and nowhere else."""

import gc
import importlib
import pkgutil
from collections.abc import Iterator

from flask import Flask, Response, g, request
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, UnicodeConverter

from voucher_service import api, schema, web
from voucher_service.api import context, metrics, problem, watching
from voucher_service.api import contract as openapi
from voucher_service.api.context import State
from voucher_service.api.marks import API, MEBIBYTE
from voucher_service.api.resource import Resource
from voucher_service.kernel import lifeline, logs
from voucher_service.kernel.config import Settings
from voucher_service.kernel.database import Database
from voucher_service.kernel.keys import Keyring
from voucher_service.kernel.refusal import Refusal
from voucher_service.kernel.throttle import Allowance, Buckets
from voucher_service.web import assets, language, showing, troubles
from voucher_service.web import context as pages_context
from voucher_service.web.context import Site
from voucher_service.web.pages import Pages

_SAFE = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
}
_FOR_PROGRAMS = ("/api/", "/.well-known/", "/docs", "/openapi.yaml", "/healthz", "/readyz", "/metrics")
_QUOTA, _WINDOW = 30_000, 60
_POLICY = f'"burst";q={_QUOTA};w={_WINDOW}'


class _Number(IntegerConverter):
    """A number in a path: one that an integer column can hold; a longer one is no address at all."""

    regex = r"[0-9]{1,9}"

    def __init__(self, *args: object, **bounds: object) -> None:
        super().__init__(*args, **{"max": 999_999_999, **bounds})  # type: ignore[arg-type]


class _Word(UnicodeConverter):
    """A word in a path: short, and printable."""

    regex = r"[^/\x00-\x20\x7f]{1,100}"


def open_app(settings: Settings) -> Flask:
    """Put the service together for a WSGI server."""
    lifeline.follow()
    logs.configure(settings.log_level)
    keys = Keyring(settings.keys_dir, may_create=settings.is_embedded)
    app = create_app(settings, schema.open_database(settings), keys)
    _spare_the_collector()
    return app


def _spare_the_collector() -> None:
    # What is there at the start stays to the end: looking through it again and again takes a third of the time.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def create_app(settings: Settings, database: Database, keys: Keyring) -> Flask:
    """Put the service together; nothing is connected to yet."""
    app = contract_app()
    equip(app, settings, database, keys)
    _show_pages(app)
    metrics.install(app)
    app.register_error_handler(Exception, _say)
    app.after_request(_finish)
    watching.install(app)
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=0)  # type: ignore[method-assign]
    return app


def equip(app: Flask, settings: Settings, database: Database, keys: Keyring) -> None:
    """Give an application what it works with: its settings, its database and its keys; nothing else changes."""
    newest_migration = schema.head()
    shield = Buckets(quota=_QUOTA, window_seconds=_WINDOW)
    context.install(app, State(database, keys, settings, shield, newest_migration))
    pages_context.install(app, Site(database, keys, settings, newest_migration))


def pages() -> Iterator[Pages]:
    """Return the pages of every module of ``web``."""
    for found in pkgutil.walk_packages(web.__path__, f"{web.__name__}."):
        of_module = getattr(importlib.import_module(found.name), "pages", None)
        if isinstance(of_module, Pages):
            yield of_module


def _show_pages(app: Flask) -> None:
    language.install(app)
    app.register_blueprint(assets.assets)
    for of_audience in pages():
        app.register_blueprint(of_audience)
    showing.install(app)


def _say(error: Exception) -> Response:
    if isinstance(error, Refusal):
        g.refused = error
    is_program = request.path.startswith(_FOR_PROGRAMS)
    return problem.answer(error) if is_program else troubles.answer(error)


def contract() -> str:
    """Return what ``openapi.yaml`` must be."""
    return openapi.write(contract_app(), resources())


def resources() -> Iterator[Resource]:
    """Return the routes of every module of ``api``."""
    for found in pkgutil.iter_modules(api.__path__, f"{api.__name__}."):
        resource = getattr(importlib.import_module(found.name), "resource", None)
        if isinstance(resource, Resource):
            yield resource


def contract_app() -> Flask:
    """Return an application that has its routes and nothing else: enough to write its contract."""
    app = Flask(__name__, static_folder=None, template_folder="web/templates")
    app.config["MAX_CONTENT_LENGTH"] = MEBIBYTE
    app.url_map.converters.update({"int": _Number, "string": _Word, "default": _Word})
    app.url_map.merge_slashes = False
    for resource in resources():
        app.register_blueprint(resource, name_prefix=API)
    return app


def _finish(response: Response) -> Response:
    headers = response.headers
    for name, value in _SAFE.items():
        headers.setdefault(name, value)
    allowance: Allowance | None = g.get("allowance")
    if allowance is not None:
        headers["RateLimit-Policy"] = _POLICY
        headers["RateLimit"] = f'"burst";r={allowance.remaining};t={allowance.reset_seconds}'
    return response
