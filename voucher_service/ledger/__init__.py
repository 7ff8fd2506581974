"""Double entry: accounts, journal, order of record, statements; knows no vouchers."""
