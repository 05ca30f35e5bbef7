"""Reports in places that are no folders, but that papermill can write in: "s3://bucket/reports"."""

import json
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from helpers.batch import index, manifest
from helpers.errors import need

EXTRAS = {
    "s3://": ("boto3", "s3"),
    "gs://": ("gcsfs", "gcs"),
    "abs://": ("azure.storage.blob", "azure"),
    "adl://": ("azure.datalake.store", "azure"),
}
"""Scheme -> what papermill writes there with, and the extra that brings it along."""


def check(out: str) -> None:
    """Raises OSError for a place that papermill does not know how to write in, ReviewSheetError for
    one that an extra is missing for."""
    for scheme, (module, extra) in EXTRAS.items():
        if out.startswith(scheme):
            need(module, extra, f"--out {scheme}...")
    if type(_io().get_handler(out)).__name__ == "LocalHandler":
        schemes = ", ".join(scheme for scheme, _ in _io()._handlers if "://" in scheme)
        raise OSError(f"nothing here can write in {out}: give a folder, or one of {schemes}")


def push(folder: Path, place: str) -> None:
    """Write the files of a folder to `place`, its manifest last: it speaks of the others. Raises
    OSError that names the file which could not be written."""
    files = [path for path in folder.iterdir() if path.is_file()]
    for path in sorted(files, key=lambda path: (path.name == manifest.NAME, path)):
        try:
            _io().write(path.read_text("utf-8"), f"{place}/{path.name}", extensions=None)
        except Exception as error:
            # What the handlers of others raise has no type in common.
            raise OSError(f"cannot write {place}/{path.name} ({error})") from error


def write_index(out: str, folders: Iterable[str]) -> str:
    """Write the index of reports that were pushed below `out`, from their manifests; its address.
    Raises OSError."""
    out = out.rstrip("/")
    with TemporaryDirectory() as temporary:
        here = Path(temporary)
        for folder in folders:
            place = f"{out}/{folder}/{manifest.NAME}"
            try:
                text = _io().read(place)
            except Exception as error:
                raise OSError(f"cannot read {place} ({error})") from error
            (here / folder).mkdir()
            (here / folder / manifest.NAME).write_text(text, encoding="utf-8")
            for name in json.loads(text)["reports"]:
                for ending in ("html", "ipynb"):
                    # In the place of the file that is elsewhere.
                    (here / folder / f"{name}.{ending}").touch()
        index.write(here)
        push(here, out)
    return f"{out}/index.html"


def _io():
    # Most runs write into a folder, and need not wait for papermill to load.
    from papermill.iorw import papermill_io

    return papermill_io
