from django.utils.translation import gettext_lazy as _

from accounts.forms import PasswordField
from accounts.new_password import NewPasswordForm


class ChangeForm(NewPasswordForm):
    current_password = PasswordField(_("Current password"), _("Enter your current password"))
    field_order = ("current_password", "new_password")
