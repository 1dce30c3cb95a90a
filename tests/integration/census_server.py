"""A server that speaks the form of the census bureau's API, on this machine, and knows how to fail."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from personatwin_sql.census.places import STATE_CODES

AGES = {0: None, 19: 40, 22: 100, 26: 30, 27: 5, 18: 5}
"""People of a county of number n and one sex, times n, by code of age group."""


@dataclass
class Bureau:
    """Two counties a state; `fails` says how it fails, `asked` what it was asked."""

    fails: str = ""
    url: str = ""
    asked: list[dict[str, str]] = field(default_factory=list)

    def answer(self, question: dict[str, str]) -> list[list[str]]:
        if question["for"] == "us:*":
            people = sum(340 * county for state in STATE_CODES for county in (1, 2))
            return [["POP", "us"], [str(people + (self.fails == "total")), "1"]]
        state = question["in"].removeprefix("state:")
        if "AGEGROUP" in question["get"]:
            name = "GEONAME" if "GEONAME" in question["get"] else "NAME"
            rows = [
                [
                    f"County {county}, State {state}",
                    str(AGES[age] * county),
                    str(sex),
                    str(age),
                    "0",
                    "0",
                    state,
                    f"{county:03}",
                ]
                for county in (1, 2)
                for sex in (1, 2)
                for age in (19, 22, 26, 27, 18)
            ]
            return [[name, "POP", "SEX", "AGEGROUP", "RACE", "HISP", "state", "county"], *rows]
        groups = {(1, 1): 90, (2, 1): 30, (3, 1): 3, (4, 1): 7, (5, 1): 1, (6, 1): 4, (1, 2): 30, (2, 2): 5}
        rows = [
            [
                str(groups.get((race, origin), 0) * county),
                str(sex),
                str(race),
                str(origin),
                "0",
                state,
                f"{county:03}",
            ]
            for county in (1, 2)
            for sex in (1, 2)
            for race in range(1, 7)
            for origin in (1, 2)
        ]
        return [["POP", "SEX", "RACE", "HISP", "AGEGROUP", "state", "county"], *rows]

    def content(self, question: dict[str, str]) -> bytes:
        table = self.answer(question)
        if self.fails == "page":
            return b"<html><title>Missing Key</title></html>"
        if self.fails == "columns":
            table[0] = [name.replace("POP", "POPULATION") for name in table[0]]
        if self.fails == "text":
            table[1][table[0].index("POP")] = "many"
        if self.fails == "twice":
            table.append(table[-1])
        if self.fails == "rows" and len(table) > 5:
            table = table[:-1]
        if self.fails == "sums" and "HISP" in question["get"]:
            table[1][0] = str(int(table[1][0]) + 1)
        if self.fails == "ragged":
            table[1] = table[1][:-1]
        content = json.dumps(table).encode()
        return content[: len(content) // 2] if self.fails == "cut" else content


@contextmanager
def serving(fails: str = "") -> Iterator[Bureau]:
    """The bureau, until the block ends."""
    bureau = Bureau(fails)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            question = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
            bureau.asked.append({"path": urlsplit(self.path).path, **question})
            if bureau.fails == "slow":
                time.sleep(1)
            status = 404 if bureau.fails == "missing" else 200
            content = b"error: unknown variable" if status == 404 else bureau.content(question)
            try:
                self.send_response(status)
                length = len(content) + (100 if bureau.fails == "short" else 0)
                self.send_header("Content-Length", str(length))
                self.end_headers()
                self.wfile.write(content)
            except OSError:
                return  # nobody waits any longer

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    bureau.url = f"http://127.0.0.1:{server.server_address[1]}/data"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield bureau
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
