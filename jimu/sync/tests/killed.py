"""A service that may be killed as often as one likes: this process loads it once, and forks one that serves, again and again.

    python -m jimu.sync.tests.killed PORT FILE

FILE holds the id of the process that serves now.
"""

import os
import signal
import socketserver
import sys
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from jimu.wsgi import application  # isort: skip  Django must be set up before what follows

from django.db import connections

from jimu.sync.tests import offering


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


class Threaded(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True
    allow_reuse_address = True


def serve(port: int) -> None:
    make_server("127.0.0.1", port, application, server_class=Threaded, handler_class=Quiet).serve_forever()


def main(port: int, file: Path) -> None:
    offering.install()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    child = 0
    try:
        while True:
            connections.close_all()
            child = os.fork()
            if child == 0:
                signal.signal(signal.SIGTERM, signal.SIG_DFL)
                serve(port)
            file.with_suffix(".new").write_text(str(child))
            file.with_suffix(".new").rename(file)
            os.waitpid(child, 0)
    finally:
        if child:
            os.kill(child, signal.SIGKILL)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
