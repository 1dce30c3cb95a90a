"""A ledger that was read whole: its entries in an order in which none stands before its parents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from personatwin_sql.frozen import dataclass
from personatwin_sql.release.ledger.entry import Beside, Charge, Content, Entry, Randomised, Release


@dataclass(frozen=True)
class Ledger:
    """Entries by digest: the union of whatever branches wrote."""

    entries: Mapping[str, Entry]

    @classmethod
    def of(cls, entries: Mapping[str, Entry]) -> Ledger:
        """In the order of their numbers; of equal ones, of their digests: the same on every machine."""
        ordered = sorted(entries.items(), key=lambda item: (item[1].number, item[0]))
        return cls(dict(ordered))

    @cached_property
    def heads(self) -> tuple[str, ...]:
        """Entries that nobody has followed yet, sorted: who knows them, knows all."""
        followed = {parent for entry in self.entries.values() for parent in entry.parents}
        return tuple(sorted(self.entries.keys() - followed))

    def charges(self) -> Iterator[tuple[str, Charge]]:
        """Digest and content of all charges, oldest first."""
        for digest, entry in self.entries.items():
            if isinstance(entry.content, Charge):
                yield digest, entry.content

    def releases(self) -> Iterator[tuple[str, Release]]:
        """Likewise of all releases."""
        for digest, entry in self.entries.items():
            if isinstance(entry.content, Release):
                yield digest, entry.content

    def beside(self) -> dict[str, str]:
        """Tables of the same people that were released beside, and are not differentially private."""
        found: dict[str, str] = {}
        for entry in self.entries.values():
            if isinstance(entry.content, Beside):
                found |= entry.content.models
        return found

    def randomised(self) -> dict[str, Randomised]:
        """Outcomes that are told by chance, by what their draws hang on: each such draw was made once."""
        found: dict[str, Randomised] = {}
        for entry in self.entries.values():
            if isinstance(entry.content, Randomised):
                found.setdefault(entry.content.label, entry.content)
        return found

    def tellers(self) -> frozenset[str]:
        """Models that ever told outcomes by chance."""
        entries = (entry.content for entry in self.entries.values())
        return frozenset(each.model for each in entries if isinstance(each, Randomised))

    def told_by_chance(self) -> frozenset[str]:
        """The columns of which outcomes were ever told by chance."""
        columns = (each.columns for each in self.randomised().values())
        return frozenset(name for each in columns for name in each)

    def next_of(self, content: Content, at: str, key: str) -> Entry:
        """The entry that would follow all there are, without its seal."""
        number = 1 + max((entry.number for entry in self.entries.values()), default=0)
        return Entry(number, self.heads, at, key, content)

    def unknown(self, digests: Iterable[str]) -> tuple[str, ...]:
        """Those of some digests that are no entries."""
        return tuple(sorted({digest for digest in digests if digest not in self.entries}))
