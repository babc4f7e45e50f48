"""The desk's pages of officers: accounts, police services, officers, qualifications."""

from officers.admin import coordinators, keeping, qualifications, records, vocabulary

__all__ = ["coordinators", "keeping", "qualifications", "records", "vocabulary"]
