"""The functions that a SELECT may call: what each gives, and why some others are refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from personatwin_sql.spec.domain import ColumnType


def words(*texts: str) -> frozenset[str]:
    """The words of a list."""
    return frozenset(" ".join(texts).split())


_TEXT: Final = """
    array_to_string bin chr concat concat_ws dayname format hex lcase left left_grapheme lower lpad ltrim
    md5 monthname nfc_normalize printf regexp_extract regexp_replace repeat replace reverse right
    right_grapheme rpad rtrim sha1 sha256 split_part strftime strip_accents substr substring
    substring_grapheme to_base64 translate trim typeof ucase upper json_extract_string json_value
    json_type pt_risk_band
"""
_INTEGER: Final = """
    array_length ascii bit_count bit_length century char_length character_length date_diff date_part
    datediff datepart date_sub datesub day dayofmonth dayofweek dayofyear decade epoch_ms epoch_ns
    epoch_us era gcd greatest_common_divisor hour instr isodow isoyear lcm least_common_multiple len
    length length_grapheme levenshtein damerau_levenshtein hamming list_position json_array_length
    microsecond millennium millisecond minute month nanosecond octet_length ord position quarter second
    sign strlen strpos unicode week weekday weekofyear year yearweek
"""
_NUMBER: Final = """
    acos acosh asin asinh atan atan2 atanh cbrt cos cosh cot degrees epoch exp factorial fdiv fmod gamma
    jaccard jaro_similarity jaro_winkler_similarity julian lgamma ln log log10 log2 pi pow power radians
    sin sinh sqrt tan tanh pt_individual_risk
"""
_BOOLEAN: Final = """
    array_contains array_has contains ends_with isfinite isinf isnan list_contains list_has prefix
    regexp_full_match regexp_matches starts_with suffix xor json_contains json_exists json_valid
"""
_DATE: Final = "last_day make_date"
_TIMESTAMP: Final = """
    date_add date_trunc datetrunc make_timestamp strptime time_bucket to_timestamp try_strptime
"""
_AS_ARGUMENTS: Final = """
    abs any_value array_agg array_append array_concat array_distinct array_pop_back array_pop_front
    array_slice array_sort array_value arbitrary arg_max arg_min argmax argmin bit_and bit_or bit_xor
    ceil ceiling coalesce element_at even first first_value flatten floor greatest if ifnull json
    json_array json_extract lag last last_value lead least list list_append list_concat list_distinct
    list_element list_extract list_slice list_sort list_unique list_value make_time max max_by median min
    min_by mod mode nth_value nullif quantile_disc round round_even row string_split str_split split
    struct_extract struct_pack sum to_days to_hours to_json to_microseconds to_milliseconds to_minutes
    to_months to_quarters to_seconds to_weeks to_years trunc row_to_json sum_no_overflow try
"""
_AGGREGATES_OF_NUMBERS: Final = """
    avg mean favg fsum sumkahan kahan_sum geomean geometric_mean product stddev stddev_pop stddev_samp
    variance var_pop var_samp sem skewness kurtosis kurtosis_pop entropy mad quantile quantile_cont corr
    covar_pop covar_samp regr_avgx regr_avgy regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy
    percentile_cont percentile_disc wavg weighted_avg
"""
_COUNTS: Final = "count count_if countif regr_count"
_TRUTHS: Final = "bool_and bool_or"
_TEXT_AGGREGATES: Final = "string_agg group_concat listagg"
_RANKS: Final = "row_number rank dense_rank ntile"
_SHARES: Final = "percent_rank cume_dist"

_KINDS: Final[tuple[tuple[str, ColumnType | None], ...]] = (
    (_TEXT, "text"),
    (_INTEGER, "integer"),
    (_NUMBER, "number"),
    (_BOOLEAN, "boolean"),
    (_DATE, "date"),
    (_TIMESTAMP, "timestamp"),
    (_AS_ARGUMENTS, None),
    (_AGGREGATES_OF_NUMBERS, "number"),
    (_COUNTS, "integer"),
    (_TRUTHS, "boolean"),
    (_TEXT_AGGREGATES, "text"),
    (_RANKS, "integer"),
    (_SHARES, "number"),
)
TYPES: Final[Mapping[str, ColumnType | None]] = {
    name: kind for names, kind in _KINDS for name in words(names)
}
"""Each allowed function and the type that it gives; None where it gives what its arguments have.

All are deterministic, read no table, file or setting, and quote no value in an error on purpose."""

AGGREGATES: Final = words(
    _AGGREGATES_OF_NUMBERS,
    _COUNTS,
    _TRUTHS,
    _TEXT_AGGREGATES,
    "any_value arbitrary arg_max arg_min argmax argmin array_agg bit_and bit_or bit_xor first last list max",
    "max_by median min min_by mode quantile_disc sum sum_no_overflow",
)
"""Functions of many rows."""

ORDERED_AGGREGATES: Final = words(_TEXT_AGGREGATES, "array_agg first last list")
"""Aggregates whose result depends on the order of rows, which must therefore be said."""

ORDERED_WINDOWS: Final = words(_RANKS, _SHARES, "first_value lag last_value lead nth_value")
"""Window functions that mean nothing without ORDER BY."""

_CLOCK: Final = words(
    "ago current_date current_localtime current_localtimestamp current_time current_timestamp",
    "get_current_time get_current_timestamp localtime localtimestamp now today transaction_timestamp",
)
_DRAWN: Final = words("gen_random_uuid random rand setseed uuid uuidv4 uuidv7 nextval currval setval")
_SESSION: Final = words(
    "current_catalog current_database current_query current_role current_schema current_schemas",
    "current_setting current_user getenv getvariable session_user user version txid_current",
)
OUTSIDE: Final = words(
    "query query_table glob read_csv read_csv_auto read_parquet parquet_scan read_json read_json_auto",
    "read_text read_blob sqlite_scan postgres_scan duckdb_tables duckdb_columns pragma_table_info",
)
"""Functions that read something else than their arguments."""

VOLATILE: Final[Mapping[str, str]] = {
    **dict.fromkeys(_CLOCK, "it reads the clock"),
    "age": "with one argument it reads the clock",
    **dict.fromkeys(_DRAWN, "it gives another value at each call"),
    **dict.fromkeys(_SESSION, "it reads the session, not the data"),
}
"""Functions whose result is not decided by their arguments, and why."""

REFUSED: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        words("unnest unpack generate_subscripts"), "it makes rows or columns that are not written"
    ),
    **dict.fromkeys(OUTSIDE, "it reads what is not declared as a source"),
    "columns": "it stands for columns that are not written",
    "error": "its message would quote a value",
    "hash": "it differs between versions, and names can be guessed from it",
}
"""Functions that people try, and why they are not taken."""
