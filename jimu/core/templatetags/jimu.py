"""Tags and filters of every template: clock times, masked values, rights, icons."""

from datetime import date, datetime

from django import template
from django.forms import BoundField
from django.http import HttpRequest
from django.template import defaultfilters
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from jimu.core import clock, sealed

register = template.Library()


@register.filter
def clock_time(minute: int) -> str:
    """480 → 08:00."""
    return clock.clock_text(minute)


@register.filter
def moment(value: datetime | None) -> str:
    """An aware datetime in local time, to the minute."""
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M") if value else ""


@register.filter(name="date", expects_localtime=True)
def in_readers_order(value: date | None, form: str | None = None) -> str:
    """Django's `date`, with day and month as the reader writes them: 4月7日 is 7 Apr to who reads English."""
    if form is not None:
        form = form.replace("Y年n月j日", gettext("Y年n月j日")).replace("n月j日", gettext("n月j日"))
    return str(defaultfilters.date(value, form))


@register.filter
def label(field: BoundField) -> SafeString:
    """The label of a form's field, which stands above it: without a colon, in every language."""
    return field.label_tag(label_suffix="")


@register.filter
def masked_phone(phone: str) -> str:
    """138****1234."""
    return sealed.mask_phone(phone)


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite; decorative unless a label is given."""
    address = f"{static('jimu/icons.svg')}#{name}"
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>', label, address)
    return format_html('<svg class="icon" aria-hidden="true" focusable="false"><use href="{}"/></svg>', address)


@register.simple_tag(takes_context=True)
def may(context: dict[str, object], right: str, path: str | None = None) -> bool:
    """Whether the reader has a right (on a part): {% may "people.reveal" unit.path as can %}."""
    actor = context.get("actor")
    return bool(actor and actor.may(right, path))  # type: ignore[attr-defined]


@register.simple_tag(takes_context=True)
def query_with(context: dict[str, object], **changes: object) -> str:
    """The current query string with some keys changed; None or '' removes a key."""
    request = context["request"]
    assert isinstance(request, HttpRequest)
    query = request.GET.copy()
    for key, value in changes.items():
        if value in (None, ""):
            query.pop(key, None)
        else:
            query[key] = str(value)
    return "?" + query.urlencode()


@register.filter
def startswith(text: str, prefix: str) -> bool:
    """Whether an address lies under another."""
    return bool(prefix) and text.startswith(prefix)
