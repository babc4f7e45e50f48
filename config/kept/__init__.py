"""Public pages kept whole for visitors without a session: as fresh as one query says, and made once for all processes."""
