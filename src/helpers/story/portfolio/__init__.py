"""The story of notebook 04: the money of all projects, and where to look first."""
