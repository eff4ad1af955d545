"""How gunicorn runs the front door: `gunicorn -c python:service.gunicorn_settings`.

Threads, because an answer is one read of the store, and because waiting requests are many and
idle. The address is given on the command line.
"""

import signal

from claims.store.die_with_parent import die_with_parent
from workers.logs import configure_logging

wsgi_app = "service.wsgi:build()"
worker_class = "gthread"
workers = 2
threads = 16
keepalive = 5
timeout = 30
graceful_timeout = 30
max_requests = 5000
max_requests_jitter = 500
limit_request_line = 4094
limit_request_fields = 50
forwarded_allow_ips = ""  # no proxy is trusted to rewrite addresses or schemes
control_socket_disable = True
errorlog = "-"


def post_fork(server: object, worker: object) -> None:
    """End with the master, and log as all processes do.

    A worker looks for its master by itself, but answers what it has begun first, and meanwhile
    the address stays taken.
    """
    die_with_parent(signal.SIGKILL)
    configure_logging()
