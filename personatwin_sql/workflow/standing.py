"""How a build stands beside all earlier releases: who is told from whom, which tables break their models."""

from __future__ import annotations

from collections.abc import Mapping

from personatwin_sql.compile.compiler import Compiled
from personatwin_sql.engine.earlier import Beside, Smallest, lay_beside_earlier, smallest_group
from personatwin_sql.engine.model_demand import Asked
from personatwin_sql.engine.models_beside import failing_groups, forget_failing
from personatwin_sql.engine.session import Session
from personatwin_sql.frozen import dataclass
from personatwin_sql.spec.protection import KAnonymity, Personas
from personatwin_sql.workflow.released import Built


@dataclass(frozen=True)
class Standing:
    """A build, and what it tells of people together with all earlier releases."""

    built: Built
    beside: Beside
    smallest: Smallest | None
    """None where nobody is in a class of any release."""
    failing: Mapping[str, int]
    """Table → groups that break one of its privacy models."""

    @property
    def tells_apart(self) -> bool:
        """Whether a group is too small, or breaks a model."""
        return self.smallest is not None and (self.smallest.groups > 0 or any(self.failing.values()))

    def left_out(self, everybody: Mapping[str, int]) -> dict[str, int]:
        """Table → the people whom it leaves out, those who are held back counted."""
        return {
            name: everybody[name] - measured.released_people
            for name, measured in self.built.measured.items()
            if name in self.beside.ks
        }

    def leaves_out_few(self, everybody: Mapping[str, int]) -> bool:
        """Whether a table leaves out somebody, but fewer than its k."""
        left_out = self.left_out(everybody)
        return any(0 < people < self.beside.ks[name] for name, people in left_out.items())


def stand(session: Session, compiled: Compiled, built: Built) -> Standing | None:
    """None where nothing is released of people."""
    beside = lay(session, compiled, built, has_earlier=True)
    if beside is None:
        return None
    return Standing(
        built, beside, smallest_group(session, beside), _failing(session, compiled, built, beside)
    )


def lay(session: Session, compiled: Compiled, built: Built, *, has_earlier: bool) -> Beside | None:
    """The releases of a build beside earlier ones; None where it releases nothing of people."""
    if built.side_by_side is None:
        return None
    promises = {name: compiled.models[name].protection for name in built.side_by_side.names}
    ks = {
        name: Asked.of(promise).k
        for name, promise in promises.items()
        if isinstance(promise, KAnonymity | Personas)
    }
    tables = frozenset(name for name, promise in promises.items() if isinstance(promise, KAnonymity))
    return lay_beside_earlier(session, built.side_by_side, ks, has_earlier=has_earlier, tables=tables)


def _failing(session: Session, compiled: Compiled, built: Built, beside: Beside) -> dict[str, int]:
    forget_failing(session)
    counted = {
        name: failing_groups(session, compiled.models[name], beside)
        for name in built.measured
        if name in beside.tables
    }
    return {name: groups for name, groups in counted.items() if groups is not None}
