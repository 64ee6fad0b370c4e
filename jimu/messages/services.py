"""What each service takes: how its address looks, how much fits into a post, how many a minute, whether it drops repeats."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, urlsplit

from django.utils.translation import gettext as _

from jimu.core.errors import Invalid
from jimu.messages.models import Channel

Service = Channel.Service
TO = "{to}"


@dataclass(frozen=True)
class Limits:
    """Bytes of one post and posts a minute (0: no limit); `keyed`: a repeat under the same key is dropped by the service."""

    bytes: int
    per_minute: int
    keyed: bool = False


#: The services' published limits; WeCom and DingTalk robots take 20 posts a minute, DingTalk blocks for ten minutes beyond.
LIMITS: Mapping[str, Limits] = {
    Service.WECOM: Limits(2048, 20),
    Service.DINGTALK: Limits(15000, 20),
    Service.FEISHU: Limits(15000, 100),
    Service.MAIL: Limits(30000, 60),
    Service.WEBHOOK: Limits(30000, 600, keyed=True),
    Service.OTHER: Limits(2000, 20),
    Service.LOCAL: Limits(30000, 0, keyed=True),
}
#: Where the robots of each service are spoken to; an address elsewhere is not one of them.
ROBOTS: Mapping[str, tuple[str, str]] = {
    Service.WECOM: ("qyapi.weixin.qq.com", "/cgi-bin/webhook/send"),
    Service.DINGTALK: ("oapi.dingtalk.com", "/robot/send"),
    Service.FEISHU: ("open.feishu.cn", "/open-apis/bot/v2/hook/"),
}


def checked_address(service: str, address: str, *, persons: bool) -> str:
    """An address that the service can be spoken to at. Raises Invalid; the error never repeats the address."""
    address = address.strip()
    if service == Service.LOCAL:
        return ""
    if not address:
        raise Invalid(_("请填写地址。"), code="no_address")
    if service in ROBOTS:
        if persons:
            raise Invalid(_("群机器人只能发到群里，请把“发给”改为“一个群”。"), code="robot_for_persons")
        return _checked_robot(service, address)
    if persons and TO not in address:
        raise Invalid(_("发给个人的地址要有 {to}，发送时换成本人的手机号或邮箱。").format(to=TO), code="no_place_for_person")
    if service == Service.WEBHOOK:
        return _checked_webhook(address)
    return _checked_apprise(service, address)


def _checked_robot(service: str, address: str) -> str:
    host, path = ROBOTS[service]
    parts = urlsplit(address)
    if parts.scheme != "https" or parts.hostname != host or not parts.path.startswith(path):
        raise Invalid(_("请粘贴机器人页面上的完整地址，以 https://{start} 开头。").format(start=host + path), code="not_a_robot")
    return address


def _checked_webhook(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Invalid(_("网络接口的地址以 https:// 开头。"), code="not_a_webhook")
    return address


def _checked_apprise(service: str, address: str) -> str:
    # Two hundred plugins are read at the first use: not at the start of every process.
    from apprise import Apprise

    plugin = Apprise.instantiate(filled(address, "a@example.com"), suppress_exceptions=True)
    if plugin is None or (service == Service.MAIL and not re.match(r"mailtos?://", address)):
        example = "mailtos://用户:密码@smtp.example.com?to={to}"
        raise Invalid(_("地址看不懂。邮件例如 {example}").format(example=example), code="address_unknown")
    return address


def filled(address: str, to: str) -> str:
    """The address with the person's own in the place for it."""
    return address.replace(TO, quote(to, safe="@"))


def dingtalk_secret(address: str) -> str:
    """The signing secret, which is kept behind the robot's address as `&secret=SEC…`."""
    return parse_qs(urlsplit(address).query).get("secret", [""])[0]
