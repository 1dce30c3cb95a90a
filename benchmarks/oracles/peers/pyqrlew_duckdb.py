"""pyqrlew: it rewrites a query into one that adds Gaussian noise, here in PostgreSQL's dialect for DuckDB.

DuckDB is none of its dialects, and what reads a schema knows PostgreSQL and SQLite: an empty SQLite table of
the same columns tells it the schema, and it is told how many rows there are. A column has at most 128 values
that are declared, so 1,000 public places can't be: where places are public it chooses them by noise, too, for
half of ε. It has no bound of rows in a place: it is told ten rows of a person, as two in each of five are.
"""

from __future__ import annotations

import json
from uuid import uuid4

import duckdb
import pyqrlew
import sqlalchemy
from peer import Asked, main

QUERY = "SELECT place, COUNT(*) AS visits, SUM(amount) AS amount FROM visits GROUP BY place"


def dataset(rows: int) -> pyqrlew.Dataset:
    """The schema of visits, their number, and the bounds of amounts."""
    engine = sqlalchemy.create_engine("sqlite://")
    metadata = sqlalchemy.MetaData()
    sqlalchemy.Table(
        "visits",
        metadata,
        sqlalchemy.Column("person_id", sqlalchemy.Integer),
        sqlalchemy.Column("place", sqlalchemy.Integer),
        sqlalchemy.Column("amount", sqlalchemy.Float),
    )
    metadata.create_all(engine)
    empty = pyqrlew.Dataset.from_database("peer", engine)
    size = json.loads(empty.size)
    size["statistics"]["union"]["fields"][0]["statistics"]["struct"]["size"] = str(rows)
    spec = {"transformed": {"transform": uuid4().hex, "arguments": [], "named_arguments": {}}}
    head = {"@type": "sarus_data_spec/sarus_data_spec.Dataset", "uuid": uuid4().hex, "name": "peer"}
    described = json.dumps({**head, "spec": spec, "properties": {}, "doc": ""})
    whole = pyqrlew.Dataset.from_str(described, empty.schema, json.dumps(size))
    return pyqrlew.Dataset(whole._dataset.with_range(None, "visits", "amount", 0.0, 50.0))


def release(asked: Asked) -> list[tuple[int, float, float]]:
    visits = dataset(asked.rows)
    rewritten = visits.relation(QUERY).rewrite_with_differential_privacy(
        dataset=visits,
        privacy_unit=[("visits", [], "person_id")],
        epsilon_delta={"epsilon": 1.0, "delta": 1e-6},
        max_multiplicity=10,
        max_multiplicity_share=1.0,
        max_privacy_unit_groups=5,
    )
    query = rewritten.relation().to_query(pyqrlew.Dialect.PostgreSql)
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE visits AS SELECT * FROM '{asked.visits}'")
        return connection.execute(query).fetchall()


if __name__ == "__main__":
    main(release)
