"""Filters of sign-up's pages."""

from django import template

from jimu.people.words import skill_words
from jimu.signup.models import Application
from jimu.signup.rules import SLOT_WORDS
from jimu.signup.words import FLAG_WORDS

register = template.Library()


@register.filter
def wished(application: Application) -> str:
    """The posts that somebody would take, by their titles."""
    titles = {post["code"]: post["title"] for post in application.campaign.posts}
    return "、".join(titles.get(code, code) for code in application.posts) or "—"


@register.filter
def slots(application: Application) -> str:
    """When somebody can come."""
    return "；".join(str(SLOT_WORDS[code]) for code in application.slots if code in SLOT_WORDS) or "—"


@register.filter
def flag_words(code: str) -> str:
    """What looks odd, in words."""
    return str(FLAG_WORDS.get(code, code))


@register.filter
def skill_named(code: str) -> str:
    """A skill of the list by its code."""
    return skill_words(code)
