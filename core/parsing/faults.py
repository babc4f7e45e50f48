"""Why a file is not read, as a code for machines; the words for people are in core.tabular.reading."""

MAX_COLUMNS = 1_000


class ParsingFault(Exception):
    """``code`` names what is wrong, ``line`` where (0 for the whole file), ``values`` what the words need."""

    def __init__(self, code: str, line: int = 0, **values: object) -> None:
        super().__init__(code)
        self.code, self.line, self.values = code, line, values
