"""Reads a table that somebody else made (CSV or XLSX) into rows of clean text, or says line by line why not.

The file is hostile until shown otherwise: it is parsed in a process of its own, and nothing here trusts a size, a name or
a type that it states.
"""

from core.tabular.columns import DAY, LONG_TEXT, YES_NO, Answers, Column
from core.tabular.problems import FileAsks, FileRefused, Problem, WhichColumns, WhichDays, WhichSheet
from core.tabular.rows import Table, TableRow
from core.tabular.table import MAX_BYTES, MAX_CELL, MAX_LONG_CELL, MAX_ROWS, read_lines, read_path, read_table

__all__ = [
    "DAY",
    "LONG_TEXT",
    "MAX_BYTES",
    "MAX_CELL",
    "MAX_LONG_CELL",
    "MAX_ROWS",
    "YES_NO",
    "Answers",
    "Column",
    "FileAsks",
    "FileRefused",
    "Problem",
    "Table",
    "TableRow",
    "WhichColumns",
    "WhichDays",
    "WhichSheet",
    "read_lines",
    "read_path",
    "read_table",
]
