"""Words in cells."""

from sspr.imports.rows import Row

SHOWN = 40  # characters of a cell in a message
_WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False, "": False}


def flag(row: Row, column: str) -> bool:
    """True or false, as the cell says in one of some words; false for an empty one or none."""
    text = row.cells.get(column, "").lower()
    if text not in _WORDS:
        row.refuse(column, f"write true or false, not {row.cells[column][:SHOWN]!r}")
    return _WORDS.get(text, False)


def choice(row: Row, column: str, text: str, known: list[str]) -> str:
    """The text, which has to be one of those known."""
    if text in known:
        return text
    row.refuse(column, f"{text[:SHOWN]!r} is none of {', '.join(known)}")
    return known[0]


def listed(row: Row, column: str) -> frozenset[str] | None:
    """What is separated by semicolons; None where the file has no such column."""
    if column not in row.cells:
        return None
    parts = (part.strip() for part in row.cells[column].split(";"))
    return frozenset(part for part in parts if part)
