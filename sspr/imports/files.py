"""Reading an import's file, row by row, so that its size does not matter.

The file is read twice: once to see that all of it can be read, once to use it. So a file in
another encoding is refused before anything is written.
"""

import codecs
import csv
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sspr.imports.rows import Row, Wrong

LONGEST_CELL = 4096  # characters; more than any column holds
_PIECE = 1 << 20  # bytes read at once
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_HINT = "Save it as CSV UTF-8."
_AS_TYPED = "password"  # the one column whose blanks and signs are nobody's business


@dataclass(frozen=True, slots=True)
class Table:
    """A file that can be read: its columns, how they are separated, and how many rows there are."""

    path: Path
    header: tuple[str, ...]
    separator: str
    count: int

    def rows(self) -> Iterator[Row]:
        """Every row that is not blank; one that cannot be understood is already refused."""
        with self.path.open(encoding="utf-8-sig", newline="") as file:
            lines = _numbered(csv.reader(file, delimiter=self.separator, strict=True))
            next(lines)
            for number, cells in lines:
                if isinstance(cells, str):
                    yield _refused(Row(number, {}), cells)
                elif any(cell.strip() for cell in cells):
                    yield self._row(number, cells)

    def _row(self, number: int, cells: list[str]) -> Row:
        pairs = zip(self.header, cells, strict=False)
        row = Row(number, {name: c if name == _AS_TYPED else c.strip() for name, c in pairs})
        if len(cells) != len(self.header):
            return _refused(row, f"{len(cells)} cells under {len(self.header)} columns")
        for name, cell in row.cells.items():
            fault = _fault(cell, as_typed=name == _AS_TYPED)
            if fault:
                row.refuse(name, fault)
        return row


def check(path: Path, columns: Sequence[str], required: Sequence[str]) -> Table:
    """Read the file once to see that it can be used; raises Wrong."""
    try:
        if not path.is_file():
            raise Wrong(f"{path}: there is no such file.")
        _check_encoding(path)
        with path.open(encoding="utf-8-sig", newline="") as file:
            first = file.readline(csv.field_size_limit())
            separator = ";" if first.count(";") > first.count(",") else ","
            file.seek(0)
            lines = _numbered(csv.reader(file, delimiter=separator, strict=True))
            header = _header(path, next(lines, (0, []))[1], columns, required)
            count = sum(isinstance(cells, str) or any(map(str.strip, cells)) for _, cells in lines)
    except OSError as error:
        raise Wrong(f"{path} cannot be read: {error.strerror}.") from error
    if not count:
        raise Wrong(f"{path} has a header and no rows.")
    return Table(path, header, separator, count)


def _numbered(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str] | str]]:
    """Each row with its number; the reason where a row is no CSV. Raises Wrong when the end of a
    row cannot be found, since what follows would be cut in the wrong places."""
    number = 0
    while True:
        number += 1
        try:
            yield number, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "limit" in str(error) or "end of data" in str(error):
                raise Wrong(
                    f"row {number}: a quotation mark opens a cell and none closes it. "
                    "Nothing was written."
                ) from error
            yield number, "after a closing quotation mark there is more in the cell"


def _check_encoding(path: Path) -> None:
    decoder, line = codecs.getincrementaldecoder("utf-8")(), 1
    with path.open("rb") as file:
        if file.read(2) in _UTF_16:
            raise Wrong(f"{path} is in UTF-16, not in UTF-8. {_HINT}")
        file.seek(0)
        piece = b"-"
        while piece:
            piece = file.read(_PIECE)
            try:
                decoder.decode(piece, final=not piece)
            except UnicodeDecodeError as error:
                line += error.object[: error.start].count(b"\n")
                raise Wrong(
                    f"{path} is not in UTF-8: line {line} has the byte "
                    f"0x{error.object[error.start]:02X}. It may be in Latin-1 or Windows-1252, "
                    f"or cut off. {_HINT}"
                ) from error
            line += piece.count(b"\n")


def _header(
    path: Path, cells: list[str] | str, columns: Sequence[str], required: Sequence[str]
) -> tuple[str, ...]:
    if not cells:
        raise Wrong(f"{path} is empty, or its first row is.")
    if isinstance(cells, str):
        raise Wrong(f"row 1: {cells}")
    header = tuple(name.strip() for name in cells)
    if any("\0" in name for name in header):
        raise Wrong(f"{path} has NUL characters in its header: it may be in UTF-16. {_HINT}")
    unknown = [name for name in header if name not in columns]
    if unknown:
        told = [f"unknown column: {name or 'one without a name'}" for name in unknown[:20]]
        raise Wrong("\n".join([*told, f"known: {', '.join(columns)}"]))
    missing = [name for name in required if name not in header]
    if missing:
        raise Wrong("\n".join(f"missing column: {name}" for name in missing))
    if len(set(header)) != len(header):
        raise Wrong("a column is there twice")
    return header


def _fault(cell: str, *, as_typed: bool) -> str:
    """What is wrong with a cell whatever its column; nothing in most."""
    if len(cell) > LONGEST_CELL:
        return f"longer than {LONGEST_CELL} characters"
    if as_typed or cell.isprintable():
        return ""
    if "\n" in cell or "\r" in cell:
        return "has a line break"
    if "\0" in cell:
        return "has a NUL character"
    if any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in cell):
        return "has a control character"
    return ""


def _refused(row: Row, reason: str) -> Row:
    row.refuse("", reason)
    return row
