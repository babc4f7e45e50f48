"""The desk's pages of officers: accounts, police services, officers, qualifications."""

from officers.admin import adding, coordinators, keeping, qualifications, records, vocabulary

__all__ = ["adding", "coordinators", "keeping", "qualifications", "records", "vocabulary"]
