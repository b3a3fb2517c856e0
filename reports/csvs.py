"""CSV that a spreadsheet can open without running anything (RFC 4180, OWASP CSV injection)."""

import csv
import io
from collections.abc import Iterable, Iterator

_STARTS = tuple("=+-@\t\r\n\0'\uff1d\uff0b\uff0d\uff20")
_ROWS_AT_ONCE = 200


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe goes before what looks like
    one, and before an apostrophe, so that taking one away always gives the text back."""
    return f"'{cell}" if cell.startswith(_STARTS) or cell.lstrip().startswith(_STARTS) else cell


def lines(rows: Iterable[list[str]]) -> Iterator[bytes]:
    """The file in pieces. The mark at its beginning tells spreadsheets that it is UTF-8."""
    buffer = io.StringIO()
    buffer.write("\ufeff")
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    for number, row in enumerate(rows, start=1):
        writer.writerow([guarded(cell).replace("\0", "") for cell in row])
        if number % _ROWS_AT_ONCE == 0:
            yield _drain(buffer)
    yield _drain(buffer)


def _drain(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode("utf-8", "replace")
