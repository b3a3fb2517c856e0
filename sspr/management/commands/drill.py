"""Attack a server of one's own, and print what held. docs/drill.md."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from django.core.management.base import BaseCommand, CommandError

from sspr.drill.attacks import ATTACKS
from sspr.drill.registry import Finding, Verdict, run
from sspr.drill.stranger import Target

MOST = 500  # requests
NOT_YOURS = (
    "This sends some hundred attacks to {url}. Where it is yours, or its owner has agreed in "
    "writing, say so with --yes-i-own-this."
)


class Command(BaseCommand):
    help = "Attack a server you own, over HTTP, as a stranger would, and print what held."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("url", help="of the server, such as https://password.corp.example")
        parser.add_argument("--yes-i-own-this", action="store_true", help="begin")
        parser.add_argument(
            "--name", default="", help="the user ID of a test account of yours; it will be paused"
        )
        parser.add_argument(
            "--most", type=int, default=MOST, metavar="N", help="requests, at most; %(default)s"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, url: str, **options: Any) -> None:
        target = Target(_server(url), options["name"], options["most"])
        if not options["yes_i_own_this"]:
            raise CommandError(NOT_YOURS.format(url=target.url))
        findings = []
        for finding in run(ATTACKS, target):
            findings.append(finding)
            if not options["json"]:
                self.stdout.write(_line(finding))
        self._close(target, findings, options["json"])

    def _close(self, target: Target, findings: list[Finding], as_json: bool) -> None:
        if as_json:
            document = {"url": target.url, "requests": target.sent}
            told = [asdict(finding) for finding in findings]
            self.stdout.write(json.dumps({**document, "findings": told}, indent=2))
        else:
            self.stdout.write(f"{target.sent} requests were sent.")
        if any(finding.verdict is Verdict.BROKEN for finding in findings):
            raise SystemExit(1)


def _server(url: str) -> str:
    """Scheme and host alone. Raises CommandError for anything else."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
        raise CommandError("Give the address of a server: https://… or http://…")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise CommandError("Give the address of the server alone, without a path.")
    return f"{parts.scheme}://{parts.netloc}"


def _line(finding: Finding) -> str:
    numbers = ", ".join(finding.numbers)
    why = f": {finding.why}" if finding.why else ""
    return f"{finding.verdict.value:19} {finding.attack} ({numbers}){why}"
