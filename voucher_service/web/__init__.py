"""Web: the pages, one module per audience; each is a thin way to the same acts as the API's."""
