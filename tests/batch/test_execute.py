import json
import os
from pathlib import Path

import nbformat
import pytest
from papermill.engines import papermill_engines

from forked_kernel import ZygoteError
from helpers.batch.execute import ExecutionError, execute, read_once
from helpers.batch.notebook import headline, normalise, warnings
from helpers.parameters import ParameterError

GIVEN = {"number": "0042", "population": "1741", "years": "2014, 2015"}


def code(text):
    return nbformat.v4.new_code_cell(text)


@pytest.fixture(scope="module")
def twice(tiny, tmp_path_factory):
    """The same notebook run twice with the same parameters into two folders."""
    folders = [tmp_path_factory.mktemp("run {x}") for _ in range(2)]
    return [(execute(tiny, f / "tiny.ja.ipynb", GIVEN), f / "tiny.ja.ipynb") for f in folders]


def test_writes_the_executed_notebook(twice):
    executed, path = twice[0]
    assert nbformat.read(path, as_version=4) == executed
    assert headline(executed)["executed"] == 195
    assert warnings(executed) == []


def test_a_text_parameter_stays_text_and_others_get_their_type(twice):
    answer = json.dumps([cell.get("outputs", []) for cell in twice[0][0].cells])
    assert "'0042' 1741.0 [2014, 2015]" in answer


def test_same_inputs_give_the_same_bytes(twice):
    first, second = (path.read_bytes() for _, path in twice)
    assert first == second


def test_keeps_no_trace_of_the_run(twice):
    executed, path = twice[0]
    assert executed.metadata.papermill == {
        "parameters": {"number": "0042", "population": 1741.0, "years": [2014, 2015]}
    }
    assert "version" not in executed.metadata.language_info
    assert {key for cell in executed.cells for key in cell.metadata} == {"tags"}
    assert str(path.parent) not in path.read_text(encoding="utf-8")
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_a_failing_cell_leaves_the_earlier_report_and_says_where(tiny, tmp_path):
    output = tmp_path / "tiny.ja.ipynb"
    output.write_text("earlier", encoding="utf-8")
    with pytest.raises(ExecutionError) as failure:
        execute(tiny, output, {"fail": "true"})
    kept = tmp_path / "tiny.ja.failed.ipynb"
    for part in ("tiny.ipynb", "if fail: raise", "ValueError: not this sheet", str(kept)):
        assert part in str(failure.value)
    assert output.read_text(encoding="utf-8") == "earlier"
    assert "not this sheet" in kept.read_text(encoding="utf-8")
    assert sorted(tmp_path.iterdir()) == [kept, output]


def test_a_missing_glyph_is_a_failure(save, tmp_path):
    warned = "import sys; print('Glyph 33258 missing from font(s) DejaVu Sans.', file=sys.stderr)"
    with pytest.raises(ExecutionError, match="Glyph 33258"):
        execute(save(code(warned)), tmp_path / "x.ipynb", {})
    assert not (tmp_path / "x.ipynb").exists()


@pytest.mark.parametrize("end", [KeyboardInterrupt, MemoryError])
def test_an_interrupted_run_leaves_nothing(tiny, tmp_path, monkeypatch, end):
    def interrupted(*_args, output_path, **_options):
        Path(output_path).write_text('{"cells": [', encoding="utf-8")
        raise end

    monkeypatch.setattr(papermill_engines, "execute_notebook_with_engine", interrupted)
    output = tmp_path / "x.ipynb"
    output.write_text("earlier", encoding="utf-8")
    with pytest.raises(end):
        execute(tiny, output, {})
    assert [(p.name, p.read_text(encoding="utf-8")) for p in tmp_path.iterdir()] == [
        ("x.ipynb", "earlier")
    ]


@pytest.mark.parametrize("name", ["populaton", "x = __import__('os')", "lang; fail"])
def test_an_unknown_parameter_stops_before_a_kernel_starts(tiny, tmp_path, monkeypatch, name):
    monkeypatch.setattr(papermill_engines, "execute_notebook_with_engine", None)
    with pytest.raises(ParameterError) as failure:
        execute(tiny, tmp_path / "x.ipynb", {name: "1"})
    assert repr(name) in str(failure.value)
    assert "population: float = None" in str(failure.value)
    assert list(tmp_path.iterdir()) == []


def test_normalising_takes_out_what_changes_and_changes_no_cell(twice):
    executed = twice[0][0]
    before = json.dumps(executed)
    normalise(executed)
    assert json.dumps(executed) == before
    noisy = nbformat.from_dict(json.loads(before))
    noisy.metadata["widgets"] = {"state": 1}
    noisy.cells[0].metadata["papermill"] = {"duration": 1}
    noisy.cells[0].metadata["execution"] = {"iopub.status.busy": "now"}
    noisy.cells[3]["id"] = "random"
    assert noisy.cells[3].metadata.tags == ["injected-parameters"]
    normalise(noisy)
    assert noisy == executed


def of(*cells):
    """A notebook of these cells."""
    kernel = {"name": "python3", "display_name": "-", "language": "python"}
    return nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(c, id=f"c{n}") for n, c in enumerate(cells)],
        metadata={"kernelspec": kernel},
    )


def printed(executed):
    return "".join(
        output.get("text", "") for cell in executed.cells for output in cell.get("outputs", [])
    )


def test_a_notebook_is_loaded_once_until_it_changes_and_no_run_touches_it(tmp_path):
    path = tmp_path / "n.ipynb"
    nbformat.write(of("print(1)"), path)
    loaded = read_once(path)
    before = json.dumps(loaded)
    assert printed(execute(path, tmp_path / "o.ipynb", {})) == "1\n"
    assert read_once(path) is loaded
    assert json.dumps(loaded) == before
    nbformat.write(of("print(2)"), path)
    os.utime(path, ns=(0, 1))
    assert printed(execute(path, tmp_path / "o.ipynb", {})) == "2\n"


def test_a_dead_kernel_gets_a_second_chance_and_a_failing_cell_none(tmp_path):
    tries = tmp_path / "tries"
    count = f"import os\nopen({str(tries)!r}, 'a').write('x')\nn = os.path.getsize({str(tries)!r})"
    path = tmp_path / "n.ipynb"
    nbformat.write(of(count, "if n < 2: os._exit(1)", "print('second')"), path)
    assert printed(execute(path, tmp_path / "o.ipynb", {})) == "second\n"
    nbformat.write(of(count, "os._exit(1)"), path)
    with pytest.raises(ExecutionError, match="Kernel died"):
        execute(path, tmp_path / "o.ipynb", {})
    nbformat.write(of(count, "raise ValueError"), path)
    with pytest.raises(ExecutionError, match="ValueError"):
        execute(path, tmp_path / "o.ipynb", {})
    assert tries.read_text("utf-8") == "x" * 5


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("Kernel died before replying to kernel_info"),
        ZygoteError("the process that forks kernels has died"),
    ],
)
def test_a_kernel_that_dies_outside_of_its_cells_gets_a_second_chance(tmp_path, monkeypatch, error):
    path, true, deaths = tmp_path / "n.ipynb", papermill_engines.execute_notebook_with_engine, []
    nbformat.write(of("print('second')"), path)

    def die(*given, **options):
        deaths.append(error)
        if len(deaths) < most:
            raise error
        return true(*given, **options)

    monkeypatch.setattr(papermill_engines, "execute_notebook_with_engine", die)
    most = 2
    assert printed(execute(path, tmp_path / "o.ipynb", {})) == "second\n"
    most = 9
    with pytest.raises(ExecutionError, match=f"n.ipynb: {error}"):
        execute(path, tmp_path / "o.ipynb", {})
    assert len(deaths) == 4
