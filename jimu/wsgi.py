"""The service as a WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jimu.settings")
application = get_wsgi_application()

from jimu.core.settling import settle  # isort: skip  # noqa: E402  Django must be set up before what follows

settle()
