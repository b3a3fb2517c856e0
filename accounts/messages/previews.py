"""How an organisation's own words look, with samples for what they speak of."""

from dataclasses import dataclass

from accounts import mail
from accounts.messages import writing
from accounts.messages.kinds import KINDS
from accounts.messages.models import MessageText
from accounts.segments import segments


@dataclass(frozen=True, slots=True)
class Preview:
    """``page`` is HTML. ``parts``: how many a text message takes; 0 for a mail."""

    subject: str
    text: str
    page: str
    parts: int = 0


def preview(own: MessageText) -> Preview:
    """The message as it would go out; raises ValidationError for words that cannot be sent."""
    own.clean()
    kind = KINDS[own.kind]
    samples = {**kind.placeholders, "organization": own.directory.display_name}
    samples["helpdesk_phone"] = own.directory.helpdesk_phone
    if not kind.is_mail:
        text = writing.text_message(own.body, samples)
        return Preview("", text, "", segments(text))
    rendered = mail.rendered(own.kind, samples, own.language, own.directory, own)
    return Preview(rendered.subject, rendered.text, rendered.page)
