"""What nobody looks like.

A name that cannot reset (nobody's, or somebody's who may not) is given checks to choose from that
look like those of the directory's real people. They are drawn by a keyed hash of the name, so the
same name looks the same every day, and from what the directory's people really have, recomputed
every night, so that decoys do not stand out.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import BigIntegerField
from django.db.models.functions import MD5
from django.utils import timezone

from accounts.crypto import keyed_hash
from accounts.people.models import Directory, User
from accounts.policy import services as policies
from accounts.prepared import Given, Prepared
from registration import methods
from registration.models import Factor
from registration.services import in_order
from reset.models import Likeness

DRIFT = 0.1  # the share of people that have to differ before decoys are drawn anew
SAMPLE = 500  # people looked at per directory; the same ones every night, as far as they stay
_NAME_LETTERS = 2

_SHAPE = Prepared(
    lambda: Likeness.objects.filter(directory_id=Given("directory", BigIntegerField())).values_list(
        "shape"
    )
)

Shape = dict[str, Any]
Weighted = Sequence[tuple[Any, int]]


class Draw:
    """Pseudo-random choices that depend on the name alone.

    A choice moves along the weights of the directory's real values, so that a small change of
    the weights changes few decoys.
    """

    def __init__(self, draw_key: bytes, local_part: str, shape: Shape) -> None:
        self._seed = bytes(draw_key).hex()
        self._local = "".join(c for c in local_part.lower() if c.isascii() and c.isalpha())
        self.shape = shape
        self._calls: Counter[str] = Counter()

    def fraction(self, what: str) -> float:
        """A number from 0 up to 1 for this name and question."""
        raw = keyed_hash("decoy", self._seed, what)
        return int.from_bytes(raw[:8], "big") / 2**64

    def pick(self, what: str, weighted: Weighted) -> Any:
        """One of the values, as often as its weight says; None for no values."""
        total = sum(weight for _value, weight in weighted)
        left = self.fraction(what) * total
        for value, weight in weighted:
            left -= weight
            if left < 0:
                return value
        return weighted[-1][0] if weighted else None

    def choice(self, name: str, options: Sequence[str]) -> str:
        """One of what real people have under this name, else of the options."""
        self._calls[name] += 1
        real = [(value, weight) for value, weight in self.shape.get(name, [])]
        picked = self.pick(f"{name}:{self._calls[name]}", real or [(o, 1) for o in options])
        return str(picked or "")

    def letters(self, count: int) -> str:
        """Lower-case letters; those of the name as often as in real people's addresses."""
        self._calls["letters"] += 1
        call = f"letters:{self._calls['letters']}"
        if len(self._local) >= count and self.fraction(call) < self.shape.get("name_like", 0.5):
            return self._local[:count]
        real = self.shape.get("letters") or [(letter, 1) for letter in "abcdefghijklmnoprstw"]
        return "".join(str(self.pick(f"{call}:{at}", real)) for at in range(count))


def offers(draw: Draw, slugs: Sequence[str]) -> list[dict[str, Any]]:
    """The checks a decoy may choose from."""
    kept = [slug for at, slug in enumerate(slugs) if not _is_asked_before(slug, slugs[:at])]
    hinted = [(methods.get(slug), methods.get(slug).decoy_hint(draw)) for slug in kept]
    return [
        {"method": method.slug, "way": way.slug, "hint": hint, "factor": None}
        for method, hint in hinted
        for way in method.ways
    ]


def _is_asked_before(slug: str, before: Sequence[str]) -> bool:
    """Does a question before this one ask for any of these?"""
    return methods.get(slug).any_will_do and slug in before


def shape_of(directory: Directory) -> Shape:
    """What this directory's people have; one query. Empty before the first night."""
    found = _SHAPE.first(directory=directory.pk)
    return found[0] if found else {}


def recompute() -> None:
    """The nightly job. What is still true by and large stays as it is: whoever looks again and
    again would see decoys change on the same night, and people not."""
    for directory in Directory.objects.all():
        shape = _measured(directory)
        if _has_drifted(shape_of(directory), shape):
            Likeness.objects.update_or_create(
                directory=directory, defaults={"shape": shape, "made_at": timezone.now()}
            )


def _has_drifted(old: Shape, new: Shape) -> bool:
    if old.keys() != new.keys():
        return True
    lists = [name for name, value in new.items() if isinstance(value, list)]
    return any(_distance(old[name], new[name]) > DRIFT for name in lists)


def _distance(old: Weighted, new: Weighted) -> float:
    """How much of one has to be moved to make the other of it, from 0 to 1."""
    was, now = _shares(old), _shares(new)
    return sum(abs(was.get(key, 0) - now.get(key, 0)) for key in was.keys() | now.keys()) / 2


def _shares(weighted: Weighted) -> dict[str, float]:
    total = sum(weight for _value, weight in weighted)
    return {json.dumps(value): weight / total for value, weight in weighted}


def _measured(directory: Directory) -> Shape:
    people = _sample(directory)
    kits: Counter[tuple[tuple[str, ...], int, str, bool]] = Counter()
    for user in people:
        rules = policies.effective(user)
        usable = [f for f in _usable(user, rules.unconfirmed) if f.method in rules.methods]
        kit = tuple(factor.method for factor in in_order(usable))
        if rules.enabled and len(set(kit)) >= rules.gates:
            policy = rules.policy.pk if rules.policy else 0
            kits[kit, policy, user.source, rules.administrators] += 1
    return {"kits": _listed(kits)} | _addresses(people)


def _usable(user: User, unconfirmed: bool) -> list[Factor]:
    """A person's factors, prefetched, that count now, of methods that are installed."""
    found = [f for f in user.factors.all() if f.is_usable(unconfirmed=unconfirmed)]
    return [factor for factor in found if factor.method in methods.all_methods()]


def _sample(directory: Directory) -> list[User]:
    people = User.objects.in_directory(directory).filter(factors__isnull=False, enabled=True)
    spread = people.distinct().annotate(spread=MD5("upn_key")).order_by("spread")
    return list(spread.select_related("directory").prefetch_related("factors")[:SAMPLE])


def _addresses(people: list[User]) -> Shape:
    """How people's addresses look: each method's own measure, and how many repeat the name."""
    usable = [factor for user in people for factor in _usable(user, unconfirmed=True)]
    traits: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for factor in usable:
        for name, value in methods.get(factor.method).traits(factor).items():
            traits[name][value] += 1
    factors = [f for f in usable if f.address[:1].isalpha()]
    starts = Counter(letter for f in factors for letter in f.address[:_NAME_LETTERS].lower())
    names = {user.pk: user.upn_key[:_NAME_LETTERS] for user in people}
    alike = sum(names[f.user_id] == f.address[:_NAME_LETTERS].lower() for f in factors)
    return {
        **{name: _listed(counted) for name, counted in sorted(traits.items())},
        "letters": _listed(Counter({c: n for c, n in starts.items() if c.isascii()})),
        "name_like": alike / len(factors) if factors else 0.5,
    }


def _listed(counted: Counter[Any]) -> list[tuple[Any, int]]:
    return sorted(counted.items(), key=str)
