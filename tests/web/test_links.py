"""Links: one that leads out of the service says so, and tells nobody where the reader comes from."""

import re
from pathlib import Path

from voucher_service import web

_TEMPLATES = sorted((Path(web.__file__).parent / "templates").rglob("*.html"))
_LINK = re.compile(r"<a\b(?P<before>[^>]*?)\bhref=\"(?P<address>[^\"]*)\"(?P<after>[^>]*)>", re.DOTALL)
# Addresses that stay here: written out, made by the service, or handed to the template under these names.
_INSIDE = re.compile(
    r"/(?!/)|\#|tel:|\{\{ ?(?:url_for\(|'/|here\b|(?:(?:entry|group|step)\.|\w*)(?:url|address) \}\}|leads_to \}\}"
    r"|row\[2\] \}\})"
)
_SAYS_SO = re.compile(r'\brel="external noreferrer"')


def _outside(text: str) -> list[re.Match[str]]:
    return [link for link in _LINK.finditer(text) if not _INSIDE.match(link["address"])]


def test_a_link_that_leads_outside_says_so_after_its_address() -> None:
    links = {path.name: _outside(path.read_text("utf-8")) for path in _TEMPLATES}

    assert sum(map(len, links.values())) >= 5
    assert [
        f"{name}: {link[0]}"
        for name, found in links.items()
        for link in found
        if not _SAYS_SO.search(link["after"])
    ] == []
