"""How a run ended, in words."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from writeback.synchronisation.models import RunOutcome, SynchronisationRun

REASONS = {
    "limited": gettext_lazy(
        "The directory server does not show everything: raise its limits for the service account."
    ),
    "no_base": gettext_lazy("There is nothing under the name that the agent reads below."),
    "no_right": gettext_lazy("The service account may not read there."),
    "start_over": gettext_lazy("The agent lost its place several times: is it restarted often?"),
    "malformed": gettext_lazy("The agent told what nobody understands: is it of another version?"),
}


def told(run: SynchronisationRun) -> str:
    """How a run ended, and what to do."""
    if run.outcome == RunOutcome.ASKS:
        return _asks(run)
    if run.outcome == RunOutcome.AWAY:
        return _(
            "The directory could not be reached. Nobody was taken for gone; it is tried again."
        )
    if run.outcome == RunOutcome.REFUSED and run.reason in REASONS:
        return str(REASONS[run.reason])
    return run.get_outcome_display()


def _asks(run: SynchronisationRun) -> str:
    gone = run.counts.get("missing", 0)
    sentence = ngettext(
        "%(count)d of %(known)d people is gone from the directory, more than is believed unasked. "
        "Nobody was disabled for it.",
        "%(count)d of %(known)d people are gone from the directory, more than is believed unasked. "
        "Nobody was disabled for it.",
        gone,
    )
    return sentence % {"count": gone, "known": run.counts.get("known", 0)}
