"""What Windows answers, simulated by a proxy.

The texts have the form that MS-ADTS and administrators' logs show: a code of eight digits, then
where in the server's source it was raised.
"""

from datetime import timedelta

import pytest

from tests.agent.faults import advertising, answering, hints_in, refusing
from tests.agent.places import BETTER, GOOD, refusal
from writeback.agent.answers import Away, Verdict
from writeback.agent.drivers.active_directory import POLICY_HINTS

SERVICE = "{}: SvcErr: DSID-031A12D2, problem 5003 (WILL_NOT_PERFORM), data 0\n"
ATTRIBUTE = (
    "{0}: AtrErr: DSID-03190F80, #1:\n\t0: {0}: DSID-03190F80, problem 1005 "
    "(CONSTRAINT_ATT_TYPE), data 0, Att 9005a (unicodePwd)\n"
)
SECURITY = "{}: SecErr: DSID-031A1190, problem 4003 (INSUFF_ACCESS_RIGHTS), data 0\n"
NAME = "0000208D: NameErr: DSID-03100245, problem 2001 (NO_OBJECT), data 0, best match of:\n\t''\n"
BIND = "80090308: LdapErr: DSID-0C090447, comment: AcceptSecurityContext error, data {}, v3839\0"


def simulated(title):
    return pytest.mark.behaviour(title, simulated=True)


@pytest.fixture
def dn(samba, name):
    return samba.make(name)


@pytest.fixture
def windows(samba, proxy_to):
    """The server, as Windows would look."""
    return proxy_to(samba, search=advertising(POLICY_HINTS, "1.2.840.113556.1.4.319"))


@pytest.fixture
def driver(samba, windows, through):
    return through(samba, windows)


@simulated("Where policy hints are advertised, a reset sends them so that none may overlook them")
def test_hints_are_sent(samba, windows, driver, anchor, dn):
    sent = []

    def noting(message, forward):
        sent.append(hints_in(message))
        return refusing(53, "")(message, forward)

    windows.faults["modify"] = noting
    assert driver.rules(driver.account(anchor)).history_on_reset == 5  # so that it is told before
    driver.reset(anchor, BETTER)
    assert sent == [b"\x30\x03\x02\x01\x01"]
    assert samba.binds(dn, BETTER)


@simulated("A change and an unlock need no policy hints")
def test_no_hints(windows, driver, anchor):
    sent = []

    def noting(message, forward):
        sent.append(hints_in(message))
        return forward(message)

    windows.faults["modify"] = noting
    driver.change(anchor, BETTER, current=GOOD)
    driver.unlock(anchor)
    assert sent == [b"", b""]


@simulated("A reset refused with 53, 0000052D: of the readable rules, the one that is broken")
@pytest.mark.parametrize(
    ("password", "reason"),
    [("Aa1-short", "too_short"), ("alllowercaseletters", "complexity")],
)
def test_refused_without_saying_why(samba, windows, driver, anchor, dn, password, reason):
    windows.faults["modify"] = refusing(53, SERVICE.format("0000052D"))
    assert refusal(driver.reset, anchor, password).code == reason
    assert samba.binds(dn, GOOD)


@simulated("The account's own name within a password, refused with 53, 0000052D, is told as that")
def test_own_name(windows, driver, anchor, name):
    windows.faults["modify"] = answering(53, SERVICE.format("0000052D"))
    assert refusal(driver.reset, anchor, f"Kettle-17-{name}").code == "complexity"


@simulated("A reset refused with 53, 0000052D, that breaks no readable rule: not guessed")
def test_not_guessed(samba, windows, driver, anchor):
    """History, or a filter of the organisation's own: nobody outside can tell."""
    samba.policy(min_age=timedelta(hours=24))
    windows.faults["modify"] = answering(53, SERVICE.format("0000052D"))
    refused = refusal(driver.reset, anchor, BETTER)
    assert (refused.code, refused.until) == ("policy", None)


@simulated("A change refused with 19, 0000052D, within the least age: too young, till when")
def test_too_young(samba, windows, driver, anchor):
    samba.policy(min_age=timedelta(hours=24))
    windows.faults["modify"] = answering(19, ATTRIBUTE.format("0000052D"))
    refused = refusal(driver.change, anchor, BETTER, current=GOOD)
    assert refused.code == "too_young"
    assert refused.until


@simulated("A change refused with 00000056: the current password is wrong")
@pytest.mark.parametrize("told", [ATTRIBUTE.format("00000056"), ATTRIBUTE.format("80070056")])
def test_wrong_current(windows, driver, anchor, told):
    windows.faults["modify"] = answering(19, told)
    assert refusal(driver.change, anchor, BETTER, current=GOOD).code == "wrong_current"


@simulated("A change refused with 00000775: the account is locked")
@pytest.mark.parametrize("code", [19, 53])
def test_locked(windows, driver, anchor, code):
    windows.faults["modify"] = answering(code, SERVICE.format("00000775"))
    assert refusal(driver.change, anchor, BETTER, current=GOOD).code == "locked"


@simulated("A reset refused with 50, 00000005: no right (AdminSDHolder, or no delegation)")
@pytest.mark.parametrize("told", [SECURITY.format("00000005"), SECURITY.format("00002098")])
def test_no_right(windows, driver, anchor, told):
    windows.faults["modify"] = answering(50, told)
    assert refusal(driver.reset, anchor, BETTER).code == "no_right"
    assert refusal(driver.unlock, anchor).code == "no_right"


@simulated("A change refused with 50: the person may not change it")
def test_may_not_change(windows, driver, anchor):
    windows.faults["modify"] = answering(50, SECURITY.format("00000005"))
    assert refusal(driver.change, anchor, BETTER, current=GOOD).code == "may_not_change"


@simulated("A write refused with 32, 0000208D: the account is gone")
def test_gone(windows, driver, anchor):
    windows.faults["modify"] = answering(32, NAME)
    assert refusal(driver.reset, anchor, BETTER).code == "gone"


@simulated("A write refused with 53, 0000001F (a connection not safe enough): refused, not guessed")
def test_not_safe(windows, driver, anchor):
    windows.faults["modify"] = answering(53, SERVICE.format("0000001F"))
    assert refusal(driver.reset, anchor, BETTER).code == "refused"


@simulated("A write answered with busy or unavailable (51, 52): away, nothing was done")
@pytest.mark.parametrize("code", [51, 52])
def test_busy(samba, windows, driver, anchor, dn, code):
    windows.faults["modify"] = answering(
        code, "00002024: SvcErr: DSID-02050A5B, problem 5001 (BUSY)"
    )
    with pytest.raises(Away):
        driver.reset(anchor, BETTER)
    assert samba.binds(dn, GOOD)


@simulated("Each sub-code of a refused bind: wrong, locked, must change, expired, disabled, over")
@pytest.mark.parametrize(
    ("data", "verdict"),
    [
        ("52e", Verdict.WRONG),
        ("525", Verdict.WRONG),
        ("775", Verdict.LOCKED),
        ("773", Verdict.MUST_CHANGE),
        ("532", Verdict.EXPIRED),
        ("533", Verdict.DISABLED),
        ("701", Verdict.DISABLED),
        ("530", Verdict.DISABLED),
        ("531", Verdict.DISABLED),
    ],
)
def test_sub_codes(windows, driver, anchor, data, verdict):
    assert driver.account(anchor)
    windows.faults["bind"] = answering(49, BIND.format(data))
    assert driver.verify(anchor, GOOD) is verdict


@simulated("A bind refused for another reason (1, 8, 53, 80): away, never a wrong password")
@pytest.mark.parametrize("code", [1, 8, 53, 80])
def test_other_binds(windows, driver, anchor, code):
    assert driver.account(anchor)
    windows.faults["bind"] = answering(code, "00002028: LdapErr: DSID-0C090259, comment: …")
    with pytest.raises(Away):
        driver.verify(anchor, GOOD)
