"""Recovery codes: ten that are printed or saved, each good for one use (SP 800-63B 3.1.2)."""

import logging
from collections.abc import Mapping
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.audit.services import record
from accounts.crypto import Unreadable, seal, unseal
from accounts.notices import Notice, notify
from accounts.people.models import User
from registration import coverage, saved_codes
from registration.answer_forms import AnswerForm, SavedCodeForm
from registration.events import RecoveryCodeUsed
from registration.methods.base import Draft, Method, Piece, Remark, Setup
from registration.models import Challenge, Factor, Purpose
from registration.pieces import fits, pieces_of, use_up

log = logging.getLogger(__name__)

CODES = 10
FEW = 3  # so many left, or fewer, and the owner is asked to make new ones
_PURPOSE = "recovery_codes"


class RecoveryCodes(Method):
    slug = "recovery_codes"
    name = _("Recovery codes")
    label = _("Enter one of my recovery codes")
    hint = _("Ten codes to print or save, each good for one use")
    icon = "codes"
    guessable = False
    single_use = True
    most = 1
    renew = _("Make new codes")
    code_label = _("Recovery code")
    code_hint = _("16 letters and numbers, from the codes you printed or saved.")
    wrong = _("That is not one of your unused codes.")
    heading = _("Enter a recovery code")

    def form(self, challenge: Challenge, data: Any = None) -> AnswerForm:
        return SavedCodeForm(self.code_label, self.code_hint, data)

    def remark(self, factor: Factor) -> Remark:
        left = _left(factor)
        if not left:
            return Remark(now_("all used: make new codes"), "bad")
        text = ngettext("%(left)d code left", "%(left)d codes left", left) % {"left": left}
        return Remark(text, "warn" if left <= FEW else "")

    def check(self, challenge: Challenge, answer: str) -> bool:
        code = saved_codes.read(answer)
        unused = pieces_of(challenge.factor, challenge.directory_id).filter(used_at=None)
        piece = unused.filter(name=saved_codes.slot_of(code)).first()
        if not fits(code, piece) or piece is None:
            return False
        if challenge.purpose == Purpose.REGISTER:  # only to show that it was kept
            return True
        with transaction.atomic():
            return use_up(piece) and _tell_of_use(challenge)

    def draft(self, user: User, values: Mapping[str, str]) -> Draft:
        codes = [saved_codes.new(slot) for slot in range(CODES)]
        pieces = (Piece(saved_codes.slot_of(code), make_password(code)) for code in codes)
        return Draft(secret=seal(_PURPOSE, " ".join(codes).encode()), pieces=tuple(pieces))

    def setup(self, factor: Factor) -> Setup | None:
        try:
            codes = unseal(_PURPOSE, bytes(factor.secret)).decode().split()
        except Unreadable:
            log.error("the codes of factor %s cannot be shown", factor.pk)
            return None
        shown = tuple(saved_codes.grouped(code) for code in codes)
        return Setup("registration/set_up_codes.html", codes=shown)

    def confirmed(self, factor: Factor) -> None:
        factor.secret = b""


def _left(factor: Factor) -> int:
    return pieces_of(factor, factor.directory_id).filter(used_at=None).count()


def _tell_of_use(challenge: Challenge) -> bool:
    """Every address hears that a code was used; with the last one, the factor is used up."""
    factor = challenge.factor
    assert factor, "only somebody's code is right"
    left = _left(factor)
    if not left:
        rows = Factor.objects.in_directory(factor.directory_id).filter(pk=factor.pk)
        rows.update(spent_at=timezone.now())
        coverage.update(factor.user)
    record(
        RecoveryCodeUsed(left=left),
        directory=factor.directory_id,
        client=challenge.client,
        subject=factor.user,
    )
    notify(
        factor.user,
        Notice.RECOVERY_CODE_USED,
        client=challenge.client,
        context={"method": factor.method, "left": str(left)},
    )
    return True
