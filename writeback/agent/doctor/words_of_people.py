"""What is said of people, units, and rights over them."""

from writeback.agent.answers import Health
from writeback.agent.doctor.wording import Words, gettext_noop

_WELL, _WARNING, _FAULT = Health.WELL, Health.WARNING, Health.FAULT

GRANT = gettext_noop(
    "An administrator of the directory grants it with these lines: dsacls on Windows, samba-tool "
    "on Samba, access or olcAccess before all other rules in OpenLDAP."
)
_DENIED = gettext_noop(
    "Have an administrator of the directory find the entry that denies it, and remove it."
)
_TRY = gettext_noop("It cannot be known without trying. These lines grant it in any case.")

WORDS = {
    ("person", "well"): Words(
        "WB-560", _WELL, gettext_noop("The agent finds %(person)s and may write to the account.")
    ),
    ("person", "unknown"): Words(
        "WB-561",
        _FAULT,
        gettext_noop("The directory knows nobody called %(person)s below the agent’s base."),
        gettext_noop("Check the name, and LDAP_BASE_DN."),
    ),
    ("person", "ambiguous"): Words(
        "WB-562",
        _FAULT,
        gettext_noop("More than one account of the directory answers to %(person)s."),
        gettext_noop("Give each account a user principal name or a mail address of its own."),
    ),
    ("person", "protected"): Words(
        "WB-563",
        _WARNING,
        gettext_noop("%(person)s is protected: the agent never writes to such an account."),
        gettext_noop(
            "This is meant for administrators, the service account and the members of the groups "
            "in AGENT_PROTECTED_GROUPS."
        ),
    ),
    ("person", "out_of_reach"): Words(
        "WB-564",
        _FAULT,
        gettext_noop("%(person)s is outside of what the agent may write to."),
        gettext_noop("Add the person’s unit to AGENT_ALLOWED_BASES."),
    ),
    ("person", "disabled"): Words(
        "WB-565",
        _WARNING,
        gettext_noop("The account of %(person)s is switched off or has expired."),
        gettext_noop("Somebody has to enable it in the directory first."),
    ),
    ("unit", "missing"): Words(
        "WB-566",
        _FAULT,
        gettext_noop("%(unit)s is not there, or the service account may not read it."),
        gettext_noop("Check the unit’s name."),
    ),
    ("unit", "empty"): Words(
        "WB-567",
        Health.UNKNOWN,
        gettext_noop("There is nobody in %(unit)s whom the agent may write to."),
        gettext_noop("Repeat this when somebody is there: rights are read at people."),
    ),
    ("unit", "well"): Words(
        "WB-568",
        _WELL,
        gettext_noop(
            "In %(unit)s: people looked at %(people)s, left alone because they are protected or "
            "switched off %(left_alone)s."
        ),
    ),
    ("right_reset", "well"): Words(
        "WB-570", _WELL, gettext_noop("Passwords can be set: %(where)s.")
    ),
    ("right_reset", "missing"): Words(
        "WB-571", _FAULT, gettext_noop("The right to set passwords is missing: %(where)s."), GRANT
    ),
    ("right_reset", "denied"): Words(
        "WB-572",
        _FAULT,
        gettext_noop("The right to set passwords is denied by name: %(where)s."),
        _DENIED,
    ),
    ("right_reset", "unsaid"): Words(
        "WB-573",
        Health.UNKNOWN,
        gettext_noop("The server does not say whether passwords can be set: %(where)s."),
        _TRY,
    ),
    ("right_reset", "some"): Words(
        "WB-574",
        _WARNING,
        gettext_noop(
            "The right to set passwords is missing for "
            "%(without)s of %(people)s in %(where)s: %(names)s."
        ),
        GRANT,
    ),
    ("right_unlock", "well"): Words(
        "WB-575", _WELL, gettext_noop("Accounts can be unlocked: %(where)s.")
    ),
    ("right_unlock", "missing"): Words(
        "WB-576", _FAULT, gettext_noop("The right to unlock is missing: %(where)s."), GRANT
    ),
    ("right_unlock", "unsaid"): Words(
        "WB-577",
        Health.UNKNOWN,
        gettext_noop("The server does not say whether accounts can be unlocked: %(where)s."),
        _TRY,
    ),
    ("right_unlock", "some"): Words(
        "WB-578",
        _WARNING,
        gettext_noop(
            "The right to unlock is missing for %(without)s of %(people)s in %(where)s: %(names)s."
        ),
        GRANT,
    ),
    ("right_must_change", "well"): Words(
        "WB-580", _WELL, gettext_noop("A change at the next sign-in can be required: %(where)s.")
    ),
    ("right_must_change", "missing"): Words(
        "WB-581",
        _FAULT,
        gettext_noop("The right to require a change at the next sign-in is missing: %(where)s."),
        GRANT,
    ),
    ("right_must_change", "unsaid"): Words(
        "WB-582",
        Health.UNKNOWN,
        gettext_noop(
            "The server does not say whether a change at the next sign-in can be required: "
            "%(where)s."
        ),
        _TRY,
    ),
    ("right_must_change", "some"): Words(
        "WB-583",
        _WARNING,
        gettext_noop(
            "The right to require a change at the next sign-in is missing for "
            "%(without)s of %(people)s in %(where)s: %(names)s."
        ),
        GRANT,
    ),
}
