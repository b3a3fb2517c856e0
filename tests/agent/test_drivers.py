"""Finding people, and setting, changing and unlocking"""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.agent.places import BEST, BETTER, GOOD, refusal
from writeback.agent.answers import Away, Verdict
from writeback.agent.drivers.connections import NoRight

NOBODY = str(uuid.UUID(int=7))


@pytest.mark.behaviour(
    "Somebody is found by account name, with the domain before it, and by mail, in capitals, too"
)
def test_somebody_is_found_by_each_of_their_names(server, driver, name, dn):
    names = [name, f"CORP\\{name}", f"{name}@mail.example", name.upper()]
    if server.kind == "active_directory":
        names.append(f"{name}@{server.env['DOMAIN']}")
    found = {driver.find(one).anchor for one in names}
    assert len(found) == 1
    assert driver.account(found.pop()).dn == dn


@pytest.mark.behaviour(
    "Stars, brackets, backslashes, NUL and endless names are looked for as they are, and are nobody"
)
@pytest.mark.parametrize(
    "typed",
    [
        "*",
        "ada*",
        "",
        "\\",
        "nobody",
        ")(uid=*",
        "a)(|(uid=*",
        "\x00",
        "a\\2a",
        "x" * 10_000,
        "ä" * 300,
    ],
)
def test_nothing_typed_gets_out_of_its_filter(driver, anchor, typed):
    """S-C30, P-C31: what is typed is looked for as it is, and found to be nobody."""
    assert driver.find(typed) is None


@pytest.mark.behaviour("A name that fits two is refused")
def test_a_name_of_two_is_refused(server, driver, name, dn):
    """P-C14."""
    second = server.make(f"{name}b")
    server.put(second, mail=f"{name}@mail.example")
    assert refusal(driver.find, f"{name}@mail.example").code == "ambiguous"


@pytest.mark.behaviour("A reset sets the new password; the old one ends")
def test_a_reset_sets_the_password_and_the_old_one_ends(server, driver, dn, anchor):
    """P-C52."""
    driver.reset(anchor, BETTER)
    assert server.binds(dn, BETTER)
    assert not server.binds(dn, GOOD)


@pytest.mark.behaviour(
    "Umlauts, emoji, quotes, backslashes and blanks at both ends arrive exactly as typed"
)
@pytest.mark.parametrize(
    "password",
    [
        "Grüße-über-Straße-17",
        "Kettle 🫖 Orbit 17 Ж",
        'Quote"Back\\Slash-17',
        "Aa1-" + "k" * 251,
        "  Blank-around-17  ",
        "Kettle\u0301-Orbit-17-é",
    ],
)
def test_a_password_arrives_exactly_as_typed(server, driver, dn, anchor, password):
    driver.reset(anchor, password)
    assert server.binds(dn, password)
    assert driver.verify(anchor, password) is Verdict.RIGHT
    assert driver.verify(anchor, password.strip()[:-1]) is Verdict.WRONG


@pytest.mark.behaviour("A reset to a short password is refused for that")
def test_a_short_password_is_refused_for_being_short(server, driver, dn, anchor):
    assert refusal(driver.reset, anchor, "Aa1-short").code == "too_short"
    assert server.binds(dn, GOOD)


@pytest.mark.behaviour(
    "A change with a wrong current password is refused for that; with the right one it is done"
)
def test_a_change_needs_the_current_password(server, driver, dn, anchor):
    assert refusal(driver.change, anchor, BETTER, current="Wrong-Kettle-17").code == "wrong_current"
    assert server.binds(dn, GOOD)
    driver.change(anchor, BETTER, current=GOOD)
    assert server.binds(dn, BETTER)
    assert not server.binds(dn, GOOD)


@pytest.mark.behaviour("A change to a former or to the current password is refused for that")
def test_a_change_to_a_former_password_is_refused_for_that(driver, anchor):
    driver.change(anchor, BETTER, current=GOOD)
    assert refusal(driver.change, anchor, GOOD, current=BETTER).code == "in_history"
    assert refusal(driver.change, anchor, BETTER, current=BETTER).code == "in_history"
    driver.change(anchor, BEST, current=BETTER)


@pytest.mark.behaviour("A change too soon is refused for that, with the moment when it will work")
def test_a_change_too_soon_says_when_it_will_work(server, driver, anchor):
    driver.change(anchor, BETTER, current=GOOD)
    server.policy(min_age=timedelta(hours=24), lockout=0)
    refused = refusal(driver.change, anchor, BEST, current=BETTER)
    assert refused.code == "too_young"
    assert refused.until
    left = refused.until - datetime.now(UTC)
    assert timedelta(hours=23, minutes=50) < left <= timedelta(hours=24, minutes=1)


@pytest.mark.behaviour("A change to a short password is refused for that")
def test_a_change_to_a_short_password_is_refused_for_that(driver, anchor):
    assert refusal(driver.change, anchor, "Aa1-short", current=GOOD).code == "too_short"


@pytest.mark.behaviour("An empty password is wrong and is never sent")
def test_an_empty_password_is_wrong_and_never_sent(driver, anchor):
    """P-C29: a server takes an empty password for nobody's, and lets nobody in."""
    assert driver.verify(anchor, "") is Verdict.WRONG


@pytest.mark.behaviour("A right password is told from a wrong one, and from nobody's")
def test_a_right_and_a_wrong_password(driver, anchor):
    assert driver.verify(anchor, GOOD) is Verdict.RIGHT
    assert driver.verify(anchor, GOOD.lower()) is Verdict.WRONG
    assert driver.verify(NOBODY, GOOD) is Verdict.WRONG


@pytest.mark.behaviour(
    "A locked account is told as that; an unlock lifts it and leaves the password"
)
def test_too_many_wrong_passwords_lock_and_an_unlock_lifts_that(server, driver, dn, anchor):
    server.policy(min_age=timedelta(), lockout=3)
    server.lock(dn, 3)
    assert driver.verify(anchor, GOOD) is Verdict.LOCKED
    assert driver.account(anchor).locked
    assert not server.binds(dn, GOOD)
    driver.unlock(anchor)
    assert not driver.account(anchor).locked
    assert server.binds(dn, GOOD)


@pytest.mark.behaviour("An unlock of what is not locked does no harm")
def test_an_unlock_of_what_is_not_locked_does_no_harm(server, driver, dn, anchor):
    driver.unlock(anchor)
    assert server.binds(dn, GOOD)


@pytest.mark.behaviour("A reset lifts a lock")
def test_a_reset_lifts_the_lock(server, driver, dn, anchor):
    server.policy(min_age=timedelta(), lockout=3)
    server.lock(dn, 3)
    driver.reset(anchor, BETTER)
    assert not driver.account(anchor).locked
    assert server.binds(dn, BETTER)


@pytest.mark.behaviour(
    "A password that must be changed is told as right and due, and can be changed"
)
def test_a_password_that_must_be_changed_is_right_and_due(server, driver, anchor, dn):
    server.require_change(dn)
    assert driver.verify(anchor, GOOD) is Verdict.MUST_CHANGE
    assert driver.account(anchor).must_change
    driver.change(anchor, BETTER, current=GOOD)
    assert driver.verify(anchor, BETTER) is Verdict.RIGHT


@pytest.mark.behaviour("A reset may ask for a change at the next sign-in")
def test_a_reset_may_ask_for_a_change(server, driver, anchor):
    driver.reset(anchor, BETTER, must_change=True)
    assert driver.verify(anchor, BETTER) is Verdict.MUST_CHANGE


@pytest.mark.behaviour("Somebody renamed and moved is still the same account")
def test_somebody_renamed_and_moved_is_still_the_same(server, driver, dn, anchor):
    server.move(dn)
    moved = driver.account(anchor)
    assert moved.dn != dn
    driver.reset(anchor, BETTER)
    assert server.binds(moved.dn, BETTER)
    server.admin.delete(moved.dn)


@pytest.mark.behaviour("Somebody deleted is gone for every verb")
def test_somebody_deleted_is_gone(server, driver, dn, anchor):
    server.admin.delete(dn)
    assert driver.account(anchor) is None
    assert refusal(driver.reset, anchor, BETTER).code == "gone"
    assert refusal(driver.unlock, anchor).code == "gone"
    assert refusal(driver.change, anchor, BETTER, current=GOOD).code == "gone"
    assert driver.verify(anchor, GOOD) is Verdict.WRONG


@pytest.mark.behaviour("The rules in force are read: length, history, age, lockout")
def test_the_rules_in_force_are_read(server, driver, anchor):
    server.policy(min_length=9, history=7, min_age=timedelta(hours=2), lockout=5)
    rules = driver.rules(driver.account(anchor))
    assert (rules.min_length, rules.history, rules.lockout_threshold) == (9, 7, 5)
    assert rules.min_age == timedelta(hours=2)
    assert rules.max_age == timedelta(days=90)


@pytest.mark.behaviour("When the password was changed and when it expires are told")
def test_age_and_expiry_are_told(driver, anchor):
    account = driver.account(anchor)
    assert abs(datetime.now(UTC) - account.password_changed_at) < timedelta(minutes=5)
    assert account.password_expires_at - account.password_changed_at == timedelta(days=90)


def test_our_own_account_is_left_alone(server, driver):
    own = driver.find("sspr") if server.kind == "active_directory" else None
    if own:
        assert refusal(driver.reset, own.anchor, BETTER).code == "protected"
        assert refusal(driver.unlock, own.anchor).code == "protected"
    assert driver.find("cn=sspr") is None


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"urls": ("ldaps://127.0.0.1:9",)}, Away),
        ({"ca_file": ""}, Away),
        ({"bind_password": "wrong"}, NoRight),
    ],
)
def test_a_server_that_cannot_be_asked_is_away(server, driver_of, anchor, change, problem):
    """P-C50: an outage is no wrong password."""
    driver = driver_of(server, replace(server.settings, **change))
    with pytest.raises(problem):
        driver.verify(anchor, GOOD)
    with pytest.raises(problem):
        driver.reset(anchor, BETTER)


@pytest.mark.behaviour("A search that fails is an outage and knows nobody's end")
def test_a_server_that_cannot_say_is_away_and_knows_nobody_not(server, driver_of):
    """P-C50: no account is taken for gone because a search failed."""
    with pytest.raises(Away):
        driver_of(server, replace(server.settings, base_dn="no name")).find("anybody")


def test_a_connection_that_breaks_while_reading_is_an_outage(server, driver):
    def read():
        with driver._connections.service() as connection:
            connection.socket.close()
            connection.search(server.base, "(objectClass=*)", attributes=["1.1"])

    with pytest.raises(Away):
        read()
    assert driver.find("nobody") is None


def test_the_next_server_steps_in(server, driver_of, dn, anchor):
    urls = ("ldaps://127.0.0.1:9", *server.settings.urls)
    driver = driver_of(server, replace(server.settings, urls=urls))
    driver.reset(anchor, BETTER)
    assert server.binds(dn, BETTER)


@pytest.mark.behaviour("On the plain port TLS is begun before anything is sent (StartTLS)")
def test_a_plain_address_is_turned_into_tls_first(server, driver_of, anchor):
    driver = driver_of(server, replace(server.settings, urls=(server.env["PLAIN_URL"],)))
    assert driver.verify(anchor, GOOD) is Verdict.RIGHT


def test_a_name_that_is_not_on_the_certificate_is_not_believed(slapd, driver_of):
    """The library's default verifies nothing."""
    port = slapd.env["URL"].rpartition(":")[2]
    other = (f"ldaps://127.0.0.2:{port}", f"ldaps://localhost.localdomain:{port}")
    for url in other:
        with pytest.raises(Away):
            driver_of(slapd, replace(slapd.settings, urls=(url,))).find("anybody")
