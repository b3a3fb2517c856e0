from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import NewPasswordField, PasswordField


class ChangeForm(forms.Form):
    current_password = PasswordField(_("Current password"), _("Enter your current password"))
    new_password = NewPasswordField()
