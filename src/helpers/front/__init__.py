"""The front door: an object a notebook, and all sheets as one. `helpers` itself offers them."""
