"""Notebooks x sheets -> executed reports, and the page that lists them."""
