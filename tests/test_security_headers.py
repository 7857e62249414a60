"""What every answer carries, and what none tells."""

import dataclasses
import io
import re

import pytest
from flask import Flask, render_template_string
from werkzeug.test import TestResponse

from p2ptext.accounts import addresses
from p2ptext.accounts.access import public
from p2ptext.app import create_app
from p2ptext.config import Settings
from p2ptext.extensions import client_ip
from tests import factories

EXACTLY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
        "font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; "
        "base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
SECRET_WORDS = "maria-and-her-phone-6145550123"


@pytest.fixture(scope="module")
def faulty_app(settings: Settings) -> Flask:
    """The application with pages that fail, and one that shows what a request makes it believe."""
    app = create_app(settings)
    fails = public("for this test")

    def broken() -> str:
        raise ValueError(SECRET_WORDS)

    def template() -> str:
        return render_template_string("{{ nothing.of.the.kind }}")

    def believed() -> dict[str, str]:
        return {"ip": client_ip(), "link": addresses.link("accounts.sign_in")}

    for name, view in {"broken": broken, "template": template, "believed": believed}.items():
        app.add_url_rule(f"/{name}", name, fails(view), methods=["GET", "POST"])
    return app


def check_headers(answer: TestResponse) -> None:
    assert {name: answer.headers.get(name) for name in EXACTLY} == EXACTLY
    assert answer.headers["Cache-Control"] == "no-store"
    assert "X-Powered-By" not in answer.headers


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/sign-in", 200),
        ("GET", "/", 302),
        ("POST", "/sign-in", 400),
        ("GET", "/no/such/page", 404),
        ("DELETE", "/sign-in", 405),
        ("GET", "/broken", 500),
        ("GET", "/template", 500),
    ],
)
def test_headers_are_exactly_these(
    app: Flask, faulty_app: Flask, method: str, path: str, status: int
) -> None:
    which = faulty_app if status == 500 else app
    answer = which.test_client().open(path, method=method)
    assert answer.status_code == status
    check_headers(answer)


def test_headers_are_the_same_on_a_refusal(app: Flask) -> None:
    org = factories.organization()
    answer = factories.client(app, factories.person()).get(f"/o/{org.slug}/people")
    assert answer.status_code == 404
    check_headers(answer)


def test_files_that_never_change_may_be_kept_but_carry_the_same_headers(app: Flask) -> None:
    answer = app.test_client().get("/static/css/app.css")
    assert answer.status_code == 200
    assert {name: answer.headers.get(name) for name in EXACTLY} == EXACTLY
    assert "no-store" not in answer.headers.get("Cache-Control", "")


def test_browsers_are_told_to_come_back_over_tls_where_there_is_tls(settings: Settings) -> None:
    for url, told in (
        ("http://localhost", None),
        ("https://localhost", "max-age=31536000; includeSubDomains"),
    ):
        app = create_app(dataclasses.replace(settings, public_url=url))
        assert app.test_client().get("/healthz").headers.get("Strict-Transport-Security") == told


def test_cookies_are_for_this_host_and_for_no_script(settings: Settings) -> None:
    app = create_app(dataclasses.replace(settings, public_url="https://localhost"))
    cookie = app.test_client().get("/sign-in", base_url="https://localhost").headers["Set-Cookie"]
    assert cookie.startswith("__Host-p2ptext=")
    attributes = {part.strip() for part in cookie.split(";")[1:]}
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= attributes
    assert not any(part.lower().startswith("domain") for part in attributes)


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
@pytest.mark.parametrize("path", ["/broken", "/template", "/no/such/page"])
def test_a_failure_tells_nothing_about_the_program(faulty_app: Flask, path: str, accept: str) -> None:
    assert not faulty_app.debug
    answer = faulty_app.test_client().get(path, headers={"Accept": accept})
    body = answer.get_data(as_text=True)
    for telltale in (
        SECRET_WORDS,
        "Traceback",
        "ValueError",
        "Undefined",
        ".py",
        "werkzeug",
        "Werkzeug",
    ):
        assert telltale not in body, telltale


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PROPFIND"])
def test_methods_nobody_needs_are_refused(app: Flask, method: str) -> None:
    answer = app.test_client().open("/sign-in", method=method, headers={"X-Canary": "echo-me"})
    assert answer.status_code == 405
    assert "echo-me" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "path",
    ["/.git/config", "/.env", "/static/../app.py", "/static/%2e%2e/app.py", "/static//etc/passwd"],
)
def test_nothing_but_pages_and_static_files_is_served(app: Flask, path: str) -> None:
    assert app.test_client().get(path).status_code in (308, 404)
    assert app.test_client().get(path, follow_redirects=True).status_code == 404


LIES = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}


def test_links_in_mails_begin_with_the_configured_address(faulty_app: Flask) -> None:
    told = faulty_app.test_client().get("/believed", headers=LIES).json
    assert told["link"] == "http://localhost/sign-in"


def test_pages_and_redirects_never_repeat_a_false_host(app: Flask) -> None:
    browser = app.test_client()
    for path in ("/", "/sign-in", "/no/such/page"):
        answer = browser.get(path, headers=LIES)
        assert "evil.example" not in answer.get_data(as_text=True)
        assert "evil.example" not in str(answer.headers)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "believed"),
    [
        (0, "203.0.113.9", "127.0.0.1"),  # nobody stands in front: whoever says so lies
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),  # what a client wrote before the proxy did
        (2, "198.51.100.1, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", "127.0.0.1"),  # fewer than promised: none of them is ours
    ],
)
def test_a_clients_address_comes_from_trusted_proxies_only(
    settings: Settings, proxies: int, forwarded: str, believed: str
) -> None:
    app = create_app(dataclasses.replace(settings, trusted_proxies=proxies))
    app.add_url_rule("/believed", "believed", public("for this test")(lambda: {"ip": client_ip()}))
    told = app.test_client().get("/believed", headers={"X-Forwarded-For": forwarded}).json
    assert told == {"ip": believed}


def test_a_large_request_is_refused_before_it_is_read(app: Flask) -> None:
    megabytes = io.BytesIO(b"x" * 3_000_000)
    answer = app.test_client().post("/sign-in", data={"email": (megabytes, "a.txt")})
    assert answer.status_code in (400, 413)
    check_headers(answer)


@pytest.mark.parametrize("path", ["/sign-in"])
def test_pages_hold_no_inline_script_and_no_inline_style(app: Flask, path: str) -> None:
    body = app.test_client().get(path).get_data(as_text=True)
    assert not re.search(r"<script(?![^>]*\bsrc=)", body)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", body)
