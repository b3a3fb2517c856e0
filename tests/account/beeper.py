"""Methods with what the installed ones have not: a number to complete, two ways, a single use."""

from registration.methods.base import Method, SentCode, Way


class Beeper(SentCode):
    slug, icon, completed = "beeper", "mobile", True
    name, label, hint = "Beeper", "Beep me", "Beeps"

    @property
    def ways(self):
        return (Way("beep", "Beep me", "mobile"), Way("buzz", "Buzz me", "call"))

    def mask(self, factor):
        return f"•••• {factor.address[-2:]}"

    def is_complete(self, factor, typed):
        return typed == factor.address

    def deliver(self, challenge, factor, code):
        return None


class Slip(Method):
    slug, icon, single_use = "slip", "codes", True
    name, label, hint = "Slip", "Use a slip", "Each works once"

    def check(self, challenge, answer):
        return answer == "right"
