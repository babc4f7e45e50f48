"""The lists that a desk works with, each a page with filters and a file with the same rows."""

from deployments.queries.lists import applicants, authority, nominations, papers, people, releases, rotation
from deployments.queries.lists.listing import Filters, Listing, ListRow, narrowed

ROOMS = (people, rotation, applicants, nominations, releases, papers, authority)
LISTS: dict[str, Listing] = {listing.name: listing for module in ROOMS for listing in module.LISTS}
__all__ = ["LISTS", "Filters", "ListRow", "Listing", "narrowed"]
