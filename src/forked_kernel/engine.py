"""papermill's engine "forked"."""

import logging

from nbformat import NotebookNode
from papermill.engines import NBClientEngine
from papermill.iorw import write_ipynb

from forked_kernel import client

log = logging.getLogger(__name__)


class ForkedEngine(NBClientEngine):
    """papermill's default engine with a kernel that is forked in place of one that is started.

    What papermill would save after every cell is saved at the end, failed or not.
    """

    @classmethod
    def execute_notebook(
        cls, nb: NotebookNode, kernel_name: str, output_path: str | None = None, **options
    ) -> NotebookNode:
        """Run the cells of `nb` in place. Where no kernel can be forked, one is started."""
        try:
            return super().execute_notebook(nb, kernel_name, output_path=None, **options)
        except Exception:
            if output_path:
                write_ipynb(nb, output_path)
            raise

    @classmethod
    def execute_managed_notebook(cls, nb_man, kernel_name: str, **options) -> None:
        """Run the cells in a forked kernel."""
        try:
            kernel = client.zygote(client.imports(nb_man.nb)).kernel()
        except client.ZygoteError as error:
            client.close()
            log.warning("%s: this notebook gets a kernel that is started", error)
            super().execute_managed_notebook(nb_man, kernel_name, **options)
            return
        try:
            super().execute_managed_notebook(nb_man, kernel_name, km=kernel, **options)
        finally:
            kernel.close()
