"""One base for every error of the package."""

import importlib
import inspect
import pickle
import pkgutil
import sys
import tomllib

import pytest

import helpers
from helpers import errors, paths
from helpers.batch import remote
from helpers.errors import ReviewSheetError
from helpers.sheet import SheetError


def test_every_error_of_the_package_has_the_base():
    """But a signal's, which no handler of errors is to take."""
    names = [found.name for found in pkgutil.walk_packages(helpers.__path__, "helpers.")]
    modules = [importlib.import_module(name) for name in names]
    errors = {
        error
        for module in modules
        for _, error in inspect.getmembers(module, inspect.isclass)
        if issubclass(error, BaseException) and error.__module__.startswith("helpers.")
    }
    others = {error.__name__ for error in errors if not issubclass(error, ReviewSheetError)}
    assert SheetError in errors
    assert others == {"Stopped"}


def test_an_error_of_a_worker_comes_whole():
    error = pickle.loads(pickle.dumps(SheetError("a.txt", "x", "y", 3)))
    assert (str(error), error.line) == ("a.txt, line 3: found x; expected y", 3)


@pytest.mark.parametrize(
    ("has_pip", "command"),
    [(True, "{python} -m pip install"), (False, "uv pip install --python {python}")],
)
def test_what_is_missing_comes_with_the_command_that_installs_it(monkeypatch, has_pip, command):
    monkeypatch.setattr(errors, "find_spec", lambda name: has_pip and name == "pip")
    with pytest.raises(ReviewSheetError) as caught:
        errors.need("no_such_module", "s3", "--out s3://...")
    told = f": {command.format(python=sys.executable)} -e '{paths.ROOT}[s3]'"
    assert str(caught.value).endswith(told)


def test_extras_are_those_that_messages_name_and_the_requirements_have_what_readme_uses():
    project = tomllib.loads((paths.ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    named = {"lab", "cluster", *(extra for _, extra in remote.EXTRAS.values())}
    assert project["optional-dependencies"].keys() == named
    for extra, name in (("lab", "lab"), ("cluster", "test")):
        (package,) = project["optional-dependencies"][extra]
        assert package not in project["dependencies"]
        required = (paths.ROOT / f"requirements-{name}.txt").read_text("utf-8")
        assert f"\n{package}==" in required
