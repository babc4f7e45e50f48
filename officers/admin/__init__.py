"""The desk's pages of officers: accounts, police services, officers, qualifications."""

from officers.admin import coordinators, qualifications, records, vocabulary

__all__ = ["coordinators", "qualifications", "records", "vocabulary"]
