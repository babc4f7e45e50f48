"""What the desk types for an act."""
