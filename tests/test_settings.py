"""Settings: what is read, and what refuses to start, in words that name the setting."""

import dataclasses
import re
from pathlib import Path

import pytest

from p2ptext.app import create_app
from p2ptext.config import Settings, SettingsError, is_loopback, load

KEY = "-----BEGIN PRIVATE KEY-----\nmade up\n-----END PRIVATE KEY-----"
SIMULATED = {
    "DATABASE_URL": "postgresql://localhost/p2ptext",
    "REDIS_URL": "redis://localhost/0",
    "SECRET_KEY": "s" * 32,
    "PHONE_HASH_KEY": "p" * 32,
    "PUBLIC_URL": "http://127.0.0.1:8000",
    "VONAGE_API_KEY": "simulated",
    "VONAGE_API_SECRET": "made-up",
    "VONAGE_APPLICATION_ID": "aaaaaaaa-bbbb-4ccc-8ddd-000000000001",
    "VONAGE_PRIVATE_KEY": KEY,
    "VONAGE_SIGNATURE_SECRET": "made-up",
    "VONAGE_API_HOST": "http://127.0.0.1:8081",
}
REAL = SIMULATED | {
    "PUBLIC_URL": "https://texts.example.org",
    "VONAGE_API_KEY": "abcd1234",
    "VONAGE_API_HOST": "",
}


def test_the_sample_settings_are_accepted() -> None:
    assert load(SIMULATED).carrier_is_simulated
    assert not load(REAL).carrier_is_simulated
    assert load(REAL).vonage_api_host == "api.nexmo.com"
    assert load(REAL).rest_host == "rest.nexmo.com"
    assert load(SIMULATED).rest_host == SIMULATED["VONAGE_API_HOST"]


@pytest.mark.parametrize("name", [name for name in SIMULATED if name != "VONAGE_API_HOST"])
@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_missing_setting_refuses_to_start_and_is_named(name: str, value: str | None) -> None:
    environ = {key: kept for key, kept in SIMULATED.items() if key != name}
    if value is not None:
        environ[name] = value
    with pytest.raises(SettingsError, match=f"^{name} "):
        load(environ)


REFUSED = [
    # settings, changed, words of the refusal, why
    (SIMULATED, {"SECRET_KEY": "s" * 31}, "SECRET_KEY is shorter", "guessable"),
    (SIMULATED, {"PHONE_HASH_KEY": "p" * 31}, "PHONE_HASH_KEY is shorter", "hashes could be reversed"),
    (SIMULATED, {"CLOCK_OFFSET_S": "soon"}, "CLOCK_OFFSET_S must be a whole number", "a typing error"),
    (SIMULATED, {"TRUSTED_PROXIES": "yes"}, "TRUSTED_PROXIES must be a whole number", "a typing error"),
    (SIMULATED, {"VONAGE_PRIVATE_KEY": "/no/such/file"}, "VONAGE_PRIVATE_KEY is neither", "no key there"),
    (SIMULATED, {"PUBLIC_URL": "https://texts.example.org"}, "PUBLIC_URL is not on this", "a toy, published"),
    (SIMULATED, {"VONAGE_REST_HOST": "rest.nexmo.com"}, "VONAGE_REST_HOST and", "practice would buy numbers"),
    (REAL, {"VONAGE_REST_HOST": "http://127.0.0.1:8081"}, "VONAGE_REST_HOST and", "numbers of a toy"),
    (SIMULATED, {"MAX_LIST_ROWS": "0"}, "MAX_LIST_ROWS must be 1 or more", "no list could come in"),
    (SIMULATED, {"MAX_SHEET_ROWS": "-1"}, "MAX_SHEET_ROWS must be 1 or more", "nor a workbook"),
    (SIMULATED, {"TEXTED_RECENTLY_DAYS": "0"}, "TEXTED_RECENTLY_DAYS must be 1 or more", "nobody is recent"),
    (SIMULATED, {"LEDGER_ROOTS_URL": "http://roots.example.org"}, "LEDGER_ROOTS_URL must", "could be changed"),
    (SIMULATED, {"CLICKS_PER_SECOND": "5"}, "CLICKS_PER_SECOND must be from 1 to 4", "a held key"),
    (SIMULATED, {"CLICKS_PER_MINUTE": "0"}, "CLICKS_PER_MINUTE must be from 1 to 240", "never a text"),
    (SIMULATED, {"LINE_TYPE_LOOKUP": "on"}, "LINE_TYPE_LOOKUP must be off or vonage", "who is paid?"),
    (SIMULATED, {"LINE_TYPES_PER_SECOND": "0"}, "LINE_TYPES_PER_SECOND must be 1", "never an answer"),
    (REAL, {"CLOCK_OFFSET_S": "3600"}, "CLOCK_OFFSET_S works only", "real people live in real time"),
    (REAL, {"CLOCK_OFFSET_S": "-1"}, "CLOCK_OFFSET_S works only", "backwards neither"),
    (REAL, {"VONAGE_API_KEY": "simulated"}, "VONAGE_API_KEY is the simulated", "sample keys, real people"),
    (REAL, {"VONAGE_API_HOST": "http://api.example.org"}, "VONAGE_API_HOST may be plain", "keys in the clear"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("settings", "changed", "words"),
    [pytest.param(*row[:3], id=f"{next(iter(row[1]))}: {row[3]}") for row in REFUSED],
)
def test_what_contradicts_itself_refuses_to_start(
    settings: dict[str, str], changed: dict[str, str], words: str
) -> None:
    with pytest.raises(SettingsError, match=f"^{words}"):
        load(settings | changed)


def test_a_refusal_never_prints_a_key() -> None:
    with pytest.raises(SettingsError) as refused:
        load(SIMULATED | {"SECRET_KEY": "short-secret"})
    assert "short-secret" not in str(refused.value)


@pytest.mark.parametrize("offset", [1, -86_400, 7 * 86_400])
def test_the_clock_may_be_moved_with_a_simulated_carrier(offset: int) -> None:
    assert load(SIMULATED | {"CLOCK_OFFSET_S": str(offset)}).clock_offset_s == offset


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("127.0.0.1", True),
        ("http://127.0.0.1:8081", True),
        ("http://localhost:8081/x", True),
        ("http://[::1]:8081", True),
        ("127.8.8.8", True),
        ("api.nexmo.com", False),
        ("http://127.0.0.1.example.org", False),  # a name that only begins like an address
        ("https://localhost.example.org", False),
        ("http://10.0.0.1", False),
        ("http://user@127.0.0.1:80@example.org", False),  # what comes before the last @ is no host
        ("", False),
    ],
)
def test_what_counts_as_this_computer(host: str, here: bool) -> None:
    assert is_loopback(host) is here


def test_a_private_key_may_be_text_or_a_file(tmp_path: Path) -> None:
    one_line = KEY.replace("\n", "\\n")
    file = tmp_path / "private.key"
    file.write_text(KEY)
    for given in (KEY, one_line, str(file)):
        assert load(SIMULATED | {"VONAGE_PRIVATE_KEY": given}).vonage_private_key == KEY


def test_settings_do_not_change(settings: Settings) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        settings.clock_offset_s = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("public_url", "name", "secure"),
    [("https://texts.example.org", "__Host-p2ptext", True), ("http://localhost:8000", "p2ptext", False)],
)
def test_cookies_are_bound_to_their_host_where_there_is_tls(
    settings: Settings, public_url: str, name: str, secure: bool
) -> None:
    real = {"vonage_api_host": "api.nexmo.com", "vonage_api_key": "abcd1234", "clock_offset_s": 0}
    app = create_app(dataclasses.replace(settings, public_url=public_url, **real))  # type: ignore[arg-type]
    assert app.config["SESSION_COOKIE_NAME"] == name
    assert app.config["SESSION_COOKIE_SECURE"] is secure
    assert app.config["SESSION_COOKIE_HTTPONLY"] is True
    assert app.config["SESSION_COOKIE_SAMESITE"] == "Lax"
    assert app.config.get("SESSION_COOKIE_DOMAIN") is None


def test_the_table_of_settings_is_complete() -> None:
    """docs/settings.md names every setting the program reads, with its default."""
    table = (Path(__file__).parents[1] / "docs" / "settings.md").read_text("utf-8")
    documented = dict(re.findall(r"^\| `([A-Z_]+)` \| ([^|]+) \|", table, re.MULTILINE))
    fields = {field.name.upper(): field for field in dataclasses.fields(Settings)}
    outside = {"BIND", "WEB_CONCURRENCY"}  # read by the web server itself, scripts/gunicorn.conf.py
    assert set(documented) == set(fields) | outside
    for name, field in fields.items():
        default = documented[name].strip().strip("`")
        if field.default is dataclasses.MISSING:
            assert default == "needed", name
        else:
            assert default == (str(field.default) or "empty"), name
