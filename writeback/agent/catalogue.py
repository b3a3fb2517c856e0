"""What logs, the audit trail and the doctor call what happens on the way of a password: an id each.

The first digit is a family, and a family says who has to act. An id is never given anew to
something else: administrators search for it, and rules in a SIEM match on it. What the doctor
finds (WB-300 to 308, WB-5xx) stands with its sentences in ``writeback.agent.doctor``.
"""

from typing import NamedTuple

from writeback.agent.messages import WRITES, State


class Entry(NamedTuple):
    """What an id means, and what to do; nothing has to be done where ``remedy`` is empty."""

    id: str
    means: str
    remedy: str = ""


_HELPDESK = "None, unless it goes on: the person was told what to do."

# Operations. The middle digit is the operation, the last one how it stands.
_NAMES = {
    "reset": ("1", "Reset"),
    "change": ("2", "Change"),
    "unlock": ("3", "Unlock"),
    "staff_reset": ("4", "Reset by staff"),
}
_STANDS = {
    "started": ("0", "on its way to the store"),
    "done": ("1", "confirmed by the store"),
    "unknown": ("2", "sent, and no answer came"),
    "void": ("3", "never sent, and never will be"),
}
_SETTLES = {
    "unknown": "It is settled by itself. If it is not within minutes, see the agent’s log.",
    "void": "See whether the agent and the broker were away at that time.",
}
OPERATIONS = {
    (operation, stands): Entry(f"WB-1{a}{b}", f"{name}: {what}", _SETTLES.get(stands, ""))
    for operation, (a, name) in _NAMES.items()
    for stands, (b, what) in _STANDS.items()
}
LOOKED_UP = Entry("WB-150", "An account was looked up, or a password compared")

LIFE = {
    "agent_invited": Entry("WB-201", "A ticket for an agent was made"),
    "agent_confirmed": Entry("WB-202", "An agent was confirmed by its fingerprint"),
    "agent_revoked": Entry("WB-203", "An agent was revoked: nothing is sealed to it any more"),
    "keys_heard": Entry("WB-204", "The agent heard of new keys of the portal"),
    "started": Entry("WB-205", "The agent has started, and takes on jobs"),
    "stopped": Entry("WB-206", "The agent stops: from now on it takes on no jobs"),
    "sync_under_way": Entry("WB-210", "A synchronisation was due while another one ran"),
    "sync_failed": Entry("WB-211", "A synchronisation broke off", "Read the error in the log."),
    "sync_ended": Entry("WB-212", "A synchronisation ended; the line says how"),
    "checked": Entry("WB-220", "A directory server was checked"),
}

WAY = {
    "wrong_settings": Entry(
        "WB-302", "The agent cannot start", "Correct what the line names in its environment."
    ),
    "broker_away": Entry(
        "WB-308", "The broker cannot be reached", "Check AGENT_BROKER_URL and the broker."
    ),
    "broker_lost": Entry(
        "WB-309",
        "The broker went away while an answer was waited for",
        "What was sent is settled by itself. Check the broker.",
    ),
    "no_heartbeat": Entry(
        "WB-310", "The agent cannot leave its heartbeat", "Let its machine reach the broker."
    ),
    "not_believed": Entry(
        "WB-311",
        "News of the portal’s keys that the portal did not sign; not believed",
        "Somebody may be in the broker. Enrol the agent anew if the portal’s keys were replaced.",
    ),
    "server_not_well": Entry(
        "WB-312", "The directory server does not answer the agent", "Run the doctor there."
    ),
    "no_number": Entry(
        "WB-313",
        "A message without a number; not opened",
        "Somebody other than the portal writes to the broker: see who may.",
    ),
    "not_ours": Entry(
        "WB-314",
        "A message that is not the portal’s to this agent, or not understood; not answered",
        "See who may write to the broker, and that agent and portal have the same version.",
    ),
    "not_handed_in": Entry(
        "WB-315", "An answer could not be handed in", "It is settled by itself. Check the broker."
    ),
    "false_heartbeat": Entry(
        "WB-316",
        "A heartbeat that is not that agent’s own; not heard",
        "See who may write to the broker. Revoke the agent if its keys may be known.",
    ),
    "answer_unreadable": Entry(
        "WB-317",
        "An answer that is not that agent’s, or not understood",
        "See who may write to the broker, and that agent and portal have the same version.",
    ),
    "answer_of_another": Entry(
        "WB-318", "An answer to another question", "See who may write to the broker."
    ),
    "false_application": Entry(
        "WB-319",
        "An application as an agent that cannot be taken",
        "Make a new ticket. Somebody else may have tried: compare fingerprints before confirming.",
    ),
}

REASONS = {
    "wrong_current": Entry("WB-401", "The current password was wrong", _HELPDESK),
    "too_short": Entry("WB-402", "The new password is too short", _HELPDESK),
    "complexity": Entry("WB-403", "The new password has too few kinds of characters", _HELPDESK),
    "quality": Entry("WB-404", "The new password is too easy to guess", _HELPDESK),
    "in_history": Entry("WB-405", "The new password was used before", _HELPDESK),
    "too_young": Entry(
        "WB-406",
        "The password was changed too recently",
        "A minimum age of 0 lets people change it more than once in a day.",
    ),
    "policy": Entry(
        "WB-407",
        "The password breaks a rule that the server does not name",
        "Look for filters on the domain controllers, and at what they write down.",
    ),
    "refused": Entry(
        "WB-408", "The server refused without saying why", "Look into the server’s log."
    ),
    "expired": Entry("WB-409", "The password has expired", _HELPDESK),
    "may_not_change": Entry(
        "WB-410",
        "The person may not change their own password",
        "Take “user cannot change password” away, or pwdAllowUserChange FALSE.",
    ),
    "locked": Entry("WB-411", "The account is locked", "Unlock it, or wait."),
    "disabled": Entry("WB-412", "The account is switched off or has expired", "Enable it."),
    "gone": Entry(
        "WB-413",
        "The account is not there any more",
        "Synchronise; check LDAP_BASE_DN if the account was moved.",
    ),
    "ambiguous": Entry(
        "WB-414",
        "More than one account answers to the name",
        "Give each a user principal name or a mail address of its own.",
    ),
    "no_right": Entry(
        "WB-415",
        "The service account has no right to this",
        "`directory check NAME --person UPN` prints the lines that grant it.",
    ),
    "out_of_reach": Entry(
        "WB-416", "The account is outside of AGENT_ALLOWED_BASES", "Add its unit, if that is meant."
    ),
    "protected": Entry(
        "WB-417",
        "The account has power over the directory, or is in AGENT_PROTECTED_GROUPS",
        "None: such a password is set by an administrator in the directory.",
    ),
    "too_many": Entry(
        "WB-418",
        "The agent’s brake: too many writes in a minute, or to one account in an hour",
        "See whether somebody abuses the portal before raising AGENT_WRITES_PER_MINUTE.",
    ),
    "too_many_wrong": Entry(
        "WB-419",
        "The agent holds back the rest of the wrong passwords that would lock the account",
        "It ends by itself, or with a reset.",
    ),
    "repeated": Entry("WB-420", "The agent had this job before; it is never done twice"),
    "too_late": Entry(
        "WB-421",
        "The job came after its time, or from before the agent’s journal began",
        "Compare the clocks of portal and agent.",
    ),
    "not_ours": Entry(
        "WB-422", "The job is for another agent or directory", "Enrol the agent anew."
    ),
    "malformed": Entry(
        "WB-423", "The agent does not understand the job", "Bring both to the same version."
    ),
    "limited": Entry(
        "WB-424",
        "The server shows the service account only some of its people",
        "Lift the limits of size and time for the service account.",
    ),
    "no_base": Entry("WB-425", "There is nothing below LDAP_BASE_DN", "Check LDAP_BASE_DN."),
    "start_over": Entry("WB-426", "A reading was interrupted; it begins anew by itself"),
    "too_long": Entry("WB-429", "The new password is longer than the server takes", _HELPDESK),
    "characters": Entry(
        "WB-430", "The new password has characters that the server does not take", _HELPDESK
    ),
    "away": Entry(
        "WB-427",
        "No agent, or no directory server; nothing was sent",
        "`directory check NAME` says which of them, and what mends it.",
    ),
    "void": Entry("WB-428", "The job was not sent in time, and never will be", _SETTLES["void"]),
}
OTHER = Entry("WB-499", "A refusal that this version does not know", "Update the older side.")


def reason(code: str) -> Entry:
    """What a refusal is called."""
    return REASONS.get(code, OTHER)


def of_result(operation: str, state: str, code: str) -> Entry:
    """What an agent calls the end of a request."""
    if state == State.REFUSED or state == State.AWAY:
        return reason(code or "away")
    if operation not in WRITES:
        return LOOKED_UP
    return OPERATIONS[operation, "unknown" if state == State.LOST else "done"]


def everything() -> list[Entry]:
    """All but what the doctor finds, by id; one entry for each."""
    tables = (OPERATIONS, LIFE, WAY, REASONS)
    found = [LOOKED_UP, OTHER, *(entry for table in tables for entry in table.values())]
    return sorted(found, key=lambda entry: entry.id)
