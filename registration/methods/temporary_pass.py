"""A temporary pass: given by staff, good for one use and a short while (registration/passes.py)."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from accounts.moments import told_end
from registration import saved_codes
from registration.answer_forms import AnswerForm, SavedCodeForm
from registration.methods.base import Method, Remark
from registration.models import Challenge, Factor
from registration.pieces import fits, pieces_of, use_up


class TemporaryPass(Method):
    slug = "temporary_pass"
    name = _("Temporary pass")
    label = _("Enter a temporary pass from the helpdesk")
    hint = _("Given by the helpdesk once they know that it is you")
    icon = "key"
    most = 1
    guessable = False
    single_use = True
    added_by_people = False
    offered_to_all = True
    code_label = _("Temporary pass")
    code_hint = _("16 letters and numbers, as the helpdesk told you.")
    wrong = _("That pass is not right, or it was used before.")
    heading = _("Enter the temporary pass")

    def form(self, challenge: Challenge, data: Any = None) -> AnswerForm:
        return SavedCodeForm(self.code_label, self.code_hint, data)

    def remark(self, factor: Factor) -> Remark:
        if factor.spent_at:
            return Remark(now_("used"))
        assert factor.ends_at, "a pass always ends"
        if factor.ends_at <= timezone.now():
            return Remark(now_("no longer valid"))
        until = told_end(factor.ends_at, factor.user.directory.time_zone)
        return Remark(now_("valid once, until %(until)s") % {"until": until}, "warn")

    def check(self, challenge: Challenge, answer: str) -> bool:
        code, now = saved_codes.read(answer), timezone.now()
        valid = pieces_of(challenge.factor, challenge.directory_id).filter(
            used_at=None, factor__ends_at__gt=now
        )
        piece = valid.first()
        if not fits(code, piece) or piece is None or not use_up(piece):
            return False
        passes = Factor.objects.in_directory(piece.directory_id).filter(pk=piece.factor_id)
        return passes.update(spent_at=now) == 1
