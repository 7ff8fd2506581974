"""Language: French first, English where the reader prefers it; the catalogues are read as they are written."""

import io
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, Response, g, request
from flask_babel import Babel, Domain, get_locale

from voucher_service.web import sealing
from voucher_service.web.context import signed, site

LANGUAGES = ("fr", "en")
_FOLDER = Path(__file__).parent / "translations" / "en"
_ASKED = "langue"


class _Catalogues(Domain):  # type: ignore[misc]  # Flask-Babel is not typed
    """The English of all pages; French is what the pages are written in."""

    def get_translations(self) -> NullTranslations:
        """Return the words of the reader's language."""
        return english() if language() == "en" else _FRENCH


_FRENCH = NullTranslations()


@cache
def english() -> Translations:
    """Return every page's English, read once: one file for each audience."""
    whole = Catalog(locale="en")
    for path in sorted(_FOLDER.glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="en"):
                if message.id and message.string:
                    whole.add(message.id, message.string)
    compiled = io.BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    return Translations(compiled)


def install(app: Flask) -> None:
    """Let pages be said in the reader's language, with French dates and amounts in French pages."""
    babel = Babel()
    babel.init_app(app, default_locale="fr", default_timezone="Europe/Paris", locale_selector=_choose)
    babel.domain_instance = _Catalogues()


def language() -> str:
    """Return the language of this page: ``fr`` or ``en``."""
    locale = get_locale()
    return locale.language if locale else "fr"


def later(words: str) -> str:
    """Mark a French sentence that is translated when it is shown; return it as it is."""
    return words


def keep_choice(response: Response) -> None:
    """Let the browser remember a language that was asked for in the address."""
    asked = request.args.get(_ASKED)
    if asked in LANGUAGES:
        sealing.remember_language(response, site(), asked)


def _choose() -> str:
    reader = signed()
    for said in (request.args.get(_ASKED), sealing.remembered_language(), reader and reader.language):
        if said in LANGUAGES:
            return said
    return request.accept_languages.best_match(LANGUAGES, default="fr")


def forget_choice() -> None:
    """Choose again within the same request: its reader is known now."""
    g.pop("_flask_babel", None)
