"""Banking: the pages on which finance hears the bank, explains what it said, and sets it beside the books."""
