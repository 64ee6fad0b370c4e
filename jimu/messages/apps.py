"""Django's own messages app has the label already."""

from django.apps import AppConfig


class MessagesConfig(AppConfig):
    """The outbox."""

    name = "jimu.messages"
    label = "outbox"
