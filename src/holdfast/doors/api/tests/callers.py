"""A program that calls the API in tests: each answer is checked against the OpenAPI document."""

from __future__ import annotations

import json
from functools import cache

import jsonschema_rs
from django.test import Client

from holdfast.doors.api.description import openapi
from holdfast.doors.api.rooms import PREFIX
from holdfast.foundation.accounts import services
from holdfast.foundation.accounts.rules import NEVER_BY_TOKEN


class Caller:
    """Asks as one person; `get("customers?q=x")` is a GET of /api/v1/customers?q=x."""

    def __init__(self, user, words=None, **headers):
        self.user = user
        granted = words if words is not None else sorted(user.words - NEVER_BY_TOKEN)
        self.token, self.secret = services.add_api_token(user, name="程序", words=granted, by=user)
        self.headers = {"Authorization": f"Bearer {self.secret}", "Accept-Language": "en", **headers}
        self.client = Client(raise_request_exception=False)

    def get(self, path, **headers):
        return self.ask("GET", path, None, **headers)

    def post(self, path, body=None, **headers):
        return self.ask("POST", path, body, **headers)

    def patch(self, path, body, **headers):
        return self.ask("PATCH", path, body, **headers)

    def delete(self, path, **headers):
        return self.ask("DELETE", path, None, **headers)

    def ask(self, method, path, body, **headers):
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        data = "" if body is None else body if isinstance(body, str) else json.dumps(body, default=str)
        response = self.client.generic(
            method, PREFIX + path, data, "application/json", headers={**self.headers, **names}
        )
        check(method, path, response)
        return response


def check(method, path, response):
    """The answer is as documented: its status, and its body by the schema of that status."""
    template = template_of(path.partition("?")[0])
    if template is None:
        assert response.status_code in {401, 404, 429}
        return
    operation = openapi()["paths"][template].get(method.lower())
    if operation is None:
        assert response.status_code in {401, 405}
        return
    told = operation["responses"].get(str(response.status_code))
    assert told is not None, f"{method} {path} answered {response.status_code}: {response.content.decode()[:500]}"
    if response.status_code != 204 and "application/json" in told.get("content", {}):
        assert response["Content-Type"].startswith("application/json")
        validator(template, method.lower(), str(response.status_code)).validate(response.json())


@cache
def validator(template, method, status):
    document = openapi()
    schema = document["paths"][template][method]["responses"][status]["content"]["application/json"]["schema"]
    return jsonschema_rs.validator_for({**schema, "components": document["components"]})


def template_of(path):
    """`customers/12` → `/api/v1/customers/{pk}`."""
    parts, templates = path.split("/"), openapi()["paths"]
    if PREFIX + path in templates:
        return PREFIX + path
    for template in templates:
        wanted = template.removeprefix(PREFIX).split("/")
        if len(wanted) == len(parts) and all(a == b or a.startswith("{") for a, b in zip(wanted, parts, strict=True)):
            return template
    return None
