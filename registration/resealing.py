"""A new pepper for what is sealed: everything that only the one before could open, opens by the
one of today afterwards."""

from dataclasses import dataclass

from accounts.crypto import Unreadable, seal, unseal
from accounts.tenancy import across_directories
from registration.models import Factor, Passkey
from registration.passkeys.ceremonies import keep_handle


@dataclass(slots=True)
class Resealed:
    """``unreadable``: made with a pepper that is neither of the two; nothing opens them."""

    factors: int = 0
    passkeys: int = 0
    unreadable: int = 0


def reseal() -> Resealed:
    """Seal every secret of a factor anew; harmless to repeat, and while people are at it."""
    done = Resealed()
    with across_directories("a pepper is the deployment's"):
        for factor in Factor.objects.exclude(secret=b"").iterator():
            _reseal(factor, done)
        for passkey in Passkey.objects.filter(handle=b"").select_related("factor__user").iterator():
            keep_handle(passkey)
            done.passkeys += 1
    return done


def _reseal(factor: Factor, done: Resealed) -> None:
    """What a factor keeps sealed is sealed for its method."""
    sealed = bytes(factor.secret)
    try:
        plain = unseal(factor.method, sealed)
    except Unreadable:
        done.unreadable += 1
        return
    rows = Factor.objects.in_directory(factor.directory_id).filter(pk=factor.pk, secret=sealed)
    done.factors += rows.update(secret=seal(factor.method, plain))
