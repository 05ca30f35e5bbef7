"""Carry out a plan: workers that make reports, and what remembers what they were made from."""
