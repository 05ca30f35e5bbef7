"""A web server of its own that plays the sites from which sheets are fetched, and their traps."""

import gzip
import io
import json
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, unquote, urlsplit

import rs_writer
from helpers.fetch import judgit
from helpers.sources.rs_tables import KINDS
from judgit_records import record

APP = b'<!doctype html><html lang="ja"><head></head><body><div id="root"></div></body></html>'
"""What the RS system's site answers to any name that it does not have, with 200."""


@dataclass
class Reply:
    """An answer; `length` is the Content-Length that it claims, if another than its own."""

    body: bytes = b""
    kind: str = "application/zip"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None


Play = Callable[[dict[str, str]], Reply]
"""The headers of a call -> its answer."""


def as_json(value: object, **more: object) -> Reply:
    """An answer of the API."""
    return Reply(json.dumps(value, ensure_ascii=False).encode(), "application/json", **more)


class Site:
    """Both sites in one: `plays` has path -> answers, of which the last one stays, and `calls` the
    paths and headers that were asked for. `projects` are what the API has; after `changes[n]` is
    called the API has answered n pages of lists."""

    def __init__(self) -> None:
        self.plays: dict[str, list[Reply | Play]] = {}
        self.calls: list[tuple[str, dict[str, str]]] = []
        self.projects: dict[str, dict] = {}
        self.changes: dict[int, Callable[[], None]] = {}
        self.before: Callable[[str], None] = lambda _: None
        self._lists = 0
        self.address = ""

    # What is given out

    def give(self, path: str, *answers: Reply | Play) -> None:
        """Answer a path so; the last answer stays."""
        self.plays[path] = list(answers)

    def give_year(self, year: int) -> None:
        """All files of a year, each of one row."""
        for kind in KINDS:
            self.give(zip_path(kind, year), Reply(zipped(kind, year)))

    def give_judgit(self, *sheets: dict) -> None:
        """An archive of JUDGIT!'s repository with these sheets."""
        members = {}
        for sheet in sheets:
            year, ministry = sheet["公開年度"], sheet["府省庁"]
            name = f"data/{year}/{ministry}/{year}-{ministry}-{sheet['事業番号']}.json"
            members[name] = json.dumps(sheet, ensure_ascii=False).encode()
        self.give(ARCHIVE, Reply(archive(members), "application/x-gzip"))

    def give_projects(self, year: int, many: int) -> None:
        """Projects of a year: mostly review sheets, one of a fund, one of a segment."""
        for number in range(1, many + 1):
            kind = {many: "SS", many - 1: "KS"}.get(number, "RS")
            row = project(year, number, kind)
            self.projects[row["id"]] = row

    # What was asked for

    def paths(self) -> list[str]:
        """The paths that were asked for."""
        return [path for path, _ in self.calls]

    def answer(self, path: str, headers: dict[str, str]) -> Reply:
        """The answer to a call."""
        self.before(path)
        self.calls.append((path, headers))
        plain, query = urlsplit(path).path, parse_qs(urlsplit(path).query)
        for key in (path, unquote(path), unquote(plain)):
            if key in self.plays:
                plays = self.plays[key]
                play = plays.pop(0) if len(plays) > 1 else plays[0]
                return play(headers) if callable(play) else play
        if plain == "/api/projects/":
            return self._list({name: values[0] for name, values in query.items()})
        if plain.startswith("/api/projects/"):
            return self._project(*plain.removeprefix("/api/projects/").strip("/").split("/"))
        return Reply(APP, "text/html", headers={"ETag": '"app"'})

    def _list(self, query: dict[str, str]) -> Reply:
        rows = [
            row
            for row in self.projects.values()
            if row["fiscal_year"] == int(query["fiscal_year"])
            and row["sheet_type"] in query.get("sheet_type", row["sheet_type"])
        ]
        page, size = int(query["page"]), int(query["page_size"])
        shown = rows[(page - 1) * size : page * size]
        after = f"{self.address}/api/projects/?page={page + 1}" if page * size < len(rows) else None
        reply = as_json({"count": len(rows), "next": after, "previous": None, "results": shown})
        self._lists += 1
        self.changes.pop(self._lists, lambda: None)()
        return reply

    def _project(self, project_id: str, part: str = "") -> Reply:
        row = self.projects.get(project_id)
        if row is None:
            return Reply(APP, "text/html")
        block = {"id": "g1", "project_id": project_id, "display_code": "A", "payments": []}
        edge = {"source_node_id": None, "target_node_id": "g1", "is_connected_to_source_root": True}
        parts = {"": row | {"related_projects": []}, "payment-groups": [block],
                 "payment-edges": [edge]}  # fmt: skip
        return as_json(parts[part])


ARCHIVE = f"/archive/{judgit.COMMIT}.tar.gz"


def zip_path(kind: str, year: int) -> str:
    """The path of a file of the RS system, not yet encoded."""
    return f"/files/{year}/rs/{kind}_RS_{year}_{KINDS[kind].title}.zip"


def table(kind: str, year: int, **cells: str) -> bytes:
    """The bytes of a CSV file of one row; 2-1 has the year before."""
    own = rs_writer.total(year - 1, initial="1000000") if kind == "2-1" else {}
    return rs_writer.content(kind, [{"事業年度": str(year), **own, **cells}])


def zipped(kind: str, year: int, **cells: str) -> bytes:
    """The bytes of a zip of it."""
    return rs_writer.packed({f"{kind}_RS_{year}_試験.csv": table(kind, year, **cells)})


def archive(members: dict[str, bytes | tarfile.TarInfo], commit: str = judgit.COMMIT) -> bytes:
    """The bytes of a .tar.gz as GitHub makes it, the same at any time; a TarInfo stands for a link
    or the like."""
    content = io.BytesIO()
    with tarfile.open(
        fileobj=content, mode="w", format=tarfile.PAX_FORMAT, pax_headers={"comment": commit}
    ) as tar:
        for name, data in members.items():
            if isinstance(data, tarfile.TarInfo):
                tar.addfile(data)
                continue
            info = tarfile.TarInfo(f"data-{commit}/{name}")
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return gzip.compress(content.getvalue(), mtime=0)


def project(year: int, number: int, kind: str = "RS", **more: object) -> dict:
    """A row of the API's list."""
    return {
        "id": f"00000000-0000-0000-{year}-{number:012}",
        "lineage_id": None,
        "sheet_type": kind,
        "fiscal_year": year,
        "is_published": True,
        "updated_at": f"{year}-09-25T00:00:00+09:00",
        "project_number": f"{number:06}",
        "name": f"試験の事業{number}",
        "ministry_name": "総務省",
        "start_year": 2021,
        "end_year": None,
        "previous_year_execution_amount": 1_000_000 * number,
        "budget_data": [],
        **more,
    }


def sheet(year: int, number: str) -> dict:
    """A sheet of JUDGIT!'s."""
    budget = [{"年度": year - 1, "当初予算": 1200.0, "予算計": 1200.0, "執行額": 800.0}]
    facts = {"公開年度": year, "府省庁": "総務省", "予算": budget}
    return record(**facts, 事業番号=number, 事業番号2=number)


@contextmanager
def serving(site: Site) -> Iterator[str]:
    """Its address while it answers."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            reply = site.answer(self.path, dict(self.headers))
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if reply.status != 304:
                self.send_header("Content-Type", reply.kind)
                length = len(reply.body) if reply.length is None else reply.length
                self.send_header("Content-Length", str(length))
            self.end_headers()
            if reply.status != 304:
                self.wfile.write(reply.body)

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """Clients that are killed leave in the middle of an answer."""

    server = Server(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    site.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield site.address
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def environment(address: str) -> dict[str, str]:
    """What leads the command to the server, without pauses."""
    return {
        "REVIEW_SHEETS_RS_SITE": address,
        "REVIEW_SHEETS_JUDGIT": address,
        "REVIEW_SHEETS_PAUSE": "0",
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
    }


def held(folder: Path) -> dict[str, bytes]:
    """Every file in a folder that is not hidden, by its path."""
    found = {path.relative_to(folder): path for path in sorted(folder.rglob("*")) if path.is_file()}
    seen = {name: path for name, path in found.items() if not f"/{name.as_posix()}".count("/.")}
    return {name.as_posix(): path.read_bytes() for name, path in seen.items()}
