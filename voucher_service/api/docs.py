"""Docs: the contract, for programs as ``/openapi.yaml`` and for people as ``/docs``; no outside host is asked."""

from pathlib import Path

from flask import Response

from voucher_service.api.marks import plain, public
from voucher_service.api.resource import Resource
from voucher_service.api.troubles import NothingIsHere

resource = Resource("docs", "The contract itself.", prefix="")

_STATIC = Path(__file__).parent / "static"
_CONTRACT = Path(__file__).resolve().parent.parent.parent / "openapi.yaml"
# Swagger UI sets styles on what it draws, and carries its icons in its stylesheet.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_FILES = {
    "docs.js": (_STATIC / "docs.js", "text/javascript; charset=utf-8"),
    "swagger-ui.css": (_STATIC / "swagger-ui/swagger-ui.css", "text/css; charset=utf-8"),
    "swagger-ui-bundle.js": (_STATIC / "swagger-ui/swagger-ui-bundle.js", "text/javascript; charset=utf-8"),
}


@resource.get("/openapi.yaml")
@public
@plain
@resource.document("application/yaml", description="The contract, OpenAPI 3.1.")
def contract() -> Response:
    """Read the contract."""
    return Response(_CONTRACT.read_bytes(), content_type="application/yaml")


@resource.get("/docs")
@public
@plain
@resource.document("text/html", description="The contract, for people.")
def page() -> Response:
    """Browse the contract."""
    said = Response((_STATIC / "docs.html").read_bytes(), content_type="text/html; charset=utf-8")
    said.headers["Content-Security-Policy"] = _POLICY
    return said


@resource.get("/docs/<name>")
@public
@plain
@resource.document("text/javascript", "text/css", description="A part of the page.")
def part(name: str) -> Response:
    """Read a part of the page."""
    path, content_type = _FILES.get(name, (None, ""))
    if path is None:
        raise NothingIsHere
    return Response(path.read_bytes(), content_type=content_type)
