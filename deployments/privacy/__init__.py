"""What the portal holds on a person: giving it out, closing an account, and erasing what is no longer needed."""
