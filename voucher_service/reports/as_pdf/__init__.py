"""As PDF: a table as a document to sign, send and file; the same table always gives the same bytes."""

from collections.abc import Sequence
from io import BytesIO

from voucher_service.paper import fonts
from voucher_service.reports import reading
from voucher_service.reports.as_pdf import sheet
from voucher_service.reports.as_pdf.drawing import Drawing, measure, opened
from voucher_service.reports.table import Table, Totals, Wording

MEDIA_TYPE = "application/pdf"

_TOTAL = Wording("Total", "Total")
_NO_ROW = Wording("Aucune ligne.", "No rows.")


def render(table: Table, *, language: str = "fr") -> bytes:
    """Return the whole document; unlike the other renderings it holds every row in memory."""
    return bundle([table], language=language)


def bundle(tables: Sequence[Table], *, language: str = "fr") -> bytes:
    """Return several tables as one document (*liasse*), each on pages of its own, under the name of the first."""
    fonts.register()
    file, canvas = BytesIO(), None
    for number, table in enumerate(tables, start=1):
        texts, total = _printed(table, language)
        headings = [column.heading(language) for column in table.columns]
        kinds = [column.kind for column in table.columns]
        grid = sheet.grid(kinds, headings, [*texts, total] if total else texts, measure)
        if canvas is None:
            canvas = opened(file, grid, table, language)
        else:
            canvas.showPage()
            canvas.setPageSize(grid.page)
        header = next(sheet.bands(grid, headings, measure, bold=True))
        drawing = Drawing(canvas, grid, kinds, header, table, language)
        if len(tables) > 1:
            drawing.bookmark(number)
        rows = [band for text in texts for band in sheet.bands(grid, text, measure)]
        if total:
            rows.extend(sheet.bands(grid, total, measure, bold=True))
        notes = [*([] if rows else [_NO_ROW]), *table.notes]
        _fill(drawing, rows, drawing.laid_out([note.said(language) for note in notes]))
    if canvas is not None:
        canvas.save()
    return file.getvalue()


def _fill(drawing: Drawing, rows: Sequence[sheet.Band], notes: Sequence[str]) -> None:
    drawing.letterhead()
    tail = drawing.height_of(notes)
    pages = sheet.pages(rows, drawing.room_left(), drawing.room_on_others(), tail)
    for number, bands in enumerate(pages, start=1):
        if number > 1:
            drawing.turn()
        if bands or not rows:
            drawing.rows(bands)
        if number == len(pages):
            drawing.notes(notes)
        drawing.foot(number, len(pages))


def _printed(table: Table, language: str) -> tuple[list[list[str]], list[str]]:
    """Read every row as text, then the totals: an empty list where nothing adds up."""
    totals = Totals(table.columns)
    texts = []
    for row in table.rows:
        totals.add(row)
        cells = zip(row, table.columns, strict=True)
        texts.append([reading.cell(value, column.kind, language) for value, column in cells])
    return texts, _total_line(table, totals, language) if texts and totals.sums else []


def _total_line(table: Table, totals: Totals, language: str) -> list[str]:
    columns = list(enumerate(table.columns))
    line = [reading.cell(totals.sums.get(index), column.kind, language) for index, column in columns]
    free = next((index for index in range(len(line)) if index not in totals.sums), None)
    if free is not None:
        line[free] = _TOTAL.said(language)
    return line
