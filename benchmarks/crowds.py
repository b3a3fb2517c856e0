"""Directory servers full of people, quickly: many entries are loaded past LDAP, by the servers' own
tools. Each crowd has a unit of its own, and a group for every two hundred of its people."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ldap3 import MODIFY_REPLACE

GROUP = 200  # people


def domain(size: int) -> str:
    """The domain of a crowd's user IDs."""
    return f"of{size}.bench.example"


def unit(server: Any, size: int) -> str:
    """Below which name a crowd is."""
    return f"ou=crowd{size},{server.base}"


def fill(server: Any, folder: Path, size: int) -> None:
    """Put so many people and their groups into a server that runs; ``folder`` is the server's."""
    file = folder / f"crowd{size}.ldif"
    is_ad = server.kind == "active_directory"
    entries = _for_active_directory(server, size) if is_ad else _for_openldap(server, size)
    file.write_text("\n\n".join(entries) + "\n")
    file.chmod(0o644)
    _load_samba(folder, file) if is_ad else _load_slapd(folder, file)
    file.unlink()


def touch(server: Any, size: int, every: int) -> int:
    """Change the telephone of one person in so many; returns of how many."""
    numbers = range(0, size, every)
    for number in numbers:
        name = f"{'cn' if server.kind == 'active_directory' else 'uid'}=p{number}of{size}"
        change = {"telephoneNumber": [(MODIFY_REPLACE, [f"+44 7700 9{number % 100_000:05}"])]}
        assert server.admin.modify(f"{name},{unit(server, size)}", change), server.admin.result
    return len(numbers)


def _for_openldap(server: Any, size: int) -> Iterator[str]:
    base = unit(server, size)
    yield f"dn: {base}\nobjectClass: organizationalUnit\nou: crowd{size}"
    for number in range(size):
        name = f"p{number}of{size}"
        yield (
            f"dn: uid={name},{base}\nobjectClass: inetOrgPerson\nuid: {name}\nsn: {name}\n"
            f"cn: Person {number}\nmail: {name}@{domain(size)}\nmobile: {_mobile(number)}"
        )
    for first in range(0, size, GROUP):
        numbers = range(first, min(first + GROUP, size))
        members = "\n".join(f"member: uid=p{number}of{size},{base}" for number in numbers)
        yield f"dn: cn=g{first}of{size},{base}\nobjectClass: groupOfNames\n{members}"


def _for_active_directory(server: Any, size: int) -> Iterator[str]:
    base = unit(server, size)
    yield f"dn: {base}\nobjectClass: organizationalUnit"
    for number in range(size):
        name = f"p{number}of{size}"
        yield (
            f"dn: cn={name},{base}\nobjectClass: user\nsAMAccountName: {name}\n"
            f"userAccountControl: 544\nuserPrincipalName: {name}@{domain(size)}\n"
            f"displayName: Person {number}\nmobile: {_mobile(number)}"
        )
    for first in range(0, size, GROUP):
        numbers = range(first, min(first + GROUP, size))
        members = "\n".join(f"member: cn=p{number}of{size},{base}" for number in numbers)
        yield (
            f"dn: cn=g{first}of{size},{base}\nobjectClass: group\n"
            f"sAMAccountName: g{first}of{size}\n{members}"
        )


def _load_slapd(folder: Path, file: Path) -> None:
    """Its database takes other processes; the files stay the server's own."""
    owner = (folder / "db").stat()
    command = ["/usr/sbin/slapadd", "-q", "-f", str(folder / "slapd.conf"), "-l", str(file)]
    _run(command, user=owner.st_uid, group=owner.st_gid)


def _load_samba(folder: Path, file: Path) -> None:
    database = str(folder / "private" / "sam.ldb")
    _run(["ldbadd", "-H", database, f"--configfile={folder}/smb.conf", str(file)], os.getuid())


def _run(command: list[str], user: int, group: int | None = None) -> None:
    done = subprocess.run(command, user=user, group=group, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{command[0]}: {done.stderr[-2000:]}")


def _mobile(number: int) -> str:
    return f"+44 7700 9{number % 100_000:05}"
