"""Tables of verbs: for each record, which act is possible from which state, who may, where it leads, and its words."""
