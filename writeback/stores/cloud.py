"""The cloud store: passwords kept here, as Argon2id hashes."""

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import BigIntegerField
from django.utils import timezone

from accounts.people import passwords
from accounts.people.models import User
from accounts.prepared import Given, Prepared
from writeback.stores.base import Answer, AnswerLost, Job, Refused, State, Store, Verdict

_HELD = Prepared(
    lambda: (
        User.objects.filter(
            directory_id=Given("directory", BigIntegerField()), pk=Given("user", BigIntegerField())
        )
        .select_for_update(of=("self",))
        .values_list("password")
    )
)


class Cloud(Store):
    """The hash and the outcome of its Write row are committed together, so that nothing about a
    cloud write is ever unknown."""

    can_unlock = True

    def __init__(self, directory: int) -> None:
        self.directory = directory

    def is_away(self) -> bool:
        return False

    def find(self, user: User) -> str | None:
        return str(user.pk)

    def verify(self, user: User, password: str) -> Verdict:
        if not check_password(password, user.password):
            return Verdict.WRONG
        return Verdict.RIGHT if user.enabled else Verdict.DISABLED

    def reset(self, job: Job, password: str) -> None:
        self._set(job, password)

    def change(self, job: Job, password: str, *, current: str) -> None:
        """Refused when the password was set anew while this one was on its way: what was judged
        is not the current password any more."""
        self._set(job, password, instead_of=job.user.password)

    def _set(self, job: Job, password: str, *, instead_of: str | None = None) -> None:
        encoded = make_password(password)
        now = timezone.now()
        with transaction.atomic():
            found = _HELD.first(directory=self.directory, user=job.user.pk)
            if found is None:
                raise User.DoesNotExist
            (held,) = found
            if instead_of not in (None, held):
                raise Refused("wrong_current")
            if job.expires_at <= now or not job.confirm():
                raise AnswerLost
            passwords.remember(job.user, held, job.history_length)
            passwords.store(job.user, encoded, must_change=job.must_change, now=now)

    def unlock(self, job: Job) -> None:
        """The only lock here is the one at sign-in; whoever settles the write lifts it."""
        if job.expires_at <= timezone.now() or not job.confirm():
            raise AnswerLost

    def describe(self, user: User) -> State:
        return State(password_expires_at=passwords.expires_at(user))

    def outcome(self, job: Job) -> Answer:
        return Answer.NEVER if job.expires_at <= timezone.now() else Answer.UNKNOWN
