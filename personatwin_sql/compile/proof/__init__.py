"""Reads guarantees back out of the SQL that will run, by small rules over what each relation is known to be.

A rule holds whatever the data are, and whatever wrote the SQL: a macro of a project is believed no more than
a built-in one. What no rule understands proves nothing.
"""

from personatwin_sql.compile.proof.classes import prove_k_anonymity
from personatwin_sql.compile.proof.context import Authored
from personatwin_sql.compile.proof.events import Outcomes, PersonaColumns, prove_persona_events
from personatwin_sql.compile.proof.models import Said, prove_models
from personatwin_sql.compile.proof.personas import prove_personas
from personatwin_sql.compile.proof.proof import Proof
from personatwin_sql.compile.proof.randomised import Told, prove_randomised

__all__ = [
    "Authored",
    "Outcomes",
    "PersonaColumns",
    "Proof",
    "Said",
    "Told",
    "prove_k_anonymity",
    "prove_models",
    "prove_persona_events",
    "prove_personas",
    "prove_randomised",
]
