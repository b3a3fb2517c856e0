"""The languages there are catalogues in, and what is known of each."""

import gettext
from dataclasses import dataclass

LATIN = "A-Za-z"


@dataclass(frozen=True, slots=True)
class Spoken:
    """``plural``: which form a number takes, a C expression of n as GNU gettext wants it.

    ``script``: what letters of the language look like; a translation has at least one.
    ``same``: what is written as in English, beyond single words and names of countries.
    """

    plural: str
    script: str = LATIN
    same: frozenset[str] = frozenset()

    @property
    def count(self) -> int:
        """How many forms a noun has beside numbers."""
        return int(self.plural.removeprefix("nplurals=")[0])

    def form_of(self, number: int) -> int:
        rule = self.plural.partition("plural=")[2].rstrip(";")
        return int(gettext.c2py(rule)(number))


_TWO = "nplurals=2; plural=(n != 1);"
_ARABIC = (
    "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : "
    "n%100>=11 && n%100<=99 ? 4 : 5);"
)

LANGUAGES = {
    "ar": Spoken(_ARABIC, script="\u0620-\u064a"),
    "de": Spoken(_TWO),
    "es": Spoken(_TWO),
    "fr": Spoken("nplurals=2; plural=(n > 1);"),
}

# A language stands here once nothing is missing; from then on a test keeps it so.
COMPLETE: frozenset[str] = frozenset({"ar", "de", "es", "fr"})
