"""A page in a headless browser that a test can press keys in, over the DevTools protocol."""

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import websocket

from browser import BROWSER, SECONDS

KEYS = {"Tab": ("", 9), "Enter": ("\r", 13), " ": (" ", 32), "ArrowDown": ("", 40)}
"""Key -> the text it types and its number."""


class Refused(Exception):
    """What the browser did not do, and why: the page may have been left in the meantime."""


class Page:
    """A page that is open; `events` are what the browser told of it since `open`."""

    def __init__(self, socket: websocket.WebSocket):
        self.socket, self.sent, self.events = socket, 0, []
        self.session = {}
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        attached = self.send("Target.attachToTarget", targetId=target, flatten=True)
        self.session = {"sessionId": attached["sessionId"]}
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.send(f"{domain}.enable")
        self.send("Page.setLifecycleEventsEnabled", enabled=True)

    def send(self, method: str, **params) -> dict:
        """Ask the browser, and wait for its answer."""
        self.sent += 1
        question = {"id": self.sent, "method": method, "params": params, **self.session}
        self.socket.send(json.dumps(question))
        while (told := self._told()).get("id") != self.sent:
            pass
        if "error" in told:
            raise Refused(told["error"]["message"])
        return told["result"]

    def open(self, address: str) -> None:
        """Leave the page, go to an address, and wait until the page there is loaded."""
        for stop in ("about:blank", address):
            self.events.clear()
            # Of a page that was on its way before, the end may come only now.
            loader = self.send("Page.navigate", url=stop)["loaderId"]
            while not any(_is_loaded(event, loader) for event in self.events):
                self._told()

    def run(self, script: str):
        """The value of a JavaScript expression."""
        told = self.send("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in told, told["exceptionDetails"]
        return told["result"].get("value")

    def until(self, script: str) -> None:
        """Wait until a JavaScript expression holds, maybe on the next page."""
        end = time.monotonic() + SECONDS
        while not self._holds(script):
            assert time.monotonic() < end, script
            time.sleep(0.02)

    def _holds(self, script: str) -> bool:
        try:
            return bool(self.run(script))
        except Refused:
            return False

    def press(self, *keys: str) -> None:
        """Keys of the keyboard, one after the other."""
        for key in keys:
            text, number = KEYS[key]
            code = {"key": key, "windowsVirtualKeyCode": number}
            self.send("Input.dispatchKeyEvent", type="keyDown", text=text, **code)
            self.send("Input.dispatchKeyEvent", type="keyUp", **code)

    def type(self, text: str) -> None:
        """Text, into what has the focus."""
        self.send("Input.insertText", text=text)

    def _told(self) -> dict:
        told = json.loads(self.socket.recv())
        if "method" in told:
            self.events.append(told)
        return told


@contextmanager
def browsing(folder: Path, *switches: str) -> Iterator[Page]:
    """A page of a browser of its own, which keeps its files in `folder`."""
    command = [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"]
    command += ["--disable-background-networking", "--disable-component-update"]
    command += [f"--user-data-dir={folder}", "--remote-debugging-port=0", *switches]
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, **silent) as browser:
        try:
            address = f"ws://127.0.0.1:{_door(folder / 'DevToolsActivePort')}"
            socket = websocket.create_connection(address, timeout=SECONDS, suppress_origin=True)
            try:
                page = Page(socket)
                yield page
                page.session = {}
                page.send("Browser.close")
            finally:
                socket.close()
            browser.wait(SECONDS)
        finally:
            browser.kill()


def _is_loaded(event: dict, loader: str) -> bool:
    told = event["params"]
    return (event["method"], told.get("loaderId"), told.get("name")) == (
        "Page.lifecycleEvent",
        loader,
        "load",
    )


def _door(file: Path) -> str:
    """Port and path at which the browser listens: it writes them when it is up."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        if file.exists() and len(lines := file.read_text().split("\n")) > 1:
            return "".join(lines)
        time.sleep(0.05)
    raise TimeoutError(f"the browser wrote no {file} within {SECONDS} s")
