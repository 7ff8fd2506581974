"""How a database comes to its tables: numbered steps, applied once, in order."""
