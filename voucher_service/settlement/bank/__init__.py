"""The bank: what it says of our accounts and our payments, kept once, understood or left to a person."""
