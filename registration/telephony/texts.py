"""The words of text messages and calls: who, what for, and that nobody will ever ask for the code.

A text tries to fit into one part of the network's (``segments``). Its last line binds the code to
our host, so that a phone fills it in there and nowhere else (Origin-bound one-time codes
delivered via SMS, WICG).
"""

from django.utils.translation import gettext, override

from accounts.segments import plain, room_left, segments, size

SHORTEST_NAME = 8  # of an organisation that had to be cut


def sms(
    code: str, organization: str, action: str, language: str, host: str, helpdesk: str = ""
) -> str:
    """A text message with a code.

    ``action`` says what the code is for ("to reset your password"), in ``language``; ``host`` is
    the portal's public host name; ``helpdesk`` is whom to call, told where there is room for it.
    A long name is cut where that saves a second part.
    """
    last = f"@{host} #{code}"
    words = {"organization": plain(_one_line(organization)), "code": code, "action": action}
    texts = [_fitted(wording, words, last) for wording in _wordings(language)]
    fullest = texts[0]
    if helpdesk:
        words["helpdesk"] = plain(_one_line(helpdesk))
        texts.insert(0, _fitted(_with_helpdesk(language), words, last))
    return next((text for text in texts if segments(text) == 1), fullest)


def spoken(code: str, organization: str, action: str, language: str) -> str:
    """What a call says: the code twice, digit by digit."""
    with override(language):
        return gettext(
            "Hello, this is %(organization)s. Your code %(action)s is: %(digits)s. "
            "Once more: %(digits)s. We will never ask you for this code. "
            "If you did not ask for this call, tell the code to nobody. Good-bye."
        ) % {
            "organization": _one_line(organization),
            "action": action,
            "digits": ", ".join(code),
        }


def _with_helpdesk(language: str) -> str:
    with override(language):
        return gettext(
            "%(organization)s: %(code)s is your code %(action)s. "
            "We never ask you for it. Not you? Call %(helpdesk)s."
        )


def _wordings(language: str) -> list[str]:
    """From the fullest to the shortest: scripts beyond GSM-7 have room for 70 characters.

    Those without a name leave it to the last line to say who: better than a text in pieces.
    """
    with override(language):
        return [
            gettext(
                "%(organization)s: %(code)s is your code %(action)s. "
                "We never ask you for it. Not you? Tell nobody."
            ),
            gettext("%(organization)s: %(code)s %(action)s"),
            gettext(
                "%(code)s is your code %(action)s. We never ask you for it. Not you? Tell nobody."
            ),
            gettext("%(code)s %(action)s"),
        ]


def _fitted(wording: str, words: dict[str, str], last: str) -> str:
    """The whole message, its organisation cut as far as is needed, and no further than sensible."""
    text = f"{plain(wording % words)}\n{last}"
    over = -room_left(text)
    if over <= 0:
        return text
    name = words["organization"]
    while over > 0 and len(name) > SHORTEST_NAME:
        over -= size(name) - size(name[:-1])
        name = name[:-1]
    return f"{plain(wording % {**words, 'organization': name.rstrip()})}\n{last}"


def _one_line(text: str) -> str:
    """No line break can start a last line of its own."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
