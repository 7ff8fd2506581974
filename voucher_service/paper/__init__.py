"""Papers: the bytes of what is printed."""
