"""The life of a voucher: one file per act."""
