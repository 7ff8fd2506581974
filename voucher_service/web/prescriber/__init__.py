"""The pages of those who hand booklets over: an old office PC, one minute, and no word of the trade."""
