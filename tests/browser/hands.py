"""Hands: those that have a keyboard and no mouse, and eyes that read the squares on a printed sheet."""

import subprocess
from pathlib import Path

import zxingcpp
from PIL import Image
from playwright.sync_api import Locator, Page

from voucher_service.vouchers.code import QR_PREFIX

_FARTHEST = 80
_DOTS_PER_INCH = 150


def tab_to(page: Page, goal: Locator) -> None:
    """Press Tab until the focus is there, as one does who has no mouse."""
    for _ in range(_FARTHEST):
        if goal.evaluate("there => there === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{goal} is out of reach of the keyboard")


def press(page: Page, goal: Locator) -> None:
    """Go to a link or a button by Tab, and press Enter."""
    tab_to(page, goal)
    page.keyboard.press("Enter")


def turn_to(page: Page, *words: str) -> None:
    """Follow the menu: to a page, or to a heading and then to a page under it."""
    for name in words:
        menu = page.get_by_role("navigation", name="Menu principal")
        menu.get_by_role("link", name=name, exact=True).click()


def show(page: Page, code: str) -> None:
    """Type a code at the counter and press Enter, as a hand scanner does."""
    page.get_by_label("Code du pass").fill(code)
    page.keyboard.press("Enter")


def plain(code: str) -> str:
    """Write a code as a square bears it: without the spaces between its groups."""
    return code.replace(" ", "")


def codes_on(sheet: Path) -> list[str]:
    """Read the codes of the vouchers on a PDF, as scanners do: page after page, from a picture of 150 dpi."""
    drawn = sheet.with_suffix("")
    command = ["pdftoppm", "-r", str(_DOTS_PER_INCH), "-gray", "-png", str(sheet), str(drawn)]
    subprocess.run(command, check=True, timeout=60)
    pictures = sorted(drawn.parent.glob(f"{drawn.name}-*.png"))
    found = [one for picture in pictures for one in zxingcpp.read_barcodes(Image.open(picture))]
    return [one.text.removeprefix(QR_PREFIX) for one in found if one.text.startswith(QR_PREFIX)]
