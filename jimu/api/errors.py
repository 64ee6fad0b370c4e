"""Refusals of the API's door."""

from django.utils.translation import gettext_lazy as _

from jimu.core.errors import JimuError, NotPermitted


class SignInNeeded(JimuError):
    """No session and no token, or a token that is unknown, expired or revoked: the three look alike."""

    code = "sign_in_needed"
    status = 401
    sentence = _("请先登录，或在请求头 Authorization 里带上有效的令牌。")


class ReadOnlyToken(NotPermitted):
    """A token for reading was used to change something."""

    code = "read_only_token"
    sentence = _("这个令牌只能读取。要修改数据，请另外创建可读写的令牌。")
