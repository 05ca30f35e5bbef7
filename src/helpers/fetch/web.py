"""Calls to a site, one after the other, with a pause between them."""

import hashlib
import json
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import requests
import requests.exceptions as errors
from urllib3.exceptions import ProtocolError
from urllib3.util import Retry

from helpers import files
from helpers.sheet import SheetError

TRIES = 4
"""Calls of one address before it counts as failed; the pause doubles from one to the next."""

BUSY = (429, 500, 502, 503, 504)
"""Answers after which the same call is made again, not before a Retry-After."""

LONGEST_WAIT = 300
"""Seconds that are waited for a Retry-After."""

TIMEOUT = (20, 180)
"""Seconds to a connection, and to the next bytes."""

TOO_MANY = 429
BLOCKED = (401, 403, 407, TOO_MANY, 451)
"""Answers of who lets nobody through, or not from here, or not as often."""

LARGEST = 2**31
"""Bytes of an answer; in JUDGIT!'s archive, the largest, 0.4 thousand million are sheets."""

LARGEST_JSON = 2**26

VALIDATORS = {"etag": "ETag", "last_modified": "Last-Modified"}
CONDITIONS = {"etag": "If-None-Match", "last_modified": "If-Modified-Since"}
"""What an answer says of its state, and how the next call asks for another one."""

_CHUNK = 2**18


class OutOfReach(SheetError):
    """An address that cannot be had from here, though perhaps by a browser: no network, no such
    host, blocked. `alone` says that the site has answered: others of its addresses may be open."""

    def __init__(self, address: str, found: str, alone: bool = False):
        super().__init__(address, found, "the site's answer")
        self.alone = alone


class Answer(NamedTuple):
    """The facts of what was fetched that a manifest keeps."""

    address: str
    content_type: str
    validators: dict[str, str]


class Web:
    """A session with one site. `pause` is in seconds."""

    def __init__(self, pause: float):
        self.pause, self._called = pause, False
        self._session = requests.Session()
        self._session.headers["User-Agent"] = f"review-sheets/{version('review-sheets')}"
        retry = Retry(
            total=TRIES - 1,
            connect=1,
            read=1,
            allowed_methods={"GET"},
            status_forcelist=BUSY,
            raise_on_status=False,
            backoff_factor=pause,
            retry_after_max=LONGEST_WAIT,
        )
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, requests.adapters.HTTPAdapter(max_retries=retry))

    def __enter__(self) -> "Web":
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def get(
        self,
        address: str,
        into: Path,
        validators: dict[str, str] | None = None,
        largest: int = LARGEST,
        encoding: str = "identity",
    ) -> Answer | None:
        """Write what `address` answers into a file; None where it has not changed since an answer
        that had these `validators`.

        Raises OutOfReach, and SheetError for another answer than a whole one, the last of `TRIES`.
        """
        conditions = {CONDITIONS[name]: value for name, value in (validators or {}).items()}
        headers = {"Accept-Encoding": encoding, **conditions}
        for again in range(TRIES):
            # The first call of all waits for nobody.
            time.sleep(self.pause * 2**again if self._called else 0)
            self._called = True
            try:
                return self._once(address, into, headers, largest)
            except _CutOffError as error:
                cut_off = error
        raise cut_off

    def json(self, address: str, into: Path) -> Any:
        """What `address` answers, which has to be JSON; its bytes go into a file. Raises as `get`
        does, and SheetError for an answer of another kind."""
        answer = self.get(address, into, largest=LARGEST_JSON, encoding="gzip")
        content, kind = into.read_bytes(), answer.content_type
        if "json" not in kind.lower():
            found = f"{kind or 'no Content-Type'} that begins {content[:60]!r}"
            raise SheetError(address, found, "JSON")
        try:
            return json.loads(content)
        except (ValueError, RecursionError) as error:
            raise SheetError(address, f"broken JSON ({error})", "JSON") from error

    def _once(self, address: str, into: Path, headers: dict, largest: int) -> Answer | None:
        try:
            with self._session.get(
                address, headers=headers, stream=True, timeout=TIMEOUT
            ) as response:
                status = f"the answer {response.status_code} {response.reason}"
                if response.status_code == 304 and headers.keys() & {*CONDITIONS.values()}:
                    return None
                if response.status_code in BLOCKED:
                    raise OutOfReach(address, status, alone=response.status_code != TOO_MANY)
                if response.status_code != 200:
                    raise SheetError(address, status, "an answer 200")
                _write(response, into, address, largest)
        except (errors.ChunkedEncodingError, errors.ContentDecodingError) as error:
            raise _CutOffError(address, _short(error)) from error
        except errors.RequestException as error:
            cause = error.args[0] if error.args else error
            cause = getattr(cause, "reason", cause)
            if isinstance(cause, ProtocolError):
                raise _CutOffError(address, _short(cause)) from error
            raise OutOfReach(address, f"no answer ({_short(cause)})") from error
        kept = {
            name: response.headers[header]
            for name, header in VALIDATORS.items()
            if header in response.headers
        }
        return Answer(address, response.headers.get("Content-Type", ""), kept)


class _CutOffError(SheetError):
    def __init__(self, address: str, reason: str):
        found = f"an answer that broke off ({reason}), {TRIES} times"
        super().__init__(address, found, "the whole of it: run the same command again")


def _short(error: object) -> str:
    return str(error).rpartition(": ")[2].strip("()'\" ")[:200]


def _write(response: requests.Response, into: Path, address: str, largest: int) -> None:
    size = 0
    with files.naming(into, into), into.open("wb") as file:
        for chunk in response.iter_content(_CHUNK):
            size += len(chunk)
            if size > largest:
                raise SheetError(address, f"more than {largest:,} bytes", "fewer")
            file.write(chunk)


def digest(path: Path) -> dict:
    """Size and checksum of a file, as the manifest has them."""
    with path.open("rb") as file:
        checksum = hashlib.file_digest(file, "sha256").hexdigest()
    return {"bytes": path.stat().st_size, "sha256": checksum}
