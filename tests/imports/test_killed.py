"""A run that is killed in the middle of a batch."""

import os
import subprocess
import sys

import pytest
from django.conf import settings as django_settings
from django.db import connection

from accounts.audit.models import AuditRecord, UnsealedRecord
from registration.models import Coverage, Factor
from sspr.imports.factors import Factors
from tests import cast
from tests.imports.conftest import FACTORS, Import, results_of

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

AT_ONCE, BATCHES = 2, 3
CHILD = f"""
import sys, time
import django
django.setup()
from django.core.management import call_command
from sspr.imports.factors import Factors
Factors.at_once = lambda self, header: {AT_ONCE}
write, begun = Factors.write, []
def write_and_stand_still(self, plans):
    write(self, plans)
    begun.append(plans)
    if len(begun) == 2:
        print("written, not committed", flush=True)
        time.sleep(60)
Factors.write = write_and_stand_still
call_command("import", "factors", sys.argv[1])
"""


def killed_in_the_second_batch(path) -> None:
    values = connection.settings_dict
    environment = os.environ | {
        "DATABASE_URL": "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**values),
        "DJANGO_SETTINGS_MODULE": "sspr.settings",
    }
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(path)],
        cwd=django_settings.BASE_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    with child:
        assert child.stdout
        told = child.stdout.readline()
        child.kill()
    assert told == "written, not committed\n"


def counts(corp) -> tuple[int, int, int, int]:
    imported = AuditRecord.objects.filter(kind="registration.factor_imported")
    return (
        Factor.objects.in_directory(corp).count(),
        Coverage.objects.in_directory(corp).count(),
        imported.count(),
        UnsealedRecord.objects.filter(record__in=imported).count(),
    )


def test_the_same_command_goes_on_where_a_killed_one_was(
    corp, tmp_path, import_file: Import, monkeypatch
):
    people = [cast.make_user(f"p{n}", directory=corp) for n in range(AT_ONCE * BATCHES)]
    lines = [f"{p.user_principal_name},alternate_email,{p.pk}@home.example" for p in people]
    path = tmp_path / "factors.csv"
    path.write_text("\n".join([FACTORS, *lines]))

    killed_in_the_second_batch(path)
    assert counts(corp) == (AT_ONCE,) * 4
    assert list(results_of(tmp_path / "factors.results.csv")) == [2, 3]

    monkeypatch.setattr(Factors, "at_once", lambda self, header: AT_ONCE)
    done = import_file("factors", path)
    assert [line.result for line in done.rows.values()] == ["unchanged"] * 2 + ["created"] * 4
    assert counts(corp) == (len(people),) * 4
