"""Twilio's error codes, and what follows from each. Source: twilio.com/docs/api/errors/CODE.

What is not listed is the provider's own trouble: the next provider is tried, and this one later.
"""

from registration.telephony.backends.base import PermanentFailure, TemporaryFailure

# The number itself: no provider reaches it, or its owner does not want to be reached.
NUMBER = {
    21211: "invalid 'To' number",
    21214: "'To' number cannot be reached",
    21217: "not a valid number",
    21265: "'To' number is a short code",
    21610: "the recipient has opted out (STOP)",
    21614: "not a mobile number",
    21635: "a landline cannot get texts",
    13224: "invalid number",
}

# This account does not reach the number; another provider may.
ELSEWHERE = {
    21215: "calls to this country are not switched on",
    21216: "calls to this number are not allowed",
    21219: "trial account: the number is not verified",
    21408: "texts to this country are not switched on",
    21608: "trial account: the number is not verified",
    21612: "no route from this sender to this number",
    13227: "calls to this country are not switched on",
}

# The account, the sender, or Twilio: listed for the reader only, since this is what is assumed.
TEMPORARY = {
    20003: "authentication failed, or the account has no balance",
    20005: "account not active",
    20429: "too many requests",
    20500: "internal error",
    20503: "service unavailable",
    21606: "this sender cannot send texts",
    21611: "the sender's queue is full",
}

# Reported after a message was taken: the number is at fault, and will be tomorrow.
LASTING = {
    "30004": "blocked by the recipient or the carrier",
    "30005": "unknown number",
    "30006": "a landline, or a carrier that cannot be reached",
}

# Reported as well, and it may be better in an hour; again for the reader only.
PASSING = {
    "30001": "queue overflow",
    "30002": "account suspended",
    "30003": "handset switched off or out of reach",
    "30007": "filtered by the carrier",
    "30008": "unknown error",
    "30450": "held back by Twilio's protection against pumping, for 15 to 30 minutes",
}


def judged(
    status: int, code: int | None, retry_after: int = 0
) -> PermanentFailure | TemporaryFailure:
    """What a refusal by the interface means: ``code`` is Twilio's, ``status`` HTTP's."""
    if code in NUMBER or code in ELSEWHERE:
        return PermanentFailure(str(code), elsewhere=code in ELSEWHERE)
    return TemporaryFailure(str(code or status), retry_after)
