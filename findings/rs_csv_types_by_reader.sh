#!/usr/bin/env bash
# The same five cells of the review system's CSV have other types in each reader. The official files
# print a blank after an amount or a corporate number ("275973410 "), t and f in one file (5-4), and the
# system's API writes the project as 000011 where the CSV has 11.
#
# Seen: polars 2.1.0 makes text of a column of amounts that end in a blank, and what it keeps ends in
# the blank; pandas 3.1.1, pyarrow 26.0.1 and DuckDB 2.0.1 make numbers. Of the
# project 000011 DuckDB keeps the text, the three others make the number 11, so that the same file
# joined by project in two tools finds no row. t and f are booleans in DuckDB and text in the others.
# pandas makes a float of a corporate number as soon as one is missing.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
  pandas==3.1.1 pyarrow==26.0.1 polars==2.1.0 duckdb==2.0.1
cd "$folder"
venv/bin/python - <<'PY'
import duckdb
import pandas
import polars
import pyarrow.csv

with open("rows.csv", "w", encoding="utf-8-sig", newline="") as file:
    file.write("project,number,amount,bundle\r\n")
    file.write("000011,1010401056882 ,275973410 ,t\r\n000012,,465129000 ,f\r\n")

seen = {
    "pandas": [str(kind) for kind in pandas.read_csv("rows.csv").dtypes],
    "pyarrow": [str(kind) for kind in pyarrow.csv.read_csv("rows.csv").schema.types],
    "polars": [str(kind) for kind in polars.read_csv("rows.csv").dtypes],
    "duckdb": [str(kind) for kind in duckdb.sql("select * from 'rows.csv'").types],
}
print(*seen.items(), sep="\n")
assert seen == {
    "pandas": ["int64", "float64", "int64", "str"],
    "pyarrow": ["int64", "int64", "int64", "string"],
    "polars": ["Int64", "String", "String", "String"],
    "duckdb": ["VARCHAR", "BIGINT", "BIGINT", "BOOLEAN"],
}, seen
assert polars.read_csv("rows.csv")["amount"][0] == "275973410 "
left = duckdb.sql("select project from 'rows.csv'").df()["project"]
assert not set(left) & set(pandas.read_csv("rows.csv")["project"].astype(str))
PY
