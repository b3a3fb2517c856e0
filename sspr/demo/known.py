"""What the demonstration's people know by heart. It stands on the sign-in page, so it is worth
nothing: a demonstration that others can reach has none of it."""

from django.contrib.auth.hashers import make_password

from registration import saved_codes
from registration.models import Factor, FactorPiece

ANSWER = "barnacle"
METHODS = ("security_questions", "recovery_codes")
_CODE = "DEM" * 5  # behind its slot


def give_answers(factor: Factor) -> None:
    """The same answer to five questions."""
    hashed = make_password(ANSWER)
    asked = ("first_pet", "first_car", "first_job", "childhood_hero", "first_school")
    _keep(factor, dict.fromkeys(asked, hashed))


def give_codes(factor: Factor) -> None:
    """Codes that differ in nothing but their slots."""
    codes = [slot + _CODE for slot in saved_codes.ALPHABET[:10]]
    _keep(factor, {code[0]: make_password(code) for code in codes})


def _keep(factor: Factor, pieces: dict[str, str]) -> None:
    FactorPiece.objects.bulk_create(
        FactorPiece(directory_id=factor.directory_id, factor=factor, name=name, hashed=hashed)
        for name, hashed in pieces.items()
    )
