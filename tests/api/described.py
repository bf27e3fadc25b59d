# SPDX-License-Identifier: Apache-2.0
"""Holds each answer of the API to what /api/openapi.json says about it."""
import json
import pathlib
import re
import sys

import jsonschema

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
from api import Client  # noqa: E402


class Description:
    """The document, and which of its operations were seen to succeed."""

    def __init__(self, document):
        self.document = document
        self.seen = set()
        self.faults = []
        self.routes = []
        self.validators = {}
        for template, methods in document["paths"].items():
            pattern = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(template))
            if template.startswith("/api/{rest}"):
                pattern = "/api/.*"
            if template == "/{path}":
                pattern = "/.*"
            literals = len(re.sub(r"{\w+}", "", template))
            for method, operation in methods.items():
                self.routes.append((literals, method, re.compile(pattern), template, operation))
        self.routes.sort(key=lambda route: -route[0])

    def operation(self, method, path):
        method = "get" if method == "HEAD" else method.lower()
        for _, other, pattern, template, operation in self.routes:
            if method == other and pattern.fullmatch(path):
                return f"{method.upper()} {template}", operation
        return None, None

    def described(self):
        """Operations that say what they answer."""
        return {f"{method.upper()} {template}" for _, method, _, template, operation in self.routes
                if "2XX" not in operation["responses"]}

    def validator(self, schema):
        key = json.dumps(schema, sort_keys=True)
        if key not in self.validators:
            whole = dict(schema, components=self.document["components"])
            jsonschema.Draft202012Validator.check_schema(whole)
            self.validators[key] = jsonschema.Draft202012Validator(whole)
        return self.validators[key]

    def check(self, method, path, answer, sent=None):
        plain = path.split("?")[0]
        name, operation = self.operation(method, plain)
        if operation is None:
            if answer.status not in (404, 405):
                self.fault(f"{method} {plain}", f"no such route is described, answered {answer.status}")
            return
        if answer.status >= 400:
            self.hold(name, answer, self.document["components"]["responses"]["Problem"])
            return
        self.seen.add(name)
        responses = operation["responses"]
        said = responses.get(str(answer.status), responses.get("2XX"))
        if said is None:
            self.fault(name, f"status {answer.status} is not described")
        elif "content" in said:
            self.hold(name, answer, said)
        elif answer.body and "2XX" not in responses:
            self.fault(name, "a body that is not described")
        body = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if sent is not None and body is not None:
            self.report(name + " (request)", self.validator(body["schema"]).iter_errors(sent))

    def hold(self, name, answer, said):
        media, content = next(iter(said["content"].items()))
        given = answer.headers.get("Content-Type", "").split(";")[0]
        if media == "application/octet-stream":
            return
        if given != media:
            self.fault(name, f"{answer.status} comes as {given}, not {media}")
        elif media.endswith(("/json", "+json")) and answer.method != "HEAD":
            self.report(name, self.validator(content["schema"]).iter_errors(answer.json()))

    def report(self, name, errors):
        for error in errors:
            place = "/".join(str(step) for step in error.absolute_path)
            self.fault(name, f"{place}: {error.message[:300]}")

    def fault(self, name, text):
        line = f"{name}: {text}"
        if line not in self.faults:
            self.faults.append(line)


class DescribedClient(Client):
    """A client whose every answer is held to the description."""

    description = None

    def ask(self, method, path, body=None, headers=None, raw=None):
        answer = super().ask(method, path, body, headers, raw)
        answer.method = method
        if self.description is not None:
            self.description.check(method, path, answer, body)
        return answer
