"""``python -m writeback.agent …``: what an agent needs before it starts."""

import os
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import redis

from writeback.agent import home
from writeback.agent.broker import APPLICATION_KEPT, Address, Names
from writeback.agent.doctor import console
from writeback.agent.messages import Malformed
from writeback.agent.notes import Application, Ticket, hexed, public_key
from writeback.agent.sealing import seal
from writeback.agent.settings import WrongSettings

_HELP = """\
usage: python -m writeback.agent COMMAND

  keygen        make the agent's keys in AGENT_STATE_DIR, once, and show their fingerprint
  fingerprint   show the fingerprint again, to compare it with what the portal shows
  enrol         read the ticket that the portal gave from standard input, and apply with it
  check [WHOM]  examine the directory server; or whether somebody, by name, or everybody in a
                unit, by its DN, can be served
"""


def main(arguments: list[str], environment: Mapping[str, str]) -> int:
    """Returns the exit status; says what is wrong on standard error."""
    commands: dict[str, Callable[[Mapping[str, str]], str]] = {
        "keygen": _keygen,
        "fingerprint": _fingerprint,
        "enrol": _enrol,
    }
    if arguments[:1] == ["check"] and len(arguments) <= 2:
        return console.main("".join(arguments[1:]), environment)
    if len(arguments) != 1 or arguments[0] not in commands:
        sys.stderr.write(_HELP)
        return 2
    try:
        sys.stdout.write(commands[arguments[0]](environment) + "\n")
    except (WrongSettings, Malformed) as fault:
        sys.stderr.write(f"{fault}\n")
        return 1
    except (redis.RedisError, OSError) as error:
        sys.stderr.write(f"The broker cannot be reached ({type(error).__name__}).\n")
        return 1
    return 0


def _keygen(environment: Mapping[str, str]) -> str:
    own = home.from_environment(environment)
    own.generate()
    return _identity(own)


def _fingerprint(environment: Mapping[str, str]) -> str:
    return _identity(home.from_environment(environment))


def _identity(own: home.Home) -> str:
    return f"public key:  {hexed(own.signing().verify_key)}\nfingerprint: {own.fingerprint()}"


def _enrol(environment: Mapping[str, str]) -> str:
    own = home.from_environment(environment)
    signing, opening = own.signing(), own.opening()[0].public_key
    address = Address.from_environment(environment)
    ticket = Ticket.read(sys.stdin.readline())
    application = Application(
        agent=ticket.agent,
        directory=ticket.directory,
        code=ticket.code,
        signer=hexed(signing.verify_key),
        opening=hexed(opening),
        sent_at=datetime.now(UTC),
    )
    box = seal(application.encoded(), to=public_key(ticket.opening), by=signing)
    names = Names(ticket.directory, ticket.agent)
    address.client(timeout=5).set(
        names.application, bytes(signing.verify_key) + box, ex=APPLICATION_KEPT
    )
    own.take_on(ticket)
    return (
        f"Applied as {ticket.agent}. Compare this fingerprint with the one the portal shows,\n"
        f"and confirm it there: {own.fingerprint()}"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
