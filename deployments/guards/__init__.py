"""The limits stated in SQL, inside the database: whoever writes, one officer too many is refused."""


def install(connection) -> None:
    """Puts every guard in place; safe to repeat."""


def drop(connection) -> None:
    """Takes every guard away, for a migration on SQLite."""


def missing(connection) -> list[str]:
    """Names of guards that are absent or disabled."""
    return []
