"""What is said of the way to an agent, which the agent itself cannot see."""

from django.utils import translation
from django.utils.translation import gettext_noop

from writeback.agent.answers import Finding, Health
from writeback.agent.doctor.findings import WORDS as OF_AGENTS
from writeback.agent.doctor.wording import Words

_spoken = translation.gettext  # of what the tables mark; under this name nobody looks for a text
_WELL, _WARNING, _FAULT = Health.WELL, Health.WARNING, Health.FAULT

OF_THE_WAY = {
    ("agent", "well"): Words("WB-300", _WELL, gettext_noop("The agent answers.")),
    ("agent", "none"): Words(
        "WB-301",
        _FAULT,
        gettext_noop("No agent serves this directory."),
        gettext_noop("Enrol one. Without a broker, name the directory in AGENT_DIRECTORY."),
    ),
    ("agent", "wrong_settings"): Words(
        "WB-302",
        _FAULT,
        gettext_noop("The agent cannot start: %(faults)s."),
        gettext_noop("Correct its environment and start it again."),
    ),
    ("agent", "silent"): Words(
        "WB-303",
        _FAULT,
        gettext_noop("No agent of this directory gives a sign of life."),
        gettext_noop("Start the agent, look into its log, and let its machine reach the broker."),
    ),
    ("agent", "unanswered"): Words(
        "WB-304",
        _FAULT,
        gettext_noop("The agent did not answer in time."),
        gettext_noop("Check again in a minute. If it lasts, look into the agent’s log."),
    ),
    ("agent", "too_old"): Words(
        "WB-305",
        _FAULT,
        gettext_noop("The agent does not understand the question."),
        gettext_noop("Install the agent in the version of the portal."),
    ),
    ("agent", "outdated"): Words(
        "WB-306",
        _WARNING,
        gettext_noop("The agent is older than the portal."),
        gettext_noop("Install the agent in the version of the portal."),
    ),
    ("agent", "one_silent"): Words(
        "WB-321",
        _WARNING,
        gettext_noop("The agent %(agent)s gives no sign of life."),
        gettext_noop("Start the agent, look into its log, and let its machine reach the broker."),
    ),
    ("agent", "one_off"): Words(
        "WB-322",
        _WARNING,
        gettext_noop("The clock of the agent %(agent)s is off."),
        gettext_noop("Let its clock follow a time service."),
    ),
    ("agent", "one_unwell"): Words(
        "WB-323",
        _WARNING,
        gettext_noop("The directory server does not answer the agent %(agent)s."),
        gettext_noop("Run “python -m writeback.agent check” beside that agent."),
    ),
    ("agent", "refuses"): Words(
        "WB-307",
        _FAULT,
        gettext_noop("The agent refuses what the portal asks (%(reason)s)."),
        gettext_noop("Let the clocks of both follow a time service. Enrol the agent anew."),
    ),
    ("broker", "away"): Words(
        "WB-308",
        _FAULT,
        gettext_noop("The portal cannot reach the broker between it and the agents."),
        gettext_noop("Check AGENT_BROKER_URL, and whether the broker runs."),
    ),
}
WORDS = {**OF_AGENTS, **OF_THE_WAY}
STRANGE = Words(
    "WB-399",
    _FAULT,
    gettext_noop("The agent reports something that the portal does not know."),
    gettext_noop("Install the portal in the version of the agent."),
)


def finding(subject: str, cause: str, **facts: str) -> Finding:
    """A finding about the way to an agent."""
    return Finding(subject, cause, OF_THE_WAY[subject, cause].health, facts)


def in_their_language(text: str) -> str:
    """A sentence of the tables, for whoever reads now."""
    return _spoken(text)


def words_of(one: Finding) -> Words:
    """The sentences of a finding, which may come from an agent newer than this table."""
    return WORDS.get((one.subject, one.cause), STRANGE)
