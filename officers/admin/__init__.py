"""The desk's pages of officers: accounts, police services, officers, qualifications."""

from officers.admin import qualifications, records, vocabulary

__all__ = ["qualifications", "records", "vocabulary"]
