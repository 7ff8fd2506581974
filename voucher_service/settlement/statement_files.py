"""Statement files: opening what claims to be a bank's XML, and trusting nothing in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import ClassVar

from lxml import etree

from voucher_service.kernel.refusal import Kind, Refusal

LARGEST_FILE_BYTES = 32 * 1024 * 1024
_NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001."
_VERSIONS = ("02", "08")


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
class StatementIsNotCamt053(Refusal):
    """The file is not a bank statement of a version we read (camt.053.001.02 or camt.053.001.08).

    FR: Le fichier n'est pas un relevé d'une version que nous lisons (camt.053.001.02 ou camt.053.001.08).
    """

    kind: ClassVar[Kind] = Kind.INVALID
    found: str


def parts(data: bytes) -> Iterator[tuple[str, etree._Element]]:
    """Yield each element of a statement file once it is complete, with its local name.

    Its size, its characters and its version are checked, nothing is fetched and no entity is replaced.
    Raises the refusals of this module.
    """
    _refuse_what_no_bank_sends(data)
    # Read as UTF-8 whatever the file claims, so that a DOCTYPE cannot hide in another charset.
    parser = etree.iterparse(
        BytesIO(data),
        events=("start", "end"),
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        _refuse_another_message(next(parser)[1])
        for event, element in parser:
            if event == "end":
                yield str(element.tag).rpartition("}")[2], element
    except etree.XMLSyntaxError as error:
        raise StatementIsNotXml(error.lineno or 0) from None


def _refuse_what_no_bank_sends(data: bytes) -> None:
    if len(data) > LARGEST_FILE_BYTES:
        raise StatementIsTooLarge(LARGEST_FILE_BYTES)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        raise StatementIsNotUtf8 from None
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise StatementDeclaresADoctype


def _refuse_another_message(root: etree._Element) -> None:
    namespace = etree.QName(root).namespace or ""
    if namespace not in {_NAMESPACE + version for version in _VERSIONS}:
        raise StatementIsNotCamt053(namespace.rpartition(":")[2][:35])
