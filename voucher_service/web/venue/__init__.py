"""Venue: the pages of those who take vouchers at a counter, and are paid for them."""
