"""The JSON API and its tokens: programs act with the rights of the account that made the token."""

from jimu.core.brick import Brick

BRICK = Brick(
    name="api",
    prefix="tokens/",
    rights={"api.tokens": ("commander", "secretary", "auditor")},
    commands="jimu.api.cli.COMMANDS",
)
