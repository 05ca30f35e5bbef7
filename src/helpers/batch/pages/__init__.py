"""What a reader opens: a report as HTML or PDF, and the index of a folder of reports."""
