"""Trying one's recovery, in a browser of the test client."""

from accounts.audit.models import AuditRecord
from registration import rehearsal
from registration.models import Challenge, Factor, Purpose

START = "/register/rehearsal/"
WRONG = "000000"


def factor_of(user, method):
    return Factor.objects.in_directory(user.directory_id).get(user=user, method=method)


def choose(browser, factor, way="", **follow):
    return browser.post(START, {"check": f"{factor.pk}.{way}"}, **follow)


def trial(browser, user, method="authenticator_app"):
    """Begin a trial; where its question is put."""
    return choose(browser, factor_of(user, method))["Location"]


def kinds():
    found = AuditRecord.objects.filter(kind__startswith="registration.rehearsal")
    return [kind.rpartition("_")[2] for kind in found.order_by("pk").values_list("kind", flat=True)]


def state(user, method="authenticator_app"):
    lines = rehearsal.of(user).lines
    return next(str(line.state) for line in lines if line.method.slug == method)


def of_purpose(purpose=Purpose.REHEARSAL):
    return Challenge.objects.filter(purpose=purpose)
