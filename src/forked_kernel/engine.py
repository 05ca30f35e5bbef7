"""papermill's engine "forked"."""

import logging
from datetime import datetime

from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, NotebookExecutionManager
from papermill.log import logger

from forked_kernel import client
from forked_kernel.manager import ForkedKernel

log = logging.getLogger(__name__)


PLAIN = {
    "stream": ["name", "text"],
    "display_data": ["metadata", "data"],
    "execute_result": ["metadata", "data", "execution_count"],
    "error": ["ename", "evalue", "traceback"],
}
"""Messages that are outputs, and what of them an output has."""


class Client(PapermillNotebookClient):
    """papermill's client, which leaves it to who writes the notebook to validate its outputs: one
    by one that takes a sixth of all that is done for a report outside of its kernel."""

    def execute_cell(self, cell: NotebookNode, *arguments, **options) -> NotebookNode:
        """Run a cell; of text there is nothing to run, for which nbclient starts its loop, too."""
        if cell.cell_type != "code":
            return cell
        return super().execute_cell(cell, *arguments, **options)

    def output(self, outs, msg, display_id, cell_index) -> NotebookNode | None:
        """Append the output that a message brings."""
        kind, hooked = msg["msg_type"], self.output_hook_stack[msg["parent_header"].get("msg_id")]
        if hooked or display_id or self.clear_before_next_output or kind not in PLAIN:
            return super().output(outs, msg, display_id, cell_index)
        out = NotebookNode(output_type=kind)
        out.update({name: msg["content"][name] for name in PLAIN[kind]})
        outs.append(out)
        return out


class Manager(NotebookExecutionManager):
    """papermill's record of a run. What it reads back of the times that it writes it would read
    with a parser of any dates, once a cell."""

    def cell_complete(self, cell: NotebookNode, cell_index: int | None = None, **options) -> None:
        timed = cell.metadata.papermill
        start = timed.pop("start_time")
        super().cell_complete(cell, cell_index, **options)
        seconds = datetime.fromisoformat(timed.end_time) - datetime.fromisoformat(start)
        timed.update(start_time=start, duration=seconds.total_seconds())


class ForkedEngine(NBClientEngine):
    """papermill's default engine with a kernel that is forked in place of one that is started.

    What papermill would save after every cell is saved at the end, failed or not.
    """

    @classmethod
    def execute_notebook(
        cls,
        nb: NotebookNode,
        kernel_name: str,
        output_path: str | None = None,
        progress_bar: bool | dict = True,
        log_output: bool = False,
        **options,
    ) -> NotebookNode:
        """Run the cells of `nb` in place. Where no kernel can be forked, one is started."""
        options.pop("autosave_cell_every", None)
        manager = Manager(nb, log_output=log_output, progress_bar=progress_bar)
        manager.notebook_start()
        try:
            cls.execute_managed_notebook(manager, kernel_name, log_output=log_output, **options)
        except Exception:
            manager.output_path = output_path
            raise
        finally:
            manager.cleanup_pbar()
            manager.notebook_complete()
        return manager.nb

    @classmethod
    def execute_managed_notebook(cls, nb_man, kernel_name: str, **options) -> None:
        """Run the cells in a forked kernel."""
        try:
            kernel = ForkedKernel(client.zygote(client.imports(nb_man.nb)))
        except client.ZygoteError as error:
            client.close()
            log.warning("%s: this notebook gets a kernel that is started", error)
            super().execute_managed_notebook(nb_man, kernel_name, **options)
            return
        try:
            cls._execute(nb_man, kernel_name, kernel, **options)
        finally:
            kernel.close()

    @staticmethod
    def _execute(
        nb_man, kernel_name: str, kernel, start_timeout=60, execution_timeout=None, **options
    ) -> None:
        """As papermill's engine does, with our client."""
        options = {**options, "timeout": execution_timeout} if execution_timeout else options
        for name in ("input_path", "startup_timeout"):
            options.pop(name, None)
        Client(
            nb_man,
            km=kernel,
            kernel_name=kernel_name,
            startup_timeout=start_timeout,
            log=logger,
            **options,
        ).execute()
