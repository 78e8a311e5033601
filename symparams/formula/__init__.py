"""The expression tree that every formula is, and all that is true of it alone."""
