"""How the web process runs: pages, webhooks and live streams on one origin."""

import os

bind = os.environ.get("BIND", "127.0.0.1:8000")
# Two processes of green threads: hundreds of idle live streams cost little memory.
worker_class = "gevent"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_connections = 1000
# The system spreads new connections over the workers' own sockets.
reuse_port = True
timeout = 60
# Live streams do not end by themselves; a deploy or Ctrl-C does not wait longer than this for them.
graceful_timeout = 5
keepalive = 65
# Addresses contain tokens and search words, so requests are logged by the app without them, if at all.
accesslog = None
errorlog = "-"
loglevel = "warning"
# The app reads X-Forwarded-* itself, for as many proxies as TRUSTED_PROXIES says.
forwarded_allow_ips = ""
# Heartbeat files belong in memory: a busy disk must not look like a hung worker.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - gunicorn's own advice
proc_name = "p2ptext-web"


def post_worker_init(worker):  # type: ignore[no-untyped-def]  # gunicorn's hook
    """Each process publishes its hints together, from when it is a process of its own."""
    worker.wsgi.extensions["gather_hints"]()


control_socket_disable = True
