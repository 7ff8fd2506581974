"""Every sentence of the pages is written in French, and has its English."""

import ast
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from voucher_service import web

ROOT = Path(web.__path__[0])
_METHODS = [("**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")]
_KEYWORDS = {"_": None, "gettext": None, "later": None, "ngettext": (1, 2)}
_SAID_LATER = {"Menu": "label", "ValidationError": ""}


def _marked() -> Iterator[tuple[str, str]]:
    found = extract_from_dir(str(ROOT), _METHODS, keywords=_KEYWORDS)
    for name, _line, message, _comments, _context in found:
        for words in message if isinstance(message, tuple) else (message,):
            yield name, words


def _said_later() -> Iterator[tuple[str, str]]:
    """Return the sentences that are translated when they are shown: needs of fields, labels of menus."""
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            said = [word.value for word in node.keywords if word.arg == "needed"]
            said += node.args[:1] if name in _SAID_LATER else []
            for words in said:
                if isinstance(words, ast.Constant) and isinstance(words.value, str):
                    yield path.name, words.value


def _translated() -> Iterator[tuple[str, Message]]:
    for path in sorted((ROOT / "translations" / "en").glob("*.po")):
        with path.open("rb") as file:
            yield from ((path.name, message) for message in read_po(file, locale="en") if message.id)


def test_every_sentence_of_the_pages_has_its_english() -> None:
    translated = [message.id for _name, message in _translated() if message.string]
    known = {words for said in translated for words in ((said,) if isinstance(said, str) else said)}
    wanted = {words: name for name, words in [*_marked(), *_said_later()]}

    assert len(wanted) > 40
    assert {name: words for words, name in wanted.items() if words not in known} == {}


def test_a_translation_keeps_what_is_filled_in() -> None:
    wrong = [(name, message.id, str(error)) for name, message in _translated() for error in message.check()]

    assert wrong == []
