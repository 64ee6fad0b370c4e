"""Neighborhoods by whatever people call them: 洛云, 洛云居委会 and 洛云居民区 are one."""

import re

SUFFIX = re.compile(r"(社区)?(居民区|居民委员会|居委会|居委|社区|村委会|村居委|村居)?(党总支|总支|党支部|党委)?(居民区|居委会|居委)?$")
ABOVE = re.compile(r"^.{1,12}?(?:街道|镇|乡)(?=.{2})")
DIGITS = str.maketrans("0123456789", "〇一二三四五六七八九")
# What may stand before and after a name inside longer words, so that 三江口 is not 三江.
BEFORE = r"(?:^|街道|镇|区|市|[\s、,，/;；(（\-—>›])"
AFTER = r"(?=$|社区|居|村|小区|党|[\s、,，/;；)）\-—]|\d|\(|（)"


def short(name: str) -> str:
    """What tells a neighborhood from others: its name without what all such names end with."""
    plain = re.sub(r"\s", "", name)
    plain = re.sub(r"[(（].*?[)）]$", "", plain) or plain
    cut = SUFFIX.sub("", plain)
    return cut or plain


def full(name: str) -> str:
    """The name to show: the short one with 居民区, unless it came with an ending of its own kind."""
    return short(name) + "居民区"


def _key(name: str) -> str:
    return short(name).translate(DIGITS).lower()


class Places:
    """The neighborhoods that are known, found by any of their names."""

    def __init__(self, names: "list[str]") -> None:
        self.by_key = {_key(name): short(name) for name in names}
        self._met: dict[str, str] = {}

    def __bool__(self) -> bool:
        return bool(self.by_key)

    def find(self, words: str) -> str:
        """The short name of the neighborhood that a cell names, or ''."""
        if words not in self._met:
            self._met[words] = self._find(words)
        return self._met[words]

    def _find(self, words: str) -> str:
        plain = re.sub(r"\s", "", words)
        for candidate in (plain, ABOVE.sub("", plain)):
            found = self.by_key.get(_key(candidate), "")
            if found:
                return found
        bounded = [known for known in self.by_key.values() if re.search(BEFORE + re.escape(known) + AFTER, plain)]
        return max(bounded, key=len, default="")

    def inside(self, words: str) -> str:
        """A known neighborhood named somewhere in a title (甲一储备群, 04 华阳志愿者); the longest wins."""
        found = [known for known in self.by_key.values() if known and known in words]
        return max(found, key=len, default="")
