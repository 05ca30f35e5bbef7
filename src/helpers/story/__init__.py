"""The computed sentences and tables of the notebooks, one module a notebook, in both languages."""
