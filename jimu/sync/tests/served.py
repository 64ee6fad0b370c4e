"""The service with the kinds of the tests, for tests that serve or kill it."""

from jimu.asgi import application
from jimu.sync.tests import offering

offering.install()

__all__ = ["application"]
