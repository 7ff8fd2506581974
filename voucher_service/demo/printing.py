"""Printing: the campaign's invented logos and words, and its first booklets as a file for the printer."""

import hashlib
import io
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from voucher_service.demo.client import Caller
from voucher_service.demo.display import Scene
from voucher_service.demo.documents import Folder
from voucher_service.demo.promises import expect_same
from voucher_service.demo.script import BOOKLET_SIZE, Script

BOOKLETS = 40
"""How many booklets are printed, where there are as many."""

_TYPEFACE = Path(__file__).resolve().parent.parent / "paper" / "fonts" / "DejaVuSans-Bold.ttf"
_LOGOS = (("Métropole fictive", "#17407a"), ("Région fictive", "#8a2432"))
_TEXT = (
    "Une heure d’aide pour apprendre à se servir d’un ordinateur, d’un téléphone ou d’Internet. "
    "Pass fictif, sans aucune valeur."
)
_PHONE = "01 99 00 00 00"
"""A number of a range that is kept for fiction (Arcep, décision 2018-0881)."""


def dress(operator: Caller, script: Script) -> None:
    """Choose what the campaign prints on its vouchers besides their value."""
    style = f"/campaigns/{script.series}/print-style"
    operator.put(style, version=0, text=_TEXT, phone=_PHONE, colour="#17407a")
    for place, (name, colour) in enumerate(_LOGOS, start=1):
        operator.put_file(f"{style}/logos/{place}", _logo(name, colour), "image/png", version=place)


def print_booklets(operator: Caller, script: Script, folder: Folder, scene: Scene) -> int:
    """Print the first booklets of the campaign, keep the file, and erase it from the service; return their number."""
    booklets = min(BOOKLETS, script.scale.booklets)
    scene.of(booklets * BOOKLET_SIZE)
    run = operator.post(
        "/print-runs", series=script.series, first_booklet=1, last_booklet=booklets, format="booklet"
    )
    for job in operator.wait({"id": run["job_id"]}):
        scene.reached(job["done"])
    expect_same(job["state"], "succeeded", f"the booklets are printed {job['failure'] or ''}")
    address = f"/print-runs/{run['id']}"
    [file] = operator.get(address)["files"]
    content = operator.document(f"{address}/files/{file['no']}", accept="application/pdf")
    expect_same(hashlib.sha256(content).hexdigest(), file["sha256"], "the file is the one of the manifest")
    folder.keep("booklets.pdf", content)
    operator.post("/print-run-erasures", print_run_id=run["id"])
    return booklets


def _logo(name: str, colour: str) -> bytes:
    typeface = ImageFont.truetype(_TYPEFACE, 64)
    first, last = name.split(" ", 1)
    width = 230 + int(max(typeface.getlength(first), typeface.getlength(last)))
    drawn = Image.new("RGB", (width, 200), "white")
    pen = ImageDraw.Draw(drawn)
    pen.rounded_rectangle((0, 10, 180, 190), radius=40, fill=colour)
    pen.arc((40, 50, 140, 150), start=30, end=330, fill="white", width=22)
    for y, word in ((24, first), (100, last)):
        pen.text((206, y), word, fill=colour, font=typeface)
    file = io.BytesIO()
    drawn.save(file, "PNG")
    return file.getvalue()
