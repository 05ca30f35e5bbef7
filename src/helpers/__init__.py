"""Read administrative project review sheets (行政事業レビューシート), check, analyse, draw, render.

The rooms, in the order data flows: `sources` -> `sheet` -> `checks` -> `analysis` -> `charts`
and `story` -> the notebooks -> `batch`.
"""
