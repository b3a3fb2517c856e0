"""An organisation's own words."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.messages import writing
from accounts.tenancy import InDirectory


class MessageText(InDirectory):
    """What one message says to the people of a directory, in one language.

    The words replace a mail's heading and its first part. What protects people stays as it is:
    the facts, "this was not me", and that nobody asks for codes.
    """

    kind = models.CharField(_("message"), max_length=30)
    language = models.CharField(_("language"), max_length=12)
    subject = models.CharField(_("subject"), max_length=writing.LONGEST_SUBJECT, blank=True)
    body = models.TextField(_("text"), max_length=writing.LONGEST_BODY)

    class Meta:
        verbose_name = _("own text of a message")
        verbose_name_plural = _("own texts of messages")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["directory", "kind", "language"], name="one_text_per_message_and_language"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.language})"

    def clean(self) -> None:
        writing.check(self.kind, self.language, self.subject, self.body)
