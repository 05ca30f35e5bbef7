"""Forked kernels against kernels that are started: the same outputs, and nothing left behind."""

import json
import os
import re
import signal
import subprocess
import sys
import textwrap
import time
from datetime import datetime

import nbformat
import papermill
import psutil
import pytest
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError

from forked_kernel import client, wire, zygote

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")

WAIT = """\
import os, subprocess, sys, time
sys.stdout.flush_interval = sys.stderr.flush_interval = 1000
def wait(text, stream=sys.stdout):
    while hasattr(stream, "_buffers"):
        if any(text in part.getvalue() for part in list(stream._buffers.values())):
            return
        time.sleep(0.01)
"""
"""ipykernel reads what programs print in a thread, whenever that gets to it; a cell that waits for
it has a result that does not hang on it."""

CURIOUS = [
    WAIT,
    "import os, sys, subprocess\nprint('a'); print('e', file=sys.stderr); print('b', end='')",
    "1 + 1",
    "from IPython.display import HTML, clear_output, display, update_display\n"
    "display('x', display_id='d'); display(HTML('<b>y</b>')); update_display('z', display_id='d')",
    "for number in range(3):\n    clear_output(wait=True)\n    print(number)",
    "os.system('echo from a program; echo and its complaint >&2')\n"
    "subprocess.run(['echo', 'sub']); wait('sub'); wait('complaint', sys.stderr)",
    "print('a'); os.system('echo b'); wait('b'); print('c'); print('C', file=sys.stderr)\n"
    "subprocess.run('echo d; echo D >&2', shell=True); wait('d'); wait('D', sys.stderr)\n"
    "print('e'); print('E', file=sys.stderr)",
    "os.system('echo first'); wait('first'); display('shown'); os.system('echo second')\n"
    "wait('second'); print('third'); os.write(1, '四番'.encode()); wait('四番')",
    "%%bash\necho magic",
    "import asyncio\ntask = asyncio.ensure_future(asyncio.sleep(0.01, 'later'))",
    "await task",
    "async def say():\n    for number in range(5):\n        print('task', number)\n"
    "        display(number)\n        await asyncio.sleep(0.01)\n\n"
    "said = asyncio.ensure_future(say())\nprint('made')",
    "await asyncio.sleep(0.02)\nprint('waited')",
    "await said\nprint('end')",
    "await asyncio.gather(say(), say())\nprint('both')",
    "_, __, In[3], Out[3]",
    "import threading\nt = threading.Thread(target=print, args=('thread',))\nt.start(); t.join()",
    "try:\n    input('?')\nexcept Exception as error:\n    print(type(error).__name__, error)",
    "os.getcwd(), __name__, '__file__' in globals(), '' in sys.path, sys.stdin is None",
    "type(get_ipython()).__name__, sys.stdout.isatty(), sys.stdout.encoding",
    "import pandas as pd\npd.DataFrame({'a': range(30), '日本': ['長い文' * 20] * 30})",
    "import warnings\nwarnings.warn('careful', stacklevel=1)",
    "import logging\nlogging.warning('logged')",
    "print('x\\ry', '\\x1b[31mred', 'a\\b', '𠮷🍣')",
    "import matplotlib.pyplot as plt\nplt.plot([1, 3])\nplt.title('t')\nplt.show()",
    "plt.get_backend(), plt.rcParams['figure.dpi'], 'OPENBLAS_NUM_THREADS' in os.environ",
    "[name for name in ('jsonschema', 'nbclient', 'nbformat', 'papermill') if name in sys.modules]",
    "%pwd",
    "def f():\n    raise ValueError('at the end')\n\nf()",
]


def notebook(*cells):
    """Cells that are run without parameters."""
    return nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(c, id=f"c{n}") for n, c in enumerate(cells)],
        metadata={"kernelspec": {"name": "python3", "display_name": "-", "language": "python"}},
    )


def run(engine, folder, *cells, **options):
    """The executed notebook; a failed one too."""
    path, output = folder / "given.ipynb", folder / f"{engine}.ipynb"
    nbformat.write(notebook(*cells), path)
    try:
        papermill.execute_notebook(
            path,
            output,
            engine_name=engine,
            execution_timeout=options.get("timeout", 60),
            coalesce_streams=True,
            progress_bar=False,
        )
    except PapermillExecutionError:
        assert options.get("fails")
    return nbformat.read(output, as_version=4)


def outputs(executed):
    """Source -> outputs and number, without process ids and addresses."""
    return {
        cell.source: re.sub(
            r"ipykernel_\d+/\d+|0x[0-9a-f]+",
            "#",
            json.dumps([cell.outputs, cell.execution_count], ensure_ascii=False, sort_keys=True),
        )
        for cell in executed.cells
        if cell.cell_type == "code"
    }


def printed(executed):
    return "".join(
        output.get("text", "") for cell in executed.cells for output in cell.get("outputs", [])
    )


def children():
    """The zygotes and kernels of this process that still run."""
    return [
        process
        for process in psutil.Process().children(recursive=True)
        if process.status() != psutil.STATUS_ZOMBIE and client.START in process.cmdline()
    ]


def test_a_cell_sees_and_shows_what_it_would_in_a_kernel_of_its_own(tmp_path, monkeypatch):
    # ipykernel leaves out what programs print where it finds this.
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    forked = outputs(run("forked", tmp_path, *CURIOUS, fails=True))
    started = outputs(run(None, tmp_path, *CURIOUS, fails=True))
    assert "at the end" in forked[CURIOUS[-1]]
    assert "from a program" in json.dumps(forked)
    assert forked == started


def test_a_cell_is_timed_as_papermill_times_it(tmp_path):
    executed = run("forked", tmp_path, "1", "print(2)")
    for cell in executed.cells:
        timed = cell.metadata.papermill
        start, end = map(datetime.fromisoformat, (timed.start_time, timed.end_time))
        assert timed.duration == (end - start).total_seconds()
        assert (timed.status, timed.exception) == ("completed", False)


def test_what_programs_print_comes_where_they_ran(tmp_path):
    cells = (
        "import os, subprocess, sys\nfor number in range(3):\n"
        "    print('before', number); os.system(f'echo during {number}'); print('after', number)",
        "left = subprocess.Popen('read go; echo left', shell=True, stdin=subprocess.PIPE)",
        "left.communicate(b'go'); print('right')",
        "text = '日本' * 40_000\nsubprocess.run(['cat'], input=text.encode()); print('all of it')",
    )
    told = [
        "".join(output.text for output in cell.outputs)
        for cell in run("forked", tmp_path, *cells).cells
    ]
    loop = "".join(f"before {n}\nduring {n}\nafter {n}\n" for n in range(3))
    # The last value of the third cell is none: it ends in a print.
    assert told == [loop, "", "left\nright\n", "日本" * 40_000 + "all of it\n"]


def test_what_a_program_prints_all_the_while_is_neither_lost_nor_broken(tmp_path):
    program = "for n in range(3000): print('日本語', n, flush=True)"
    beside = (
        "import subprocess, sys\n"
        f"program = subprocess.Popen([sys.executable, '-c', {program!r}])\n"
        "while program.poll() is None: print('.', end='')"
    )
    told = printed(run("forked", tmp_path, beside, timeout=600)).replace(".", "")
    assert told == "".join(f"日本語 {n}\n" for n in range(3000))


def test_a_notebook_leaves_nothing_behind_for_the_next(tmp_path):
    imports = "import os, sys, textwrap, warnings\nimport matplotlib\nimport numpy as np\n"
    imports += "import pandas as pd\nimport string"
    look = (
        "print(matplotlib.rcParams['font.size'], pd.get_option('display.max_rows'),"
        "textwrap.dedent(' x'),"
        "os.environ.get('LEFT'), os.getcwd(), 'left' in globals(), string.digits,"
        "'left' in sys.modules, len(warnings.filters))"
    )
    change = (
        "matplotlib.rcParams['font.size'] = 99; pd.set_option('display.max_rows', 3)\n"
        "textwrap.dedent = lambda _: 'patched'; os.environ['LEFT'] = '1'; os.chdir('/')\n"
        "left = 1; string.digits = ''; sys.modules['left'] = sys\n"
        "warnings.simplefilter('error')"
    )
    before = printed(run("forked", tmp_path, imports, look))
    run("forked", tmp_path, imports, change)
    assert printed(run("forked", tmp_path, imports, look)) == before
    assert f"None {os.getcwd()} False" in before


WARM = [zygote.WARM_AFTER + 1]
"""What is warmed up once, for as many kernels as that takes."""


@pytest.fixture
def warming(tmp_path, monkeypatch):
    """Cells that print for how many kernels what they import was warmed up."""
    (tmp_path / "warming.py").write_text(
        "import warnings\nwarm = []\nclass Thing:\n    @classmethod\n"
        "    def _warm_up_(cls, kernels):\n        print('to nobody')\n"
        "        warnings.warn('once')\n        warm.append(kernels)\n"
        "        display('to nobody')\nfrom IPython.display import display\n",
        "utf-8",
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    client.close()
    cells = ["from warming import Thing, warm", "import warnings"]
    return [*cells, "print(warm, warnings.filters)"]


def test_what_a_notebook_imports_is_warmed_up_once_where_many_kernels_follow(tmp_path, warming):
    shown = [printed(run("forked", tmp_path, *warming)) for _ in range(zygote.WARM_AFTER + 2)]
    first, last = shown[0].removeprefix("[] "), shown[-1].removeprefix(f"{WARM} ")
    assert shown == [f"[] {first}"] * zygote.WARM_AFTER + [f"{WARM} {last}"] * 2
    assert first == last


def test_kernels_that_are_announced_are_warm_from_the_first_on(tmp_path, warming):
    client.prepare([notebook(*warming)], zygote.WARM_AFTER)
    assert printed(run("forked", tmp_path, *warming)).startswith("[] ")
    client.close()
    client.prepare([notebook(*warming), notebook("import warnings")], zygote.WARM_AFTER + 1)
    assert printed(run("forked", tmp_path, *warming)).startswith(f"{WARM} ")


def test_processes_share_zygotes_and_end_but_their_own_kernels():
    client.close()
    modules = ("json", "email.message")
    shared = client.Zygote(client.share())
    ours, theirs = client.zygote(modules), client.Zygote(shared.importing(modules))
    (ones, mine), (others, other) = ours.kernel(), theirs.kernel()
    with ones, others:
        assert psutil.Process(mine).ppid() == psutil.Process(other).ppid()
        shared.close()
        theirs.close()
        gone(other)
        # Not theirs any more.
        ours.signal(other, signal.SIGKILL)
        assert psutil.Process(mine).status() != psutil.STATUS_ZOMBIE
        client.close()
        gone(mine)


def test_random_numbers_differ_from_notebook_to_report(tmp_path):
    draw = "import random\nimport numpy as np\nprint(random.random(), np.random.rand())"
    drawn = [printed(run("forked", tmp_path, draw)).split() for _ in range(2)]
    assert not set(drawn[0]) & set(drawn[1])


def test_a_kernel_starts_in_the_folder_and_environment_of_now(tmp_path, monkeypatch):
    look = "import os\nprint(os.getcwd(), os.environ.get('ADDED'), os.environ.get('TAKEN'))"
    monkeypatch.setenv("TAKEN", "there")
    assert "None there" in printed(run("forked", tmp_path, look))
    monkeypatch.delenv("TAKEN")
    monkeypatch.setenv("ADDED", "new")
    monkeypatch.chdir(tmp_path)
    assert printed(run("forked", tmp_path, look)) == f"{tmp_path} new None\n"


def test_a_module_is_found_from_the_folder_of_now(tmp_path, monkeypatch):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "beside.py").write_text(f"name = {name!r}", encoding="utf-8")
        monkeypatch.chdir(tmp_path / name)
        assert printed(run("forked", tmp_path, "import beside\nprint(beside.name)")) == f"{name}\n"


def test_a_neighbour_named_as_a_module_of_the_kernel_hinders_no_fork(tmp_path, monkeypatch, caplog):
    (tmp_path / "calendar.py").write_text("raise SystemExit('not the one that was meant')")
    monkeypatch.chdir(tmp_path)
    client.close()
    assert printed(run("forked", tmp_path, "print(1)")) == "1\n"
    assert "started" not in caplog.text


def test_what_a_cell_registers_for_its_exit_is_done(tmp_path):
    mark = tmp_path / "mark"
    run("forked", tmp_path, f"import atexit\natexit.register(open({str(mark)!r}, 'w').close)")
    deadline = time.monotonic() + 120
    while not mark.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert mark.exists()


def test_a_kernel_that_dies_is_noticed_and_the_next_notebook_is_made(tmp_path):
    with pytest.raises(DeadKernelError):
        run("forked", tmp_path, "print('so far')", "import os\nos._exit(1)")
    # What it had printed is kept.
    assert printed(nbformat.read(tmp_path / "forked.ipynb", as_version=4)) == "so far\n"
    assert printed(run("forked", tmp_path, "print(2)")) == "2\n"


def test_a_cell_that_takes_too_long_is_killed_with_what_it_has_started(tmp_path):
    start = (
        "import os, subprocess\np = subprocess.Popen(['sleep', '1000'])\nprint(os.getpid(), p.pid)"
    )
    with pytest.raises(CellTimeoutError):
        # It waits, where others could use the time that it would burn.
        run("forked", tmp_path, start, "import time\nwhile True: time.sleep(1)", timeout=8)
    pids = printed(nbformat.read(tmp_path / "forked.ipynb", as_version=4)).split()
    assert len(pids) == 2
    for pid in pids:
        gone(int(pid))


def gone(pid):
    """Wait until a process has ended; a zombie has."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return
        except psutil.NoSuchProcess:
            return
        time.sleep(0.02)
    raise AssertionError(f"process {pid} still runs")


def test_a_killed_zygote_is_replaced_and_its_notebook_made_all_the_same(tmp_path, caplog):
    client.close()
    assert printed(run("forked", tmp_path, "print(1)")) == "1\n"
    for process in children():
        os.kill(process.pid, signal.SIGKILL)
    assert printed(run("forked", tmp_path, "print(2)")) == "2\n"
    assert "gets a kernel that is started" in caplog.text
    caplog.clear()
    assert printed(run("forked", tmp_path, "print(3)")) == "3\n"
    assert caplog.text == ""


def test_a_notebook_goes_on_when_its_zygote_is_killed(tmp_path):
    kill = "import os, signal, time\nos.kill(os.getppid(), signal.SIGKILL)\ntime.sleep(.1)"
    assert printed(run("forked", tmp_path, kill, "print('on')")) == "on\n"


def test_no_zygote_means_a_kernel_that_is_started(tmp_path, monkeypatch, caplog):
    client.close()
    monkeypatch.setattr(sys, "executable", "/bin/false")
    monkeypatch.setattr(papermill.engines.NBClientEngine, "execute_managed_notebook", noted := [])
    with pytest.raises(TypeError):
        run("forked", tmp_path, "print(1)")
    assert noted == []
    assert "gets a kernel that is started" in caplog.text


def test_everything_ends_with_a_killed_process(tmp_path):
    path = tmp_path / "n.ipynb"
    stuck = "import os\nopen('pid', 'w').write(str(os.getpid()))\nwhile True: pass"
    nbformat.write(notebook(stuck), path)
    program = f"""
        import papermill
        output = {str(tmp_path / "o.ipynb")!r}
        papermill.execute_notebook({str(path)!r}, output, engine_name="forked")
    """
    process = subprocess.Popen([sys.executable, "-c", textwrap.dedent(program)], cwd=tmp_path)
    deadline = time.monotonic() + 60
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text("utf-8"):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.kill()
    process.wait()
    gone(int((tmp_path / "pid").read_text("utf-8")))


def test_descriptors_and_processes_do_not_grow(tmp_path):
    ours = psutil.Process()
    run("forked", tmp_path, "1")
    before = ours.num_fds()
    for _ in range(10):
        run("forked", tmp_path, "1")
    assert ours.num_fds() == before
    deadline = time.monotonic() + 120
    while len(children()) > len(client._zygotes) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(children()) <= len(client._zygotes)


def test_a_zygote_imports_what_its_notebook_imports_and_no_more():
    given = notebook(
        "import os.path as p, json\nfrom email import message",
        "def f():\n    import never\nif False:\n    import neither",
        "%matplotlib inline\nimport passed_over",
        "from . import relative\nfrom .this import s",
    )
    given.cells.append(nbformat.v4.new_markdown_cell("import prose"))
    assert client.imports(given) == ("os.path", "json", "email", "email.message")


def test_messages_that_come_in_pieces_are_put_together():
    frames = wire.packed({"a": "日本"}) + wire.packed({"b": [1]})
    received, messages = bytearray(), []
    for byte in frames:
        received.append(byte)
        messages += wire.unpacked(received)
    assert messages == [{"a": "日本"}, {"b": [1]}]
    assert received == b""
