"""The OpenAPI document, the page made of it, and schemathesis: what is described is what happens."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from bs4 import BeautifulSoup
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from ninja.openapi.schema import OpenAPISchema
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from liaison.api.api import api
from liaison.api.routes.signals import CONTENT_TYPES
from liaison.api.tests.house import Caller, House
from liaison.api.tests.test_incidents import an_incident
from liaison.config.wsgi import application
from liaison.integrations.models import Brand
from liaison.integrations.testing import make_key
from tests.pseudo import pseudo_language, unmarked_texts

CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@schemathesis.serializer(*CONTENT_TYPES)
def lines(_context: Any, value: Any) -> bytes:
    """Send what schemathesis made up for a body of lines, whatever it is."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


@pytest.fixture
def document(db: None) -> dict[str, Any]:
    answer = Client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    read: dict[str, Any] = answer.json()
    return read


def operations_of(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


NAMED_BY_THE_BODY = {
    ("post", "/api/v1/notices"),
    ("post", "/api/v1/notices/plan"),
    ("post", "/api/v1/cases"),
    ("post", "/api/v1/files/uploads"),
    ("post", "/api/v1/hand-overs"),
}
# There is nothing of the kind for callers of other accounts.
OWN_ALONE = {("get", "/api/v1/hand-overs")}


def test_the_document_is_openapi_3_1_and_open_to_everybody(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    assert "/api/v1/accounts/{slug}/environments/{environment}/contact-information" in document["paths"]


def test_every_operation_describes_its_problems(document: dict[str, Any]) -> None:
    for path, method, operation in operations_of(document):
        responses = operation["responses"]
        public = "security" not in operation
        assert {"400", "422", "503"} <= set(responses), path
        assert public or {"401", "403"} <= set(responses), path
        names_object = "{" in path or (method, path) in NAMED_BY_THE_BODY | OWN_ALONE
        assert ("404" in responses) == names_object, path
        assert method not in {"put", "post"} or {"409", "413", "415"} <= set(responses), path
        for status, response in responses.items():
            if status >= "400":
                assert list(response["content"]) == ["application/problem+json"], (path, status)


def test_operations_have_names_and_summaries_of_their_own(document: dict[str, Any]) -> None:
    found = operations_of(document)
    assert len({operation["operationId"] for _, _, operation in found}) == len(found)
    assert len({operation["summary"] for _, _, operation in found}) == len(found)


def test_every_reference_in_the_document_leads_somewhere(document: dict[str, Any]) -> None:
    known = document["components"]["schemas"]
    written = json.dumps(document)
    wanted = {part.split('"')[0] for part in written.split('"#/components/schemas/')[1:]}
    assert wanted - {name.strip() for name in known} == set()


def test_the_reference_names_every_operation(document: dict[str, Any]) -> None:
    reference = Path(settings.BASE_DIR.parent / "docs/reference/api.md").read_text()
    for path, method, _ in operations_of(document):
        assert f"`{method.upper()} {path.removeprefix('/api/v1')}`" in reference


def test_only_help_and_what_a_mailed_link_proves_need_no_token(document: dict[str, Any]) -> None:
    """H1: help is for everybody, and changes nothing."""
    open_ones = [(method, one["operationId"]) for _, method, one in operations_of(document) if "security" not in one]
    of_help = {"list_help_articles", "read_help_article", "search_help"}
    assert {name for _method, name in open_ones} == {
        "accept_invitation",
        "confirm_mailbox",
        "confirm_forwarding",
    } | of_help
    assert {method for method, name in open_ones if name in of_help} == {"get"}


def test_the_page_lists_every_operation_in_the_readers_language(db: None) -> None:
    answer = Client().get("/api/v1/docs")
    assert answer.status_code == 200
    page = answer.content.decode()
    for path, method, operation in operations_of(json.loads(Client().get("/api/v1/openapi.json").content)):
        assert f"{method.upper()} {path}" in page
        assert operation["summary"] in page
    with pseudo_language():
        main = BeautifulSoup(Client().get("/api/v1/docs").content, "html.parser").main
        assert unmarked_texts(str(main)) == []


def ids_of(house: House) -> dict[str, str]:
    """Return something that exists for every id in a path."""
    key = make_key(house.integration).key
    return {
        "slug": "bistro",
        "environment": "production",
        "user_id": house.cast.colleague.public_id,
        "integration_id": house.integration.public_id,
        "key_id": key.public_id,
        "brand_id": Brand.objects.get().public_id,
        "incident_id": an_incident(house.integration, "first").public_id,
    }


@pytest.fixture
def one_connection() -> Iterator[None]:
    """Keep the test's connection, and with it its transaction, over requests that come by WSGI."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


def test_no_two_shapes_share_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """The description keeps one shape for each name: a second one would be described as the first."""
    differing: set[str] = set()

    def add(self: OpenAPISchema, definitions: dict[str, Any]) -> None:
        differing.update(name for name, shape in definitions.items() if self.schemas.get(name, shape) != shape)
        self.schemas.update(definitions)

    monkeypatch.setattr(OpenAPISchema, "add_schema_definitions", add)
    assert len(api.get_openapi_schema()["components"]["schemas"]) > 100
    assert differing == set()


@pytest.mark.slow
@pytest.mark.usefixtures("one_connection")
@pytest.mark.parametrize(("role", "exists"), [("owner", True), ("administrator", False)])
def test_no_operation_answers_what_it_does_not_describe(house: House, role: str, exists: bool) -> None:
    """Schemathesis, short: a few requests for each operation, made of its description, without a server error."""
    secret = Caller(getattr(house.cast, role)).secret
    ids = ids_of(house)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    schema.config.generation.update(modes=[schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE])
    for found in schema.get_all_operations():
        operation: Any = found.ok()  # type: ignore[union-attr]  # our own document is sound
        named = {name: value for name, value in ids.items() if exists and f"{{{name}}}" in operation.path}
        _try_out(operation, named, secret)
    assert len(list(api.get_openapi_schema()["paths"])) > 40


def _try_out(operation: Any, named: dict[str, str], secret: str) -> None:
    @hypothesis_settings(
        max_examples=5,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def try_out(case: Any) -> None:
        case.path_parameters = {**(case.path_parameters or {}), **named}
        answer = case.call(headers={"Authorization": f"Bearer {secret}"})
        case.validate_response(answer, checks=CHECKS)

    try_out()
