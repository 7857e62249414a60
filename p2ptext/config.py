"""Settings from the environment, read once and then frozen.

Every setting is listed in docs/settings.md. A setting that is missing or makes no sense
refuses to start, in words that say what to do.
"""

import hmac
import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

# The simulated carrier's account. Real settings that carry it are refused (see `load`).
SIMULATOR_API_KEY = "simulated"
DEFAULT_VONAGE_HOST = "api.nexmo.com"
DEFAULT_VONAGE_REST_HOST = "rest.nexmo.com"

_LIMITS = (
    "MAX_UPLOAD_MB",
    "MAX_LIST_ROWS",
    "MAX_LIST_COLUMNS",
    "MAX_CELL_CHARACTERS",
    "MAX_UNPACKED_MB",
    "MAX_SHEET_ROWS",
    "TEXTED_RECENTLY_DAYS",
    "EXPORT_KEEP_HOURS",
    "LINE_TYPES_PER_SECOND",
    "SEND_TIMEOUT_S",
    "DISPATCH_SENDERS",
    "SMS_PER_SECOND",
)
_PERCENTS = (
    "T_MOBILE_UNKNOWN_PERCENT",
    "PAUSE_AT_OPT_OUTS_PERCENT",
    "PAUSE_AT_FILTERED_PERCENT",
)


class SettingsError(ValueError):
    """A setting is missing or contradicts another; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the processes are told from outside."""

    database_url: str
    redis_url: str
    secret_key: str
    phone_hash_key: str
    public_url: str
    vonage_api_key: str
    vonage_api_secret: str
    vonage_application_id: str
    vonage_private_key: str
    """PEM text (PKCS#8)."""
    vonage_signature_secret: str
    vonage_signature_secret_old: str = ""
    """The secret being rotated out; webhooks signed with it are still accepted."""
    vonage_api_host: str = DEFAULT_VONAGE_HOST
    vonage_rest_host: str = ""
    """Where numbers are searched and bought; empty for what `rest_host` says."""
    database_owner_url: str = ""
    data_dir: Path = Path("data")
    """Uploads, exports, mails without MAIL_URL, ledger roots."""
    mail_url: str = ""
    mail_from: str = "p2ptext@localhost"
    trusted_proxies: int = 0
    clock_offset_s: int = 0
    clicks_per_second: int = 3
    """Texts one person may ask for in any second; a held key makes 4.5."""
    clicks_per_minute: int = 120
    """Texts one person may ask for in any minute."""
    sms_per_second: int = 25
    """Requests a second to the carrier, all processes together (Vonage allows 30 a key)."""
    t_mobile_unknown_percent: int = 35
    """How much of a text to a phone of unknown network counts of its brand's day at T-Mobile."""
    pause_at_opt_outs_percent: int = 5
    """A campaign is paused when more of its last 200 people opted out; 0 never."""
    pause_at_filtered_percent: int = 5
    """A campaign is paused when more of its last 200 texts were taken for spam; 0 never."""
    send_timeout_s: int = 15
    """Seconds the carrier has to answer one call."""
    dispatch_senders: int = 64
    """Calls to the carrier that one dispatcher makes at the same time: rate x latency, and some more."""
    max_upload_mb: int = 200
    max_list_rows: int = 2_000_000
    max_list_columns: int = 100
    max_cell_characters: int = 1_000
    """A row with a longer cell is refused."""
    max_unpacked_mb: int = 500
    """What a workbook, which is a packed file, may hold when it is unpacked."""
    max_sheet_rows: int = 300_000
    """Rows of a workbook, whose sheets are read as a whole."""
    texted_recently_days: int = 30
    """Whoever got a text from the organization in so many days is counted when a list is checked."""
    export_keep_hours: int = 24
    """Hours for which the file of an export can be downloaded; it is removed then."""
    line_type_lookup: str = "off"
    """Who is asked whether a phone is a landline: off (nobody) or vonage, for money."""
    line_types_per_second: int = 5
    """Questions a second for one list that is looked up."""
    ledger_roots_url: str = ""
    """Where the roots of the click ledger are posted as well; empty posts nothing."""
    log_level: str = "INFO"

    @property
    def carrier_is_simulated(self) -> bool:
        """True while texts go to a carrier on this computer."""
        return is_loopback(self.vonage_api_host)

    @property
    def rest_host(self) -> str:
        """Where numbers are searched and bought: the simulated carrier sells its own."""
        usual = self.vonage_api_host if self.carrier_is_simulated else DEFAULT_VONAGE_REST_HOST
        return self.vonage_rest_host or usual

    def phone_hash_key_for(self, organization_id: int) -> bytes:
        """The key of one organization's phone hashes; the same phone looks different in each."""
        return hmac.digest(self.phone_hash_key.encode(), b"organization %d" % organization_id, "sha256")

    @property
    def link_key(self) -> bytes:
        """The key of links by person. Of the key that never changes: links in old texts go on working."""
        return hmac.digest(self.phone_hash_key.encode(), b"links by person", "sha256")

    @property
    def https(self) -> bool:
        return self.public_url.startswith("https://")


def is_loopback(host: str) -> bool:
    """Whether `host`, with or without scheme and port, is this computer."""
    name = urlsplit(host if "//" in host else f"//{host}").hostname or ""
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _private_key(value: str) -> str:
    """PEM text from PEM text, from text with literal ``\\n``, or from a file's path."""
    text = value.replace("\\n", "\n")
    if "-----BEGIN" in text:
        return text
    path = Path(value)
    if not path.is_file():
        raise SettingsError(
            f"VONAGE_PRIVATE_KEY is neither a PEM text nor a file that exists: {value[:80]!r}."
        )
    return path.read_text(encoding="ascii")


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings.

    Raises SettingsError naming the setting and what to do.
    """
    env = os.environ if environ is None else environ

    def need(name: str) -> str:
        value = env.get(name, "").strip()
        if not value:
            raise SettingsError(f"{name} is not set. docs/settings.md says what belongs there.")
        return value

    def number(name: str, default: int) -> int:
        value = env.get(name, "").strip()
        try:
            return int(value) if value else default
        except ValueError:
            raise SettingsError(f"{name} must be a whole number, not {value!r}.") from None

    settings = Settings(
        database_url=need("DATABASE_URL"),
        redis_url=need("REDIS_URL"),
        secret_key=need("SECRET_KEY"),
        phone_hash_key=need("PHONE_HASH_KEY"),
        public_url=need("PUBLIC_URL").rstrip("/"),
        vonage_api_key=need("VONAGE_API_KEY"),
        vonage_api_secret=need("VONAGE_API_SECRET"),
        vonage_application_id=need("VONAGE_APPLICATION_ID"),
        vonage_private_key=_private_key(need("VONAGE_PRIVATE_KEY")),
        vonage_signature_secret=need("VONAGE_SIGNATURE_SECRET"),
        vonage_signature_secret_old=env.get("VONAGE_SIGNATURE_SECRET_OLD", "").strip(),
        vonage_api_host=env.get("VONAGE_API_HOST", "").strip() or DEFAULT_VONAGE_HOST,
        vonage_rest_host=env.get("VONAGE_REST_HOST", "").strip(),
        database_owner_url=env.get("DATABASE_OWNER_URL", "").strip(),
        data_dir=Path(env.get("DATA_DIR", "").strip() or "data"),
        mail_url=env.get("MAIL_URL", "").strip(),
        mail_from=env.get("MAIL_FROM", "").strip() or "p2ptext@localhost",
        trusted_proxies=number("TRUSTED_PROXIES", 0),
        clock_offset_s=number("CLOCK_OFFSET_S", 0),
        clicks_per_second=number("CLICKS_PER_SECOND", 3),
        clicks_per_minute=number("CLICKS_PER_MINUTE", 120),
        sms_per_second=number("SMS_PER_SECOND", 25),
        t_mobile_unknown_percent=number("T_MOBILE_UNKNOWN_PERCENT", 35),
        pause_at_opt_outs_percent=number("PAUSE_AT_OPT_OUTS_PERCENT", 5),
        pause_at_filtered_percent=number("PAUSE_AT_FILTERED_PERCENT", 5),
        send_timeout_s=number("SEND_TIMEOUT_S", 15),
        dispatch_senders=number("DISPATCH_SENDERS", 64),
        max_upload_mb=number("MAX_UPLOAD_MB", 200),
        max_list_rows=number("MAX_LIST_ROWS", 2_000_000),
        max_list_columns=number("MAX_LIST_COLUMNS", 100),
        max_cell_characters=number("MAX_CELL_CHARACTERS", 1_000),
        max_unpacked_mb=number("MAX_UNPACKED_MB", 500),
        max_sheet_rows=number("MAX_SHEET_ROWS", 300_000),
        texted_recently_days=number("TEXTED_RECENTLY_DAYS", 30),
        export_keep_hours=number("EXPORT_KEEP_HOURS", 24),
        line_type_lookup=env.get("LINE_TYPE_LOOKUP", "").strip().lower() or "off",
        line_types_per_second=number("LINE_TYPES_PER_SECOND", 5),
        ledger_roots_url=env.get("LEDGER_ROOTS_URL", "").strip(),
        log_level=env.get("LOG_LEVEL", "").strip().upper() or "INFO",
    )
    _refuse_contradictions(settings)
    return settings


def _refuse_contradictions(settings: Settings) -> None:
    for name, value in (
        ("SECRET_KEY", settings.secret_key),
        ("PHONE_HASH_KEY", settings.phone_hash_key),
    ):
        if len(value) < 32:
            raise SettingsError(
                f"{name} is shorter than 32 characters. Make one with: "
                "python3 -c 'import secrets; print(secrets.token_hex(32))'"
            )
    _refuse_out_of_range(settings)
    if settings.line_type_lookup not in ("off", "vonage"):
        raise SettingsError("LINE_TYPE_LOOKUP must be off or vonage.")
    _refuse_open_roots_url(settings.ledger_roots_url)
    simulated = settings.carrier_is_simulated
    if settings.vonage_api_host.startswith("http://") and not simulated:
        raise SettingsError("VONAGE_API_HOST may be plain http only when it is a loopback address.")
    if is_loopback(settings.rest_host) != simulated:
        raise SettingsError(
            "VONAGE_REST_HOST and VONAGE_API_HOST must both be the simulated carrier, or neither: "
            "numbers cost money."
        )
    if settings.clock_offset_s and not simulated:
        raise SettingsError(
            "CLOCK_OFFSET_S works only with the simulated carrier: real people live in real time."
        )
    if settings.vonage_api_key == SIMULATOR_API_KEY and not simulated:
        raise SettingsError(
            "VONAGE_API_KEY is the simulated carrier's. Put your own Vonage keys there to text real people."
        )
    if simulated and not is_loopback(settings.public_url):
        raise SettingsError(
            "PUBLIC_URL is not on this computer while VONAGE_API_HOST is the simulated carrier. "
            "Set your own VONAGE_* keys, or use a loopback PUBLIC_URL."
        )


def _refuse_open_roots_url(url: str) -> None:
    scheme = urlsplit(url).scheme
    if url and scheme != "https" and not (scheme == "http" and is_loopback(url)):
        raise SettingsError("LEDGER_ROOTS_URL must begin with https://, or be a loopback address.")


def _refuse_out_of_range(settings: Settings) -> None:
    for name in _LIMITS:
        if getattr(settings, name.lower()) < 1:
            raise SettingsError(f"{name} must be 1 or more.")
    for name in _PERCENTS:
        if not 0 <= getattr(settings, name.lower()) <= 100:
            raise SettingsError(f"{name} must be from 0 to 100.")
    if not 1 <= settings.clicks_per_second <= 4:
        raise SettingsError("CLICKS_PER_SECOND must be from 1 to 4: a held key makes more than that.")
    if not 1 <= settings.clicks_per_minute <= 240:
        raise SettingsError("CLICKS_PER_MINUTE must be from 1 to 240.")
