"""How far a command is: a bar for somebody who watches, a line now and then for a log."""

import sys
import time
from types import TracebackType
from typing import Any, Self, TextIO

from tqdm import tqdm

EVERY = 10.0  # seconds between lines


class Progress:
    """Counts rows, or something else, on standard error."""

    def __init__(self, total: int, stream: TextIO | None = None, unit: str = "rows") -> None:
        self._stream = stream or sys.stderr
        self._unit = unit
        self._total, self._done, self._told_at = total, 0, time.monotonic()
        self._bar: tqdm[Any] | None = None
        if self._stream.isatty():
            self._bar = tqdm(total=total, unit=f" {unit}", file=self._stream, dynamic_ncols=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.close()

    def move(self, rows: int) -> None:
        """So many rows more are done."""
        self._done += rows
        if self._bar is not None:
            self._bar.update(rows)
        elif time.monotonic() - self._told_at >= EVERY:
            self._told_at = time.monotonic()
            self._stream.write(f"{self._done} of {self._total} {self._unit}\n")
            self._stream.flush()
