"""What somebody says of a column counts, whatever the domain takes it for."""

from __future__ import annotations

from personatwin_sql.scaffold.column_facts import column_facts
from personatwin_sql.scaffold.recognition import decided, recognised
from personatwin_sql.spec.loader import load_domain
from personatwin_sql.spec.role import Role

KNOWN = load_domain("criminal_justice").entities["people"].columns


def test_a_decision_keeps_what_else_the_domain_says_of_the_column() -> None:
    (age,) = decided(recognised(["age"], KNOWN), {"age": {"role": "direct_identifier"}}, KNOWN)
    assert age.role is Role.DIRECT_IDENTIFIER
    assert age.stays_inside
    assert age.written == {**column_facts(KNOWN["age"]), "role": "direct_identifier"}


def test_an_unknown_column_gets_the_role_it_is_given_under_its_own_name() -> None:
    (size,) = decided(recognised(["shoe size"], KNOWN), {"shoe size": {"role": "insensitive"}}, KNOWN)
    assert (size.name, size.role, size.stays_inside) == ("shoe size", Role.INSENSITIVE, False)


def test_a_column_without_a_decision_is_as_it_was() -> None:
    found = recognised(["age", "shoe size"], KNOWN)
    assert decided(found, {}, KNOWN) == found
