"""A STAC API and a file server on this computer, which can be told to fail."""

from __future__ import annotations

import json
import re
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

CONFORMS = [
    "https://api.stacspec.org/v1.0.0/core",
    "https://api.stacspec.org/v1.0.0/collections",
    "https://api.stacspec.org/v1.0.0/item-search",
]
PAGE = 3
"""Items of a page, so that there are several."""


class Server:
    """Serves a folder and searches its items; loopback only."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.items: list[dict[str, Any]] = []
        self.trouble: dict[str, str] = {}
        """By a part of the path: `500`, `403`, `slow`, `half`, `text`."""
        self.asked: list[str] = []
        owner = self

        class Handler(_Handler):
            server_of = owner

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"
        threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()

    def search(self, wanted: dict[str, Any]) -> list[dict[str, Any]]:
        return [item for item in self.items if _matches(item, wanted)]


def _matches(item: dict[str, Any], wanted: dict[str, Any]) -> bool:
    if item["collection"] not in wanted.get("collections", [item["collection"]]):
        return False
    w, s, e, n = wanted.get("bbox", (-180, -90, 180, 90))
    x0, y0, x1, y1 = item["bbox"]
    if x1 < w or x0 > e or y1 < s or y0 > n:
        return False
    first, _, last = wanted.get("datetime", "../..").partition("/")
    when = item["properties"]["datetime"]
    return (first == ".." or when >= first) and (last == ".." or when <= last)


class _Handler(BaseHTTPRequestHandler):
    server_of: Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(b"")

    def do_HEAD(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers["Content-Length"])))

    def log_message(self, *_: object) -> None:
        pass

    def _answer(self, body: bytes) -> None:
        server, path = self.server_of, urlsplit(self.path)
        server.asked.append(path.path)
        trouble = next((v for k, v in server.trouble.items() if k in path.path), None)
        with suppress(BrokenPipeError, ConnectionResetError):
            if trouble in ("500", "403"):
                self._send(b"no", "text/plain", int(trouble))
            elif trouble == "text":
                self._send(b"<html>hello</html>", "text/html")
            elif path.path.startswith("/files/"):
                self._file(server.root / path.path.removeprefix("/files/"), trouble)
            else:
                if trouble == "slow":
                    time.sleep(4)
                self._api(path.path, body, parse_qs(path.query))

    def _api(self, path: str, body: bytes, query: dict[str, list[str]]) -> None:
        url = self.server_of.url
        if path == "/search":
            wanted = json.loads(body or b"{}")
            found, start = self.server_of.search(wanted), wanted.get("start", 0)
            links = []
            if start + PAGE < len(found):
                links = [{
                    "rel": "next", "href": f"{url}/search", "method": "POST",
                    "body": {**wanted, "start": start + PAGE},
                }]  # fmt: skip
            page = {"type": "FeatureCollection", "features": found[start : start + PAGE]}
            self._json({**page, "links": links})
        elif path == "/collections":
            names = sorted({item["collection"] for item in self.server_of.items})
            self._json({"collections": [_collection(name) for name in names], "links": []})
        else:
            links = [
                {"rel": "self", "href": url},
                {
                    "rel": "search",
                    "href": f"{url}/search",
                    "method": "POST",
                    "type": "application/geo+json",
                },
                {"rel": "data", "href": f"{url}/collections"},
            ]
            self._json({
                "type": "Catalog", "id": "test", "description": "test", "stac_version": "1.0.0",
                "conformsTo": CONFORMS, "links": links,
            })  # fmt: skip

    def _file(self, file: Path, trouble: str | None) -> None:
        if not file.is_file():
            self._send(b"", "text/plain", 404)
            return
        data = file.read_bytes()
        whole = len(data)
        span = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        start = int(span[1]) if span else 0
        end = min(int(span[2]) if span and span[2] else whole - 1, whole - 1)
        if trouble == "half":  # the second half never comes
            end = min(end, whole // 2)
        data = data[start : end + 1]
        if trouble == "slow":
            time.sleep(6)
        if start >= whole or not data:
            self._send(b"", "text/plain", 416)
            return
        self.send_response(206 if span else 200)
        self.send_header("Content-Type", "image/tiff")
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Length", str(len(data)))
        if span:
            self.send_header("Content-Range", f"bytes {start}-{end}/{whole}")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def _json(self, content: dict[str, Any]) -> None:
        self._send(json.dumps(content).encode(), "application/json")

    def _send(self, data: bytes, kind: str, code: int = 200) -> None:
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)


def _collection(name: str) -> dict[str, Any]:
    return {
        "type": "Collection", "id": name, "description": name, "license": "other",
        "stac_version": "1.0.0", "links": [],
        "extent": {"spatial": {"bbox": [[-180, -90, 180, 90]]},
                   "temporal": {"interval": [["2015-01-01T00:00:00Z", None]]}},
    }  # fmt: skip
