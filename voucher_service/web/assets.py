"""Assets: style, scripts and pictures, served by us alone, under an address that changes with their content."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, abort

_FOLDER = Path(__file__).parent / "static"
_SHEET = "site.css"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".wasm": "application/wasm",
    ".woff2": "font/woff2",
}
_FOR_EVER, _ASK_AGAIN = "public, max-age=31536000, immutable", "no-cache"


@dataclass(frozen=True)
class _Shelf:
    """What may be asked for, and the fingerprint of all of it."""

    files: dict[str, Path]
    sheet: bytes
    version: str


assets = Blueprint("assets", __name__, url_prefix="/assets")


def asset(name: str) -> str:
    """Return the address of a static file, or of ``site.css``: all the sheets of ``static/css`` in one."""
    return f"/assets/{_shelf().version}/{name}"


@assets.get("/<version>/<path:name>")
def give(version: str, name: str) -> Response:
    """Give a static file; browsers may keep it for ever, since a change of content changes its address."""
    shelf = _shelf()
    path = shelf.files.get(name)
    if path is None and name != _SHEET:
        abort(404)
    content = shelf.sheet if path is None else path.read_bytes()
    response = Response(content, content_type=_TYPES[Path(name).suffix])
    response.headers["Cache-Control"] = _FOR_EVER if version == shelf.version else _ASK_AGAIN
    return response


@cache
def _shelf() -> _Shelf:
    files = {
        path.relative_to(_FOLDER).as_posix(): path
        for path in sorted(_FOLDER.rglob("*"))
        if path.is_file() and path.suffix in _TYPES
    }
    sheet = b"\n".join(path.read_bytes() for name, path in files.items() if name.startswith("css/"))
    digest = hashlib.sha256()
    for name, path in files.items():
        digest.update(name.encode() + path.read_bytes())
    return _Shelf(files, sheet, digest.hexdigest()[:12])
