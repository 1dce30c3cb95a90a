"""`randomised_response` and `event_id` of persona events, resolved: level preset < project < model."""

from __future__ import annotations

from fractions import Fraction

from personatwin_sql.compile.config_reader import ConfigReader
from personatwin_sql.errors import Place
from personatwin_sql.spec.protection import RandomisedOutcomes

KEY = "randomised_response"
EVENT_ID = "event_id"


def read_randomised(reader: ConfigReader) -> RandomisedOutcomes | None:
    """How often outcomes are told as others; None unless the model or the project asks for it.

    PT151 a number that is none, PT152 one that is looser than the level or the project, PT641 where nothing
    says which event is which, PT642 where the domain has no outcomes that could be told instead.
    """
    asked, of_project = reader.parsed.config.get(KEY), reader.loaded.project.privacy.randomised_response
    event = reader.text(EVENT_ID)
    if asked is False and of_project is not None:
        place = reader.loaded.place(f"project.privacy.{KEY}")
        reader.refuse("PT152", f"`{KEY}` is asked for in {place}", KEY, "leave it out here, or there")
    if asked is False or (asked is None and of_project is None):
        if event is not None:
            reader.refuse("PT641", f"`{EVENT_ID}` means nothing without `{KEY}`", EVENT_ID, "leave it out")
        return None
    changed, place = _changed(reader, asked)
    if not event:
        fix = f"select the key of the event and name it: {EVENT_ID}='event_id'; it is not released"
        message = "each outcome is drawn once for ever, and nothing says which event is which"
        reader.refuse("PT641", message, KEY if asked is not None else "protection", fix)
    outcomes = tuple(sorted(set(reader.loaded.domain.outcomes)))
    if len(outcomes) < 2 or not changed < Fraction(len(outcomes) - 1, len(outcomes)):
        message = f"the domain lists {len(outcomes)} outcomes: too few to tell one as another so often"
        fix = "list all that an outcome may be under `outcomes:` in the domain"
        reader.refuse("PT642", message, KEY if asked is not None else "protection", fix)
        return None
    ids = "normalized" if reader.loaded.project.ids == "normalized" else ""
    return RandomisedOutcomes(changed, place, outcomes, event or "", ids)


def _changed(reader: ConfigReader, asked: object) -> tuple[Fraction, Place]:
    """r and where it was declared; it is never below that of the level or of the project."""
    loaded = reader.loaded
    of_project = loaded.project.privacy.randomised_response
    least, place = loaded.preset.randomised_response, loaded.place("project.privacy.level")
    if of_project is not None and of_project is not True:
        least, place = of_project, loaded.place(f"project.privacy.{KEY}")
    in_force = Fraction(str(least)), place
    if asked is None or asked is True:
        return in_force
    if isinstance(asked, bool) or not isinstance(asked, int | float) or not 0 < asked < 1:
        reader.refuse("PT151", f"`{KEY}` is true, or a share between 0 and 1", KEY)
        return in_force
    if asked < least:
        message = f"`{KEY}` = {asked:g} is looser than in {place}, where it is at least {least:g}"
        reader.refuse("PT152", message, KEY, f"keep {least:g} or raise it")
        return in_force
    return Fraction(str(asked)), reader.place(KEY)
