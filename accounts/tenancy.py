"""Whose row is it? Everything belongs to a directory, and no query crosses from one to another.

Rows of a tenant inherit ``InDirectory`` and are read through ``in_directory()``. The few queries
that must look across directories say so, and why, with ``across_directories()``; the test suite
fails on any other statement that touches such a table without naming a directory.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from accounts.people.models import Directory

_crossing: ContextVar[str] = ContextVar("crossing", default="")

Row_co = TypeVar("Row_co", bound=models.Model, covariant=True)


@contextmanager
def across_directories(reason: str) -> Iterator[None]:
    """Allow queries over all directories, for the stated reason."""
    token = _crossing.set(reason)
    try:
        yield
    finally:
        _crossing.reset(token)


def crossing() -> str:
    """Why queries may cross directories just now; empty when they may not."""
    return _crossing.get()


class TenantQuerySet(models.QuerySet[Row_co]):
    def in_directory(self, directory: "Directory | int") -> Self:
        """The rows of one directory."""
        key = directory if isinstance(directory, int) else directory.pk
        return self.filter(directory_id=key)


class InDirectory(models.Model):
    """A row that belongs to exactly one directory."""

    directory = models.ForeignKey(
        "accounts.Directory", models.PROTECT, related_name="+", verbose_name=_("directory")
    )

    objects = TenantQuerySet.as_manager()

    class Meta:
        abstract = True
