"""Things people know or keep: compared by slow hashes, and used up by single statements."""

from django.contrib.auth.hashers import check_password, make_password
from django.utils import timezone

from accounts.tenancy import TenantQuerySet
from registration.models import Factor, FactorPiece


def pieces_of(factor: Factor | None, directory: int) -> TenantQuerySet[FactorPiece]:
    """The pieces of a factor, in their order; none for nobody's, found by the same statement."""
    pieces = FactorPiece.objects.in_directory(directory).filter(
        factor_id=factor.pk if factor else 0
    )
    return pieces.order_by("pk")


def fits(text: str, piece: FactorPiece | None) -> bool:
    """Is this what the piece stands for? One slow hash, also where there is no piece."""
    if piece is None:
        make_password(text)
        return False
    return check_password(text, piece.hashed)


def use_up(piece: FactorPiece) -> bool:
    """Take a piece out of use; False for all but the first who ask."""
    unused = FactorPiece.objects.in_directory(piece.directory_id).filter(pk=piece.pk, used_at=None)
    return unused.update(used_at=timezone.now()) == 1
