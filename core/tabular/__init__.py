"""Reads a table that somebody else made (CSV or XLSX) into rows of checked text, or says line by line why not.

The file is hostile until shown otherwise: nothing here trusts a size, a name or a type that it states.
"""

from core.tabular.problems import FileRefused, Problem
from core.tabular.table import MAX_BYTES, MAX_CELL, MAX_ROWS, Row, read_path, read_table

__all__ = ["MAX_BYTES", "MAX_CELL", "MAX_ROWS", "FileRefused", "Problem", "Row", "read_path", "read_table"]
