"""A password made of the person's, the organisation's or the product's name."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.policy.passwords.blocklist import compact, is_padding
from accounts.policy.passwords.rule import PersonWords

_LEAST = 3  # letters of a word that is looked for
_SPARE = 3  # letters that, beside names alone, still make no password
_PRODUCT = ("sspr", "self", "service", "password", "reset", "portal", "account", "login", "welcome")
_CALENDAR = (
    *("spring", "summer", "autumn", "fall", "winter"),
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
    *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
)
_LOOKALIKES = str.maketrans("013457$@!", "oleastsai")


@dataclass(frozen=True, slots=True)
class OwnNames:
    """Not just names: what is left without them, seasons and a few digits must be something.

    A name inside a longer password is no reason to refuse it (SP 800-63B 3.1.1.2 compares whole
    passwords); the banned words weigh that, where they are switched on.
    """

    person: PersonWords
    code: str = "names"

    @property
    def text(self) -> str:
        return _("Not just your name, your user ID or the name of your organisation")

    @property
    def live(self) -> dict[str, str]:
        words = _long_enough(*self.person.own, *self.person.organizations)
        return {"rule": "without", "words": " ".join(words)} if words else {}

    def check(self, password: str) -> str:
        text = compact(password)
        forms = (text, text.translate(_LOOKALIKES))
        is_user_id = text == compact(self.person.user_principal_name)
        if not is_user_id and not any(self._is_derived(form) for form in forms):
            return ""
        return _(
            "This password is little more than a name: yours, your user ID or that of your "
            "organisation. Add words that have nothing to do with you."
        )

    def _is_derived(self, text: str) -> bool:
        names = _long_enough(*self.person.own, *self.person.organizations)
        nameless = _without(text, names)
        if nameless == text:
            return False
        left = _without(nameless, _long_enough(*_PRODUCT, *_CALENDAR)).replace(" ", "")
        return sum(char.isalpha() for char in left) <= _SPARE and is_padding(left)


def _long_enough(*words: str) -> list[str]:
    return sorted((word for word in words if len(word) >= _LEAST), key=len, reverse=True)


def _without(text: str, words: list[str]) -> str:
    for word in words:
        text = text.replace(word, " ")
    return text
