"""Foreign things → text of the language: configurations, sources and models that others wrote."""
