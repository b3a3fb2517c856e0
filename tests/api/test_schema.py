"""The description is true, whatever is sent."""

from dataclasses import replace

import hypothesis
import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from accounts.api import authentication
from sspr.api import urlpatterns

pytestmark = pytest.mark.once

ALWAYS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
SCHEMA = "/api/v1/schema/"
SOME = hypothesis.settings(
    max_examples=8,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(hypothesis.HealthCheck),
)


@pytest.fixture
def application():
    """The application itself, on the test's own connection."""
    both = (request_started, request_finished)
    for signal in both:
        signal.disconnect(close_old_connections)
    yield WSGIHandler()  # get_wsgi_application() would configure the logs anew
    for signal in both:
        signal.connect(close_old_connections)


@pytest.fixture
def description(make_token, monkeypatch, application):
    """The schema, read as a program would read it from the running application."""
    for name in ("BY_TOKEN", "BY_NETWORK"):
        limit = getattr(authentication, name)
        monkeypatch.setattr(authentication, name, replace(limit, times=1_000_000))
    headers = {"Authorization": f"Bearer {make_token().text}"}
    return schemathesis.openapi.from_wsgi(SCHEMA, application, headers=headers), headers


def test_every_address_is_described_and_every_operation_needs_a_token(description):
    schema, _headers = description
    schema.validate()
    raw = schema.raw_schema
    described = set(raw["paths"])
    assert len(described) == len(walk(urlpatterns)) - 1  # the description itself is left out
    operations = [found for path in raw["paths"].values() for found in path.values()]
    assert len(operations) >= 6
    for found in operations:
        assert found["security"] == [{"token": []}]
        assert {"401", "403", "429"} <= found["responses"].keys()
        assert "Needs the scope" in found["description"]


def walk(patterns):
    found: list[object] = []
    for pattern in patterns:
        inner = getattr(pattern, "url_patterns", None)
        found += walk(inner) if inner is not None else [pattern]
    return found


@pytest.mark.parametrize("upn", [None, "ada@corp.example", "operator@corp.example"])
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_nothing_that_is_sent_gets_an_answer_that_is_not_described(
    description, ada, operator, mode, upn
):
    schema, headers = description
    for found in schema.get_all_operations():
        operation = found.ok()
        if upn and "{upn}" not in operation.path:
            continue  # nobody is named: the same again
        there = {"upn": upn, **({"pk": 1} if "{pk}" in operation.path else {})}
        given = {"path_parameters": there} if upn else {}
        if mode is GenerationMode.NEGATIVE and not _can_be_wrong(operation):
            continue

        @SOME
        @hypothesis.given(case=operation.as_strategy(generation_mode=mode, **given))
        def call(case):
            response = case.call(headers=headers)
            case.validate_response(response, checks=ALWAYS)
            assert response.status_code != 429

        call()


def _can_be_wrong(operation):
    """Is there anything in the request that can be other than described?"""
    return bool(operation.body) or bool(operation.query)


def test_the_schema_names_no_foreign_place(description):
    schema, _headers = description
    assert {server["url"] for server in schema.raw_schema["servers"]} == {"http://localhost"}
