"""One change of the script of a differentially private model."""

from __future__ import annotations

import re

from personatwin_sql.frozen import dataclass


@dataclass(frozen=True)
class Weakened:
    """A change of the script of a shape: each place where the text stands, or the first only.

    `#` stands for a whole number, which the new text may have in turn.
    """

    name: str
    of: str
    old: str
    new: str
    everywhere: bool = False

    def script(self, script: str) -> str:
        pattern = re.escape(self.old).replace(re.escape("#"), r"(\d+)")
        found, count = re.subn(pattern, self._new, script, count=0 if self.everywhere else 1)
        if not count:
            raise AssertionError(f"`{self.old}` is not in the script of {self.of}")
        return found

    def _new(self, match: re.Match[str]) -> str:
        numbers = iter(match.groups())
        return re.sub("#", lambda _: next(numbers), self.new)
