"""Reading what changed in a real directory server."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from tests.agent.own_unit import OwnUnit
from writeback.agent.answers import Away, Refused
from writeback.agent.drivers import active_directory_changes as ad_changes
from writeback.agent.drivers import openldap_changes, reading
from writeback.agent.drivers.base import GroupPart, Mark, Person, Present


@pytest.fixture
def place(server):
    made = OwnUnit(server)
    yield made
    made.clear()


@pytest.fixture
def read(place, driver_of):
    """Reads since a mark: people and groups by name, who is there, and the mark."""
    driver = driver_of(place.server, place.settings)

    def all_of(mark=""):
        items = list(driver.changes(mark))
        assert isinstance(items[-1], Mark)
        return Told(place, items)

    return all_of


class Told:
    def __init__(self, place, items):
        short = f".{place.mark}"
        self.people = {
            one.account_name.removesuffix(short): one for one in items if isinstance(one, Person)
        }
        self.groups: dict[str, set[str]] = {}
        for part in items:
            if isinstance(part, GroupPart):
                found = self.groups.setdefault(part.name.removesuffix(short), set())
                found |= ids(part.members)
        self.present = {
            one for item in items if isinstance(item, Present) for one in ids(item.anchors)
        }
        self.mark, self.whole = items[-1].text, items[-1].whole


def ids(packed):
    return {str(UUID(bytes=packed[at : at + 16])) for at in range(0, len(packed), 16)}


def test_everybody_is_told_first_and_then_what_changed(place, read):
    ada = place.person("ada", mobile="+44 7700 900123", telephoneNumber="+49 30 23125 100")
    place.person("ben")
    first = read()
    assert first.whole
    assert set(first.people) == {"ada", "ben"}
    told = first.people["ada"]
    assert (told.user_principal_name, told.enabled) == (place.upn("ada"), True)
    assert told.attributes["mobile"] == "+44 7700 900123"
    assert told.attributes["office_phone"] == "+49 30 23125 100"
    place.server.put(ada, displayName="Ada L.")
    then = read(first.mark)
    assert not then.whole
    assert then.people["ada"].display_name == "Ada L."
    assert then.present >= {told.anchor, first.people["ben"].anchor}


def test_a_move_and_a_new_name_keep_the_anchor(place, read):
    ada = place.person("ada")
    first = read()
    moved = place.move(ada)
    place.sign_in_name(moved, f"countess.{place.mark}@corp.example")
    then = read(first.mark)
    (person,) = [one for one in then.people.values() if one.anchor == first.people["ada"].anchor]
    assert person.user_principal_name == f"countess.{place.mark}@corp.example"


def test_who_was_deleted_is_not_there(place, read):
    ada = place.person("ada")
    place.person("ben")
    first = read()
    place.delete(ada)
    then = read(first.mark)
    assert first.people["ada"].anchor not in then.present
    assert first.people["ben"].anchor in then.present
    assert "ada" not in read().people


def test_who_was_disabled_is_told_so_and_back(place, read):
    ada = place.person("ada")
    first = read()
    place.disable(ada)
    then = read(first.mark)
    assert not then.people["ada"].enabled
    place.enable(ada)
    assert read(then.mark).people["ada"].enabled


def test_an_account_whose_time_is_over_is_disabled(samba, driver_of):
    place = OwnUnit(samba)
    place.person("ada", accountExpires="116444736000000000")
    items = list(driver_of(samba, place.settings).changes(""))
    place.clear()
    assert [one.enabled for one in items if isinstance(one, Person)] == [False]


def test_groups_tell_people_and_groups_by_their_anchors(place, read):
    ada, ben = place.person("ada"), place.person("ben")
    inner = place.group("inner", ada)
    place.group("outer", inner, ben)
    first = read()
    anchors = {name: one.anchor for name, one in first.people.items()}
    assert first.groups["inner"] == {anchors["ada"]}
    assert len(first.groups["outer"]) == 2
    assert anchors["ben"] in first.groups["outer"]
    place.put_into(inner, ben)
    place.take_out(inner, ada)
    assert read(first.mark).groups["inner"] == {anchors["ben"]}


@pytest.mark.parametrize("step", [1, 2, 3, 5, 7])
def test_members_are_read_step_by_step(samba, driver_of, monkeypatch, step):
    """Windows shows 1500 at once: the rest would be taken for gone."""
    monkeypatch.setattr(ad_changes, "_STEP", step)
    place = OwnUnit(samba)
    members = [place.person(f"p{n}") for n in range(5)]
    place.group("many", *members)
    parts = [
        one
        for one in driver_of(samba, place.settings).changes("")
        if isinstance(one, GroupPart) and one.name.startswith("many")
    ]
    place.clear()
    assert len({one for part in parts for one in ids(part.members)}) == 5
    assert len(parts) == -(-5 // step)


def test_a_primary_group_has_those_who_name_it(samba, driver_of):
    """A domain's usual group lists nobody: its members name it."""
    place = OwnUnit(samba)
    ada = place.person("ada")
    group = place.group("crew", ada)
    samba.admin.search(group, "(objectClass=*)", "BASE", attributes=["objectSid"])
    rid = samba._sid(group).rpartition("-")[2]
    samba.put(ada, primaryGroupID=rid)
    told = Told(place, list(driver_of(samba, place.settings).changes("")))
    place.clear()
    assert told.groups["crew"] == {told.people["ada"].anchor}
    assert told.people["ada"].primary


def test_the_other_kinds_of_groups_are_read(slapd, driver_of):
    place = OwnUnit(slapd)
    ada = place.person("ada")
    account = {"uidNumber": "1", "gidNumber": "77", "homeDirectory": "/"}
    place.person("ben", kinds=["posixAccount"], **account)
    add = slapd.admin.add
    add(place.dn("unique", kind="cn"), "groupOfUniqueNames", {"uniqueMember": ada.upper()})
    add(
        place.dn("posix", kind="cn"),
        "posixGroup",
        {"gidNumber": "77", "memberUid": f"ada.{place.mark}"},
    )
    told = Told(place, list(driver_of(slapd, place.settings).changes("")))
    place.clear()
    ada_is, ben_is = (told.people[name].anchor for name in ("ada", "ben"))
    assert told.groups == {"unique": {ada_is}, "posix": {ada_is, ben_is}}
    assert told.people["ben"].primary


def test_pages_are_followed_to_the_end(place, read, monkeypatch):
    """RFC 2696; also where a group's other members are asked for between two pages."""
    monkeypatch.setattr(reading.paged, "__kwdefaults__", {"size": 2, "controls": ()})
    monkeypatch.setattr(openldap_changes, "_FEW", 1)
    people = [place.person(f"p{n}") for n in range(5)]
    for n in range(3):
        place.group(f"g{n}", *people)
    first = read()
    assert len(first.people) == 5
    assert [len(first.groups[f"g{n}"]) for n in range(3)] == [5, 5, 5]
    assert len(read(first.mark).present) == 8


def test_a_mark_of_another_server_or_settings_is_worth_nothing(place, read, driver_of):
    """Each domain controller counts for itself: after a failover all is read."""
    place.person("ada")
    mark = read().mark
    other = f"{'0' * 16}:{mark.partition(':')[2]}"
    for text in (other, "nonsense", f"{mark}0000000000000000000000", ""):
        assert read(text).whole
    elsewhere = replace(place.settings, mail_attribute="info")
    *_items, end = driver_of(place.server, elsewhere).changes(mark)
    assert end.whole


def test_our_own_account_is_nobody(samba, driver_of):
    settings = replace(samba.settings, base_dn=f"OU=Service,{samba.base}")
    by_name = replace(settings, bind_dn=f"sspr@{samba.env['DOMAIN']}")
    for one in (settings, by_name):
        items = driver_of(samba, one).changes("")
        assert not [item for item in items if isinstance(item, Person)]


def test_a_server_that_shows_only_some_is_refused(slapd, driver_of):
    """An entry that is not shown is not gone."""
    place = OwnUnit(slapd)
    for n in range(3):
        place.person(f"p{n}")
    limited = replace(place.settings, bind_dn=slapd.env["LIMITED"])
    with pytest.raises(Refused) as refused:
        list(driver_of(slapd, limited).changes(""))
    place.clear()
    assert refused.value.code == "limited"


def test_a_base_that_is_not_there_is_refused(place, driver_of):
    settings = replace(place.settings, base_dn=f"OU=nowhere,{place.base}")
    with pytest.raises(Refused) as refused:
        list(driver_of(place.server, settings).changes(""))
    assert refused.value.code == "no_base"


def test_an_outage_in_the_middle_is_an_outage(place, driver_of, monkeypatch):
    """P-C50: what was not heard is not gone."""
    place.person("ada")
    driver = driver_of(place.server, place.settings)
    opened, new = [], driver._connections._new

    def remembered(*values):
        opened.append(new(*values))
        return opened[-1]

    monkeypatch.setattr(driver._connections, "_new", remembered)
    items = driver.changes("")
    next(items)
    opened[0].socket.close()
    with pytest.raises(Away):
        list(items)


def test_nobody_reads_under_an_account_that_is_not_let_in(place, driver_of):
    driver = driver_of(place.server, replace(place.settings, bind_password=str(uuid4())))
    with pytest.raises(Away):
        list(driver.changes(""))


@pytest.mark.parametrize(
    ("newest", "place"),
    [(990, 990), (-9000, 1000 - 3600), (1299, 1299), (10**9, 1000 + 300)],
)
def test_a_quiet_server_and_a_wrong_clock_are_both_read_on(newest, place):
    """An entry of the next century must not hide every change of this one."""
    assert openldap_changes.place_after(newest, began=1000) == place
