"""What is said of servers, their rules and the agent's own configuration."""

from writeback.agent.answers import Health
from writeback.agent.doctor.wording import Words, gettext_noop
from writeback.agent.doctor.words_of_people import GRANT

_WELL, _WARNING, _FAULT = Health.WELL, Health.WARNING, Health.FAULT

WORDS = {
    ("reachable", "well"): Words("WB-500", _WELL, gettext_noop("Server %(server)s answers.")),
    ("reachable", "silent"): Words(
        "WB-501",
        _FAULT,
        gettext_noop("Server %(server)s does not answer (%(error)s)."),
        gettext_noop(
            "Check LDAP_URLS, the name service and the firewalls between the agent and the server."
        ),
    ),
    ("certificate", "well"): Words(
        "WB-510",
        _WELL,
        gettext_noop("The certificate of server %(server)s is trusted and good until %(until)s."),
    ),
    ("certificate", "expires_soon"): Words(
        "WB-511",
        _WARNING,
        gettext_noop("The certificate of server %(server)s ends on %(until)s."),
        gettext_noop("Renew it before that day. From then on no password can be written."),
    ),
    ("certificate", "expired"): Words(
        "WB-512",
        _FAULT,
        gettext_noop("The certificate of server %(server)s is not valid today."),
        gettext_noop("Renew it, and check the clocks of the agent and the server."),
    ),
    ("certificate", "wrong_name"): Words(
        "WB-513",
        _FAULT,
        gettext_noop("The certificate of server %(server)s is made out to another name."),
        gettext_noop(
            "Name the server in LDAP_URLS as its certificate does, or add the name to it."
        ),
    ),
    ("certificate", "untrusted"): Words(
        "WB-514",
        _FAULT,
        gettext_noop(
            "The certificate of server %(server)s comes from an authority that the agent does not "
            "know."
        ),
        gettext_noop("Name the file with that authority’s certificate in LDAP_CA_FILE."),
    ),
    ("certificate", "no_tls"): Words(
        "WB-515",
        _FAULT,
        gettext_noop("Server %(server)s does not offer an encrypted connection."),
        gettext_noop("Give the server a certificate. Nothing is sent without encryption."),
    ),
    ("bind", "well"): Words(
        "WB-520", _WELL, gettext_noop("Server %(server)s lets the service account in.")
    ),
    ("bind", "refused"): Words(
        "WB-521",
        _FAULT,
        gettext_noop("Server %(server)s does not let the service account in."),
        gettext_noop(
            "Check LDAP_BIND_DN and LDAP_BIND_PASSWORD, and whether the account is locked, "
            "switched off or its password expired."
        ),
    ),
    ("bind", "silent"): Words(
        "WB-522",
        _FAULT,
        gettext_noop("Server %(server)s broke off while the service account signed in."),
        gettext_noop("Look into the server’s log."),
    ),
    ("base", "well"): Words("WB-525", _WELL, gettext_noop("People are found below %(base)s.")),
    ("base", "missing"): Words(
        "WB-526",
        _FAULT,
        gettext_noop("%(base)s is not there, or the service account may not read it."),
        gettext_noop("Check LDAP_BASE_DN, and let the service account read what is below it."),
    ),
    ("base", "empty"): Words(
        "WB-527",
        _WARNING,
        gettext_noop("Nobody is found below %(base)s."),
        gettext_noop("Check LDAP_BASE_DN, and let the service account read what is below it."),
    ),
    ("base", "limited"): Words(
        "WB-528",
        _FAULT,
        gettext_noop(
            "The server shows the service account only some of the people below %(base)s."
        ),
        gettext_noop(
            "Lift the limits of size and time for the service account. Without all people nothing "
            "is synchronized."
        ),
    ),
    ("clock", "well"): Words(
        "WB-530",
        _WELL,
        gettext_noop("The clocks of the agent and the server agree (%(seconds)s seconds apart)."),
    ),
    ("clock", "off"): Words(
        "WB-531",
        _WARNING,
        gettext_noop("The clocks of the agent and the server are %(seconds)s seconds apart."),
        gettext_noop(
            "Let both follow the same time service. Otherwise it is not always known whether an "
            "interrupted reset was done."
        ),
    ),
    ("clock", "unsaid"): Words(
        "WB-532",
        Health.UNKNOWN,
        gettext_noop("The server does not tell its time."),
        gettext_noop(
            "Let the service account read cn=Time,cn=Monitor, or see to it that both clocks follow "
            "the same time service."
        ),
    ),
    ("policy", "well"): Words(
        "WB-535",
        _WELL,
        gettext_noop("The password rules can be read (length at least %(min_length)s)."),
    ),
    ("policy", "unreadable"): Words(
        "WB-536",
        _FAULT,
        gettext_noop("The password rules cannot be read, so nobody can be told of them."),
        gettext_noop(
            "Let the service account read them. In OpenLDAP, LDAP_DEFAULT_POLICY_DN names them."
        ),
    ),
    ("policy", "no_resets"): Words(
        "WB-539",
        _FAULT,
        gettext_noop(
            "The password policy wants the old password at every change, so that none can be reset."
        ),
        gettext_noop("Set pwdSafeModify to FALSE in %(policy)s."),
    ),
    ("policy", "no_must_change"): Words(
        "WB-534",
        _WARNING,
        gettext_noop("The password policy lets people put off a change that is required of them."),
        gettext_noop("Set pwdMustChange to TRUE in %(policy)s."),
    ),
    ("policy", "granular_unreadable"): Words(
        "WB-537",
        _WARNING,
        gettext_noop("Fine-grained password policies cannot be read."),
        GRANT,
    ),
    ("policy", "granular"): Words(
        "WB-538", _WELL, gettext_noop("Fine-grained password policies can be read.")
    ),
    ("history", "well"): Words(
        "WB-540", _WELL, gettext_noop("The server refuses former passwords at a reset, too.")
    ),
    ("history", "not_enforced"): Words(
        "WB-541",
        _WARNING,
        gettext_noop("History is not enforced on reset by this server."),
        gettext_noop(
            "Somebody who resets a password may take a former one again. A domain controller of "
            "Windows Server 2016 or later enforces it; Samba does not."
        ),
    ),
    ("history", "not_kept"): Words(
        "WB-542", _WELL, gettext_noop("The directory keeps no former passwords.")
    ),
    ("lockout", "read"): Words(
        "WB-545",
        _WELL,
        gettext_noop("The directory locks an account after %(threshold)s wrong passwords."),
    ),
    ("lockout", "never"): Words(
        "WB-546", _WELL, gettext_noop("The directory never locks an account by itself.")
    ),
    ("lockout", "unsaid"): Words(
        "WB-547",
        Health.UNKNOWN,
        gettext_noop("The directory does not say after how many wrong passwords it locks."),
        gettext_noop("Let the service account read the password rules."),
    ),
    ("lockout", "well"): Words(
        "WB-548",
        _WELL,
        gettext_noop(
            "Signing in pauses after %(ours)s wrong passwords, long before the directory locks an "
            "account, after %(threshold)s."
        ),
    ),
    ("lockout", "too_high"): Words(
        "WB-549",
        _WARNING,
        gettext_noop(
            "Signing in pauses after %(ours)s wrong passwords, which is more than half of the "
            "%(threshold)s after which the directory locks an account."
        ),
        gettext_noop(
            "Let signing in pause at half of the directory’s number or below. Until then the agent "
            "holds back the other half, and people do not hear why."
        ),
    ),
    ("lockout", "at_once"): Words(
        "WB-544",
        _FAULT,
        gettext_noop(
            "The directory locks an account at the first wrong password, so the agent tries none: "
            "nobody can sign in here."
        ),
        gettext_noop("Let the directory lock after six wrong passwords or more."),
    ),
    ("account", "well"): Words(
        "WB-550", _WELL, gettext_noop("The service account has no more power than it needs.")
    ),
    ("account", "powerful"): Words(
        "WB-551",
        _WARNING,
        gettext_noop("The service account is an administrator of the directory."),
        gettext_noop(
            "Take an account of its own with the three delegated rights and no others "
            "(docs/writeback.md)."
        ),
    ),
    ("account", "unbound_by_rules"): Words(
        "WB-552",
        _WARNING,
        gettext_noop(
            "The service account has no entry: it looks like the root account, whom no rules bind."
        ),
        gettext_noop("Take an account with an entry and rights of its own."),
    ),
    ("account", "reads_hashes"): Words(
        "WB-553",
        _WARNING,
        gettext_noop("The service account can read password hashes."),
        gettext_noop("Grant it =w on userPassword in place of write: write includes reading."),
    ),
    ("account", "expires"): Words(
        "WB-554",
        _WARNING,
        gettext_noop("The password of the service account ends on %(until)s."),
        gettext_noop("Renew it in the directory and in LDAP_BIND_PASSWORD before that day."),
    ),
    ("brakes", "well"): Words(
        "WB-555", _WELL, gettext_noop("The agent writes only below: %(bases)s.")
    ),
    ("brakes", "outside"): Words(
        "WB-556",
        _FAULT,
        gettext_noop("%(base)s is outside of the base that people are looked for below."),
        gettext_noop("Name bases in AGENT_ALLOWED_BASES that lie below LDAP_BASE_DN."),
    ),
    ("brakes", "missing"): Words(
        "WB-557",
        _FAULT,
        gettext_noop("%(base)s, below which the agent may write, is not there."),
        gettext_noop("Correct AGENT_ALLOWED_BASES."),
    ),
}
