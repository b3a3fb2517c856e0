"""The activity report: a list, a file, and one attempt step by step."""

import uuid
from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_safe

from accounts.audit.services import record
from accounts.moments import zone_of
from accounts.people.models import User
from accounts.signin.guards import VisitRequest, staff_required
from reports import access, csvs, queries, tables
from reports.events import ReportExported
from reports.reading import Reading, chips, query_of
from reports.results import result_of


def _reading(request: VisitRequest) -> Reading:
    reader = request.user
    if not isinstance(reader, User):
        raise Http404
    return Reading.of(reader, request.GET)


def _list_url(query: str) -> str:
    return f"{reverse('reports:activity')}?{query}".rstrip("?")


@require_safe
@staff_required(*access.READERS)
def activity(request: VisitRequest) -> HttpResponse:
    reading = _reading(request)
    rows = reading.records()
    found = queries.page(
        rows,
        older_than=request.GET.get("older", ""),
        newer_than=request.GET.get("newer", ""),
    )
    context = {
        "form": reading.form,
        "rows": [reading.row(entry, addresses=reading.addresses) for entry in found.entries],
        "zone": zone_of(reading.directory.time_zone),
        "chips": chips(reading.form, request.GET),
        "query": query_of(request.GET),
        "newer": query_of(request.GET, newer=found.newer) if found.newer else "",
        "older": query_of(request.GET, older=found.older) if found.older else "",
        "directory_query": query_of({"directory": request.GET.get("directory", "")}),
    }
    return render(request, "reports/activity.html", context)


@require_safe
@staff_required(*access.READERS)
def attempt(request: VisitRequest, attempt: uuid.UUID) -> HttpResponse:
    reading = _reading(request)
    entries = queries.steps(reading.directory, attempt)
    if not entries:
        raise Http404
    context: dict[str, Any] = {
        "rows": [reading.row(entry, addresses=reading.addresses) for entry in entries],
        "result": result_of(entries),
        "zone": zone_of(reading.directory.time_zone),
        "activity_url": _list_url(query_of({"directory": request.GET.get("directory", "")})),
    }
    return render(request, "reports/attempt.html", context)


@require_GET
@staff_required(*access.READERS)
def export(request: VisitRequest) -> HttpResponseBase:
    reading = _reading(request)
    rows = reading.records()
    if not reading.form.is_valid():
        return redirect(_list_url(query_of(request.GET)))
    event = ReportExported(filters=reading.filters(), addresses=reading.addresses)
    record(event, directory=reading.directory.pk, client=request.client, subject=reading.reader)
    name = f"activity-{slugify(reading.directory.name) or reading.directory.pk}"
    response = StreamingHttpResponse(
        csvs.lines(_cells(reading, rows, translation.get_language() or "en")),
        content_type="text/csv; charset=utf-8; header=present",
    )
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=f"{name}-{timezone.now():%Y-%m-%d}.csv"
    )
    return response


def _cells(reading: Reading, rows: queries.Records, language: str) -> Iterator[list[str]]:
    personal = tables.PERSONAL_COLUMNS if reading.addresses else ()
    yield [*tables.COLUMNS, *personal]
    for entry in queries.everything(rows):
        with translation.override(language):
            shown = reading.row(entry, addresses=reading.addresses)
        yield tables.cells(shown, addresses=reading.addresses)
