"""What an id of a person is, apart from how it is spelled."""

from __future__ import annotations

from personatwin_sql.compile.quoting import literal

_ZEROS = (0x660, 0x6F0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xE50, 0xED0, 0xF20)
"""The zero of each script that still writes numbers with digits of its own; 1 to 9 follow it."""
_LIKE = {
    **{chr(zero + digit): str(digit) for zero in _ZEROS for digit in range(10)},
    **{chr(0xFEE0 + letter): chr(letter) for letter in range(ord("!"), ord("~") + 1)},  # as wide as Chinese
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
    **dict.fromkeys("\u2018\u2019\u02bc", "'"),
}
"""Letters that keyboards and word processors write for those of ASCII."""
_IS_LIKE = f"[{''.join(_LIKE)}]"
_UNSEEN = (
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\p{Cf}"  # control characters, zero widths, directions
    r"\x{34f}\x{115f}\x{1160}\x{17b4}\x{17b5}\x{180b}-\x{180f}\x{2800}\x{3164}\x{fe00}-\x{fe0f}\x{ffa0}]"
)
_BLANKS = r"[\s\x0b\x1c-\x1f\x85\p{Z}]+"
_AFTER = r"([!-\-/-~]|[ .][!-\-/1-~])*"
_PLAIN, _PLAIN_BUT_ZEROS = rf"[!-*,\-/1-~]{_AFTER}", f"0{_AFTER}"
"""Ids of ASCII, of which case alone is to be taken off, or zeros too: most are, and others cost much more."""


def normalized(text: str) -> str:
    """SQL of an id without what its spelling adds, which no reader would take for another id.

    That is case; spaces around it, and how wide those within it are; characters that are not seen; the width
    and script of digits, dashes and apostrophes; whether accents are composed (Unicode's NFC); a `+` before a
    number, zeros before it and `.0` behind it. It is empty if nothing is to be seen.
    """
    small = f"lower({text})"
    return (
        f"CASE WHEN regexp_full_match({text}, {literal(_PLAIN)}) THEN {small} "
        f"WHEN regexp_full_match({text}, {literal(_PLAIN_BUT_ZEROS)}) "
        f"THEN coalesce(nullif(ltrim({small}, '0'), ''), '0') "
        f"ELSE {_number(_seen(text))} END"
    )


def _number(seen: str) -> str:
    for spelling, bare in (
        ("^[+]?([.0-9])", r"0\1"),  # a number begins with a zero and no sign
        ("(.)[.]0+$", r"\1"),
        ("^0+(.)", r"\1"),
    ):
        seen = f"regexp_replace({seen}, {literal(spelling)}, {literal(bare)})"
    return seen


def _seen(text: str) -> str:
    ascii_only = f"trim(regexp_replace(lower({text}), ' +', ' ', 'g'))"
    ascii_for = f"translate({text}, {literal(''.join(_LIKE))}, {literal(''.join(_LIKE.values()))})"
    # for each id anew, `translate` makes a table of what it is given
    alike = f"CASE WHEN regexp_matches({text}, {literal(_IS_LIKE)}) THEN {ascii_for} ELSE {text} END"
    visible = f"nfc_normalize(regexp_replace({alike}, {literal(_UNSEEN)}, '', 'g'))"
    anything = f"lower(trim(regexp_replace({visible}, {literal(_BLANKS)}, ' ', 'g')))"
    return f"CASE WHEN regexp_full_match({text}, '[ -~]*') THEN {ascii_only} ELSE {anything} END"
