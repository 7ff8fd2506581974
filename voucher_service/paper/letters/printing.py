"""Printing: the letter as a PDF, in usual or in large letters; the same letter always gives the same bytes."""

from io import BytesIO
from typing import Any

from reportlab.lib.colors import white
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, NextPageTemplate, PageTemplate

from voucher_service.paper import fonts
from voucher_service.paper.letters import wording
from voucher_service.paper.letters.flowing import ACCENT, INK, LARGE, NORMAL, RULE, Size, paragraph, story
from voucher_service.paper.letters.letter import Letter

MEDIA_TYPE = "application/pdf"

_MARGIN = 46.0
_FOOT = 24.0
_AIR = 20.0
_WIDTH = A4[0] - 2 * _MARGIN
_BRAND = "PASS numérique"


def render(letter: Letter, *, large: bool = False) -> bytes:
    """Return the whole document on A4: letters of 14 points at least, or of 20 where ``large``."""
    fonts.register()
    size = LARGE if large else NORMAL
    # Twice: only a first layout tells how many pages there are, which every foot says.
    pages = _Document(letter, size, 0).laid_out()[0]
    return _Document(letter, size, pages).laid_out()[1]


class _Document:
    """A letter being laid out, ``pages`` long as far as is known."""

    def __init__(self, letter: Letter, size: Size, pages: int) -> None:
        """Measure the banner of the first page."""
        self.letter, self.size, self.pages = letter, size, pages
        title = size.style(bold=True, size=size.title, textColor=white, spaceAfter=4)
        plain = size.style(textColor=white, spaceAfter=0)
        self.foot = self._foot()
        self.foot_height = _FOOT + (len(self.foot) + 1) * size.body * 1.4
        self.banner = [paragraph(letter.title, title), paragraph(letter.advice, plain)]
        self.banner_height = sum(one.wrap(_WIDTH, A4[1])[1] + 4 for one in self.banner) + 2 * _AIR

    def laid_out(self) -> tuple[int, bytes]:
        """Return how many pages there are, and their bytes."""
        file = BytesIO()
        document = BaseDocTemplate(
            file,
            pagesize=A4,
            pageTemplates=[
                PageTemplate("first", self._frame(A4[1] - self.banner_height - _AIR), onPage=self._first),
                PageTemplate("next", self._frame(A4[1] - _MARGIN), onPage=self._next),
            ],
            invariant=1,
            pageCompression=1,
            lang="en-GB" if self.letter.language == "en" else "fr-FR",
            initialFontName=fonts.REGULAR,
            title=self.letter.title,
            subject=self.letter.campaign,
            author=_BRAND,
            creator=_BRAND,
            displayDocTitle=True,
        )
        document.build([NextPageTemplate("next"), *story(self.letter, self.size, _WIDTH)])
        return document.page, file.getvalue()

    def _frame(self, top: float) -> list[Frame]:
        sides: dict[str, Any] = {f"{side}Padding": 0 for side in ("left", "right", "top", "bottom")}
        return [Frame(_MARGIN, self.foot_height, _WIDTH, top - self.foot_height, **sides)]

    def _first(self, canvas: Canvas, document: BaseDocTemplate) -> None:
        canvas.setFillColor(ACCENT)
        canvas.rect(0, A4[1] - self.banner_height, A4[0], self.banner_height, stroke=0, fill=1)
        y = A4[1] - _AIR
        for one in self.banner:
            y -= one.wrap(_WIDTH, A4[1])[1] + 4
            one.drawOn(canvas, _MARGIN, y)
        self._next(canvas, document)

    def _foot(self) -> list[str]:
        """Say whom to call, on the line of the page's number where there is room for both."""
        page = wording.PAGE.said(self.letter.language).format(page=99, pages=99)
        call = self.letter.call or ""
        wide = stringWidth(call, fonts.BOLD, self.size.body) + stringWidth(
            page, fonts.REGULAR, self.size.body
        )
        return ["", call] if wide > _WIDTH else [call]

    def _next(self, canvas: Canvas, document: BaseDocTemplate) -> None:
        leading = self.size.body * 1.4
        rule = _FOOT + len(self.foot) * leading
        canvas.setStrokeColor(RULE)
        canvas.line(_MARGIN, rule, A4[0] - _MARGIN, rule)
        canvas.setFillColor(INK)
        canvas.setFont(fonts.REGULAR, self.size.body)
        page = wording.PAGE.said(self.letter.language).format(page=document.page, pages=self.pages)
        canvas.drawRightString(A4[0] - _MARGIN, _FOOT, page)
        canvas.setFont(fonts.BOLD, self.size.body)
        for line, text in enumerate(self.foot):
            canvas.drawString(_MARGIN, _FOOT + line * leading, text)
