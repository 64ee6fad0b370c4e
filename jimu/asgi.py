"""One port for everything: live updates answered here, all other requests handed to the WSGI service.

Threads serve the pages (measured faster than an asynchronous Django), and an open live connection
costs no thread. See docs/decisions/0004-live-updates.md.
"""

from a2wsgi import WSGIMiddleware

from jimu.wsgi import application as pages  # isort: skip  Django must be set up before what follows
from jimu.core import live
from jimu.core.live_stream import LiveStream
from jimu.sync.lane import PhoneLane

live.join_beats()
_pages = WSGIMiddleware(pages, workers=8)  # type: ignore[arg-type]
application = LiveStream(path="/live", otherwise=PhoneLane(path="/sync/operations", otherwise=_pages))
