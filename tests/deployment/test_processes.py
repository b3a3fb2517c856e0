"""The whole of it, each part a process of its own, and somebody who forgot a password."""

import pytest

from tests.agent.conftest import slapd
from tests.agent.servers import BETTER, GOOD
from tests.deployment.processes import CONFIGURATION, Browser, Deployment
from tests.support.agent_process import AGENT_PASSWORD, AgentProcess, eventually
from tests.support.postbox import Postbox, serve

__all__ = ["slapd"]
MAILBOX = "rosa@elsewhere.example"
_PREPARE = """
from django.core.management import call_command
from accounts.client import Client
from accounts.people.models import Directory
from accounts.people.registry import Act
from writeback.channel import enrolment
call_command("collectstatic", "--noinput", verbosity=0)
call_command("directory", "apply", "{place}/corp.yaml", verbosity=0)
call_command("import", "users", "{place}/people.csv", verbosity=0)
call_command("import", "factors", "{place}/factors.csv", "--confirmed", verbosity=0)
directory = Directory.objects.get(name="Corp")
print(directory.pk, enrolment.invite(directory.pk, "{name}", Act(Client.nowhere()))[1])
"""
_CONFIRM = """
from accounts.client import Client
from accounts.people.models import Directory
from accounts.people.registry import Act
from writeback.channel import agents, enrolment
from writeback.models import Agent
directory = Directory.objects.get(name="Corp")
agents.listen()
agent = Agent.objects.in_directory(directory).get()
assert enrolment.fingerprint_of(agent) in '''{told}'''
assert enrolment.confirm(agent, Act(Client.nowhere()))
"""


@pytest.fixture
def postbox():
    box = Postbox()
    server = serve(box)
    yield box
    server.stop()


@pytest.fixture
def deployment(tmp_path, postbox):
    made = Deployment(tmp_path, postbox.port)
    yield made
    made.end()


class Corp:
    """As far as an agent's process asks: which directory it is."""

    def __init__(self, pk):
        self.pk = pk


@pytest.mark.timeout(240)
def test_a_forgotten_password_is_set_anew_through_all_processes(
    deployment, slapd, postbox, tmp_path
):
    """Web, worker, beat, two brokers, PostgreSQL, the agent and the directory server."""
    name = f"rosa{deployment.database.rpartition('_')[2]}"
    upn = f"{name}@corp.example"
    dn = slapd.make(name, GOOD)
    slapd.rename(dn, upn)
    deployment.manage("migrate", "--verbosity", "0")
    deployment.file("corp.yaml", CONFIGURATION)
    people = f"user_principal_name,display_name,source\n{upn},Rosa,synchronized\n"
    deployment.file("people.csv", people)
    factors = f"user_principal_name,method,value,confirmed\n{upn},alternate_email,{MAILBOX},true\n"
    deployment.file("factors.csv", factors)
    agent_name = f"north-{deployment.database.rpartition('_')[2]}"
    told = deployment.shell(_PREPARE.format(place=tmp_path, name=agent_name))
    pk, ticket = told.split()[-2:]
    agent = AgentProcess(Corp(int(pk)), slapd, tmp_path / "agent", agent_name)
    try:
        agent.run("keygen")
        said = agent.run("enrol", ticket)
        deployment.shell(_CONFIRM.format(told=said.strip()))
        agent.launch()
        deployment.start("web", "worker", "beat")
        eventually(deployment.is_ready, 60)
        eventually(deployment.has_heard_an_agent, 60)

        rosa = Browser(f"http://localhost:{deployment.port}")
        rosa.get("/reset/").post(username=upn)
        assert "/reset/method/" in rosa.address
        rosa.post(check="0")
        assert "/reset/code/" in rosa.address
        eventually(lambda: postbox.to(MAILBOX), 30)
        rosa.post(code=postbox.code(MAILBOX))
        assert "/reset/password/" in rosa.address
        rosa.post(new_password=BETTER).waits_for("/reset/done/")
        rosa.close()
        assert slapd.binds(dn, BETTER)
        assert not slapd.binds(dn, GOOD)
        for part in ("web", "worker", "beat"):
            log = (tmp_path / f"{part}.log").read_text()
            assert "Traceback" not in log, log
            assert BETTER not in log
        assert AGENT_PASSWORD not in agent.said()
    finally:
        agent.end()
