"""All projects of a corpus at once: fit the pooled forecasts, test them on the past, forecast."""

FORMATS = ("parquet", "csv")
"""The formats that forecasts are written in."""

ABOUT = "about.json"
"""The file that says what a folder of tables holds."""
