"""Whom a campaign is about, and who of them gets no letter, and why."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from accounts.people.models import Directory, GroupClosure, Membership, User
from accounts.tenancy import TenantQuerySet
from registration import coverage
from registration.campaigns.models import Audience, Campaign, Kind, Reason

BATCH = 500


@dataclass(frozen=True, slots=True)
class Judged:
    """Somebody a campaign is about; ``reason``: why they get no letter, "" when they do."""

    user: User
    reason: str


@dataclass(slots=True)
class Preview:
    """How many would get a letter, and how many not, by reason; of so many ``looked_at``."""

    letters: int = 0
    without: Counter[str] = field(default_factory=Counter)
    looked_at: int = 0
    people: int = 0

    def add(self, judged: Sequence[Judged]) -> None:
        self.looked_at += len(judged)
        self.without.update(one.reason for one in judged if one.reason)
        self.letters += sum(not one.reason for one in judged)

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """In words, the most frequent first."""
        return [(str(Reason(reason).label), n) for reason, n in self.without.most_common()]


def people(campaign: Campaign) -> TenantQuerySet[User]:
    """Everybody it is about, in the order of their keys."""
    users = User.objects.in_directory(campaign.directory_id).order_by("pk")
    if campaign.audience != Audience.GROUP:
        return users
    within = GroupClosure.objects.in_directory(campaign.directory_id).filter(
        ancestor=campaign.group_id
    )
    members = Membership.objects.in_directory(campaign.directory_id)
    return users.filter(pk__in=members.filter(group__in=within.values("descendant")).values("user"))


def batches(campaign: Campaign, after: int = 0) -> Iterator[list[Judged]]:
    """Everybody after a key, judged; in batches of bounded memory."""
    rows = people(campaign)
    while batch := list(rows.filter(pk__gt=after)[:BATCH]):
        after = batch[-1].pk
        yield judge(campaign, campaign.directory, batch)


def judge(campaign: Campaign, directory: Directory, users: Sequence[User]) -> list[Judged]:
    """Who of some people of the directory gets a letter as things are now; few queries for all."""
    truths = coverage.truths_of(directory, users)
    return [Judged(user, _reason(campaign, user, *truths[user.pk])) for user in users]


def preview(campaign: Campaign, most: int) -> Preview:
    """What would happen, as far as the first ``most`` people tell. Writes nothing."""
    found = Preview(people=people(campaign).count())
    for batch in batches(campaign):
        found.add(batch)
        if found.looked_at >= most:
            break
    return found


def _reason(campaign: Campaign, user: User, registered: bool, allowed: bool) -> str:
    if not user.enabled:
        return Reason.DISABLED
    if not (allowed or _comes_before_the_policy(campaign)):
        return Reason.OUT_OF_SCOPE
    if registered and _is_for_the_others(campaign):
        return Reason.REGISTERED
    return "" if user.mail else Reason.NO_ADDRESS


def _comes_before_the_policy(campaign: Campaign) -> bool:
    """A group can be told of what is not switched on for it yet."""
    return campaign.kind == Kind.ANNOUNCE and campaign.audience == Audience.GROUP


def _is_for_the_others(campaign: Campaign) -> bool:
    return campaign.kind == Kind.REMIND or campaign.audience == Audience.NOT_CAPABLE
