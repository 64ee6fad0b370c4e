"""The JSON API and its tokens: programs act with the rights of the account that made the token."""

from django.utils.translation import gettext_lazy as _

from jimu.core.brick import Brick

BRICK = Brick(
    name="api",
    prefix="tokens/",
    journal_words={"api.token_made": _("新建接口令牌"), "api.token_revoked": _("作废接口令牌")},
    rights={"api.tokens": ("commander", "secretary", "auditor")},
    commands="jimu.api.cli.COMMANDS",
)
