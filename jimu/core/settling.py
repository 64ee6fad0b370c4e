"""What a page server does once, before its first page."""

import gc
from importlib import import_module

from django.conf import settings


def settle() -> None:
    """Load every page's code, then take what is loaded out of the garbage collector's rounds.

    The house with its solver and its pinyin tables is some 370,000 objects that stay until the process ends. Each full
    round of the collector went over all of them in the middle of somebody's page: 100 to 150 ms, once in ten or twenty
    pages that make many objects, such as the board.
    """
    import_module(settings.ROOT_URLCONF)
    gc.collect()
    gc.freeze()
