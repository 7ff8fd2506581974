"""Statement files: opening what claims to be a bank's XML, and trusting nothing in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from typing import Any, ClassVar

from lxml import etree

from voucher_service.kernel.refusal import Kind, Refusal

LARGEST_FILE_BYTES = 32 * 1024 * 1024
_NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:"
_LONGEST_NAME = 35
_ZIPPED = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!")
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"\x00<", b"<\x00")


class MessageKind(StrEnum):
    """What a bank's file is: the day's statement, a notice of movements, or its answer to a payment order."""

    STATEMENT = "camt.053"
    NOTICE = "camt.054"
    ANSWER = "pain.002"


_VERSIONS = {
    MessageKind.STATEMENT: {"02", "08"},
    MessageKind.NOTICE: {"02", "08"},
    MessageKind.ANSWER: {"03", "10", "11", "12", "13", "14"},
}
# What is read whole; everything else is looked for inside of these.
_PARTS = [
    f"{{*}}{name}"
    for name in (
        "GrpHdr",
        "Ntry",
        "Stmt",
        "Ntfctn",
        "OrgnlGrpInfAndSts",
        "OrgnlPmtInfAndSts",
        "TxInfAndSts",
    )
]
_READ = {f"{_NAMESPACE}{kind}.001.{version}": kind for kind, known in _VERSIONS.items() for version in known}


class StatementIsEmpty(Refusal):
    """The file is empty: send the one that the bank gave.

    FR: Le fichier est vide : envoyez celui que la banque a donné.
    """

    kind: ClassVar[Kind] = Kind.INVALID


class StatementIsZipped(Refusal):
    """The file is an archive: open it, and send the XML files that it holds one by one.

    FR: Le fichier est une archive : ouvrez-la, et envoyez un à un les fichiers XML qu'elle contient.
    """

    kind: ClassVar[Kind] = Kind.INVALID


@dataclass(eq=False)
class StatementIsTooLarge(Refusal):
    """The file is larger than any statement we read: ask the bank for one day at a time.

    FR: Le fichier est plus gros que tout relevé attendu : demandez à la banque un relevé par jour.
    """

    kind: ClassVar[Kind] = Kind.INVALID
    limit_bytes: int


class StatementIsNotUtf8(Refusal):
    """The file is not written in UTF-8: send it as the bank gave it, not opened and saved again.

    FR: Le fichier n'est pas en UTF-8 : envoyez-le tel que la banque l'a donné, sans l'avoir réenregistré.
    """

    kind: ClassVar[Kind] = Kind.INVALID


class StatementDeclaresADoctype(Refusal):
    """The file declares a document type or entities, which no bank's statement does: it was not read.

    FR: Le fichier déclare un type de document ou des entités, ce qu'aucun relevé ne fait : il n'a pas été lu.
    """

    kind: ClassVar[Kind] = Kind.INVALID


@dataclass(eq=False)
class StatementIsNotXml(Refusal):
    """The file is not well-formed XML, or it is cut short: send it again.

    FR: Le fichier n'est pas du XML bien formé, ou il est tronqué : envoyez-le de nouveau.
    """

    kind: ClassVar[Kind] = Kind.INVALID
    line: int


@dataclass(eq=False)
class StatementIsNotRead(Refusal):
    """The file is none that we read: send a camt.053, a camt.054 (versions 001.02 or 001.08) or a pain.002.

    FR: Nous ne lisons pas ce fichier : envoyez un camt.053, un camt.054 (001.02 ou 001.08) ou un pain.002.
    """

    kind: ClassVar[Kind] = Kind.INVALID
    found: str


def kind_of(data: bytes) -> MessageKind:
    """Say what a bank's file is; nothing of it is read beyond its first element.

    Its size, its characters and its version are checked. Raises the refusals of this module.
    """
    _refuse_what_no_bank_sends(data)
    try:
        root = next(_parser(data, events=("start",)))[1]
    except etree.XMLSyntaxError as error:
        raise StatementIsNotXml(error.lineno or 0) from None
    name = etree.QName(root)
    found = _READ.get(name.namespace or "")
    if found is None or name.localname != "Document":
        raise StatementIsNotRead(((name.namespace or "").rpartition(":")[2] or name.localname)[:35])
    return found


def reference_of(data: bytes) -> str:
    """Return the bank's own name for a file (``MsgId``); empty where it gave none. Raises as ``parts`` does."""
    for name, element in parts(data):
        if name == "GrpHdr":
            return (element.findtext("{*}MsgId") or "").strip()[:_LONGEST_NAME]
    return ""


def parts(data: bytes) -> Iterator[tuple[str, etree._Element]]:
    """Yield the parts that a bank's file is made of, each once it is complete, with its local name.

    Nothing is fetched and no entity is replaced. Raises the refusals of this module.
    """
    kind_of(data)
    try:
        for _, element in _parser(data, events=("end",), tag=_PARTS):
            yield str(element.tag).rpartition("}")[2], element
    except etree.XMLSyntaxError as error:
        raise StatementIsNotXml(error.lineno or 0) from None


def _parser(data: bytes, **wanted: Any) -> Iterator[tuple[str, etree._Element]]:
    # Read as UTF-8 whatever the file claims, so that a DOCTYPE cannot hide in another charset.
    return etree.iterparse(
        BytesIO(data),
        **wanted,
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _refuse_what_no_bank_sends(data: bytes) -> None:
    if len(data) > LARGEST_FILE_BYTES:
        raise StatementIsTooLarge(LARGEST_FILE_BYTES)
    if not data.strip():
        raise StatementIsEmpty
    if data.startswith(_ZIPPED):
        raise StatementIsZipped
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise StatementDeclaresADoctype
    _refuse_another_charset(data)


def _refuse_another_charset(data: bytes) -> None:
    if data.startswith(_WIDE):
        raise StatementIsNotUtf8
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        raise StatementIsNotUtf8 from None
