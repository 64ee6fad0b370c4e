"""Neighborhoods by whatever people call them: 洛云, 洛云居委会 and 洛云居民区 are one."""

import re

SUFFIX = re.compile(r"(社区)?(居民区|居民委员会|居委会|居委|社区|村委会)?(党总支|总支|党支部)?$")


def short(name: str) -> str:
    """What tells a neighborhood from others: its name without what all such names end with."""
    plain = re.sub(r"\s", "", name)
    cut = SUFFIX.sub("", plain)
    return cut or plain


def full(name: str) -> str:
    """The name to show: the short one with 居民区, unless it came with an ending of its own kind."""
    return short(name) + "居民区"


class Places:
    """The neighborhoods that are known, found by any of their names."""

    def __init__(self, names: "list[str]") -> None:
        self.by_short = {short(name): short(name) for name in names}

    def __bool__(self) -> bool:
        return bool(self.by_short)

    def find(self, words: str) -> str:
        """The short name of the neighborhood that these words name, or ''."""
        plain = short(words)
        return self.by_short.get(plain, "")

    def inside(self, words: str) -> str:
        """A known neighborhood named somewhere in longer words (a sheet's name, a title); the longest wins."""
        found = [known for known in self.by_short if known and known in words]
        return max(found, key=len) if found else ""
