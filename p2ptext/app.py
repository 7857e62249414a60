"""The application factory: the only module that knows every feature."""

import functools
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask, g, request, url_for
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from redis.exceptions import RedisError
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError
from werkzeug.middleware.proxy_fix import ProxyFix

from p2ptext import browser_safety, cli, config, error_pages, logs
from p2ptext.accounts import access, link_commands
from p2ptext.accounts import commands as account_commands
from p2ptext.accounts import views as accounts
from p2ptext.accounts.recognizing import Recognizer
from p2ptext.alarms import views as alarms
from p2ptext.audience import commands as audience_commands
from p2ptext.audience import dry_run_commands as dry_runs
from p2ptext.audience import suppression_import_views as do_not_text
from p2ptext.audience import views as audience
from p2ptext.background import gather_hints
from p2ptext.campaigns import enclosure_commands
from p2ptext.campaigns import views as campaigns
from p2ptext.conversations import views as conversations
from p2ptext.desk import views as desk
from p2ptext.exports import views as exports
from p2ptext.extensions import (
    connect,
    csrf,
    db,
    limiter,
    login_manager,
    migrate,
    quick,
    redis,
    refuse_dead,
)
from p2ptext.insight import evidence_views as evidence
from p2ptext.insight import timing_views as timing
from p2ptext.insight import views as insight
from p2ptext.registry import commands as registry_commands
from p2ptext.registry import views as registry
from p2ptext.review import views as review
from p2ptext.short_way import ShortWays, Way
from p2ptext.sms.line_types import line_type_look_up
from p2ptext.sms.vonage import VonageProvider
from p2ptext.texting import media_fetch, quick_send, webhooks
from p2ptext.texting import views as texting

COMMANDS = (
    *cli.COMMANDS,
    *account_commands.COMMANDS,
    *link_commands.COMMANDS,
    *registry_commands.COMMANDS,
    *audience_commands.COMMANDS,
    *enclosure_commands.COMMANDS,
    *dry_runs.COMMANDS,
)
FEATURES = (
    accounts,
    campaigns,
    registry,
    audience,
    do_not_text,
    texting,
    webhooks,
    media_fetch,
    conversations,
    desk,
    alarms,
    exports,
    review,
    insight,
    evidence,
    timing,
)


def create_app(settings: config.Settings | None = None) -> Flask:
    """Build the application from `settings`, or from the environment.

    Raises SettingsError when a setting is missing or contradicts another.
    """
    settings = settings or config.load()
    logs.configure(settings.log_level)
    app = Flask(__name__)
    app.config.update(_flask_config(settings))
    app.wsgi_app = ShortWays(app, _short_way, error_pages.judge, browser_safety.headers(settings))  # type: ignore[method-assign]
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]
    for extension in (db, csrf, limiter, login_manager, redis):
        extension.init_app(app)
    quick.init_app(app)
    with app.app_context():
        event.listen(db.engine, "checkout", refuse_dead)
    migrate.init_app(app, db, directory=str(Path(__file__).parent.parent / "migrations"))
    app.extensions["recognizer"] = Recognizer(app)
    app.extensions["gather_hints"] = gather_hints
    app.extensions["sms_provider"] = VonageProvider(settings)
    app.extensions["line_type_look_up"] = line_type_look_up(settings)
    login_manager.login_view = "accounts.sign_in"
    login_manager.session_protection = None  # phones change networks; the session row is what counts
    _register_features(app)
    _register_health(app)
    error_pages.register(app)
    browser_safety.register(app, settings)
    app.before_request(access.check_request)
    _template_helpers(app, settings)
    access.require_declared_permissions(app)
    return app


def _short_way(path: str) -> Way | None:
    return webhooks.short_ways.get(path) or quick_send.find(path)


def _flask_config(settings: config.Settings) -> dict[str, Any]:
    options = (
        f"-c timezone=UTC -c p2ptext.clock_offset_s={settings.clock_offset_s}"
        f" -c p2ptext.carrier_is_simulated={'on' if settings.carrier_is_simulated else 'off'}"
    )
    connect_to_database = functools.partial(
        connect, settings.database_url, options=options, connect_timeout=5, application_name="p2ptext"
    )
    prefix = "__Host-" if settings.https else ""
    return {
        "SETTINGS": settings,
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url.replace("postgres://", "postgresql://", 1),
        "SQLALCHEMY_ENGINE_OPTIONS": {
            "pool_size": 12,
            "max_overflow": 8,
            # Shorter than a carrier's 15 s for a webhook: better a 503 that is retried than a hang.
            "pool_timeout": 5,
            "pool_use_lifo": True,  # the connection used last has its statements prepared
            "hide_parameters": True,  # an error's words quote them, and they are people's data
            "creator": connect_to_database,
        },
        # Statements of hot paths find rows by keys: their plan is made once. Left to itself, a large database
        # plans the click's own anew each time (measured at two million texts: 2.3 ms instead of 0.6).
        "CONNECT": functools.partial(
            connect_to_database, options=f"{options} -c plan_cache_mode=force_generic_plan"
        ),
        "SESSION_COOKIE_NAME": f"{prefix}p2ptext",
        "SESSION_COOKIE_SECURE": settings.https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        # The browser drops the cookie when its session is over anyway.
        "PERMANENT_SESSION_LIFETIME": timedelta(days=access.ABSOLUTE_D),
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session lives: a form left open overnight still works
        "WTF_CSRF_SSL_STRICT": True,
        "MAX_CONTENT_LENGTH": 1024 * 1024,  # views that take files raise it for themselves
        "MAX_FORM_MEMORY_SIZE": 512 * 1024,
        "RATELIMIT_STORAGE_URI": settings.redis_url,
        "RATELIMIT_STORAGE_OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5},
        "PREFERRED_URL_SCHEME": "https" if settings.https else "http",
        "TEMPLATES_AUTO_RELOAD": False,
        "SEND_FILE_MAX_AGE_DEFAULT": 3600,
    }


def _register_features(app: Flask) -> None:
    for feature in FEATURES:
        app.register_blueprint(feature.blueprint)
    for command in COMMANDS:
        app.cli.add_command(command)


def _register_health(app: Flask) -> None:
    @app.get("/healthz")
    @access.public("load balancers ask whether the process lives")
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/readyz")
    @access.public("load balancers ask whether requests can be served")
    def readyz() -> tuple[dict[str, str], int]:
        try:
            db.session.execute(text("SELECT p2p_now() FROM alembic_version"))
            database = "ok"
        except DBAPIError:
            database = "unreachable or not migrated"
        try:
            redis.client.ping()
            queue = "ok"
        except RedisError:
            queue = "degraded"
        status = "ok" if database == "ok" else "unavailable"
        return {"status": status, "database": database, "queue": queue}, 200 if status == "ok" else 503


def _template_helpers(app: Flask, settings: config.Settings) -> None:
    def csrf_field() -> Markup:
        return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())

    def nav_items() -> list[tuple[str, str, bool]]:
        if not current_user.is_authenticated or "org" not in g:
            return []
        items = []
        for label, endpoint, role in NAVIGATION:
            if endpoint in app.view_functions and g.membership.may(role):
                url = url_for(endpoint, org=g.org.slug)
                items.append((label, url, request.path.startswith(url)))
        return items

    @app.url_defaults
    def organization_of_address(endpoint: str, values: dict[str, Any]) -> None:
        if "org" not in values and "org" in g and app.url_map.is_endpoint_expecting(endpoint, "org"):
            values["org"] = g.org.slug

    app.jinja_env.globals.update(csrf_field=csrf_field, nav_items=nav_items)
    app.jinja_env.policies["json.dumps_kwargs"] = {"sort_keys": True}

    @app.context_processor
    def everywhere() -> dict[str, Any]:
        return {
            "carrier_is_simulated": settings.carrier_is_simulated,
            "org": g.get("org"),
            "membership": g.get("membership"),
        }


NAVIGATION = (
    ("Texting", "texting.home", "volunteer"),
    ("Replies", "conversations.replies", "volunteer"),
    ("Now", "insight.now", "organizer"),
    ("Campaigns", "insight.campaigns", "organizer"),
    ("Review", "review.conversations", "organizer"),
    ("Inbox", "review.unrouted", "organizer"),
    ("People", "accounts.people", "manager"),
    ("Numbers", "registry.all_numbers", "manager"),
    ("Do not text", "do_not_text.numbers", "manager"),
    ("Exports", "exports.exports", "manager"),
    ("Money", "insight.money_of_all", "manager"),
)
"""Label, endpoint, least role."""
