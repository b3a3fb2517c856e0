"""What Celery runs. Tasks carry no arguments: everything they need is in rows."""

from celery import shared_task

from accounts.outbox import jobs, services


@shared_task(name="accounts.work_outbox", ignore_result=True)  # type: ignore[untyped-decorator]
def work_outbox() -> None:
    """Claim and do what is in the outbox."""
    services.work()


@shared_task(name="accounts.run_periodic_jobs", ignore_result=True)  # type: ignore[untyped-decorator]
def run_periodic_jobs() -> None:
    """Beat's one entry: the jobs keep their own time."""
    services.work()
    jobs.run_due()
