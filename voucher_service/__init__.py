"""The PASS numérique voucher ledger: each package in one line, in reading order.

kernel      what every package may use; knows no business
ledger      double entry: accounts, journal, order of record; knows no vouchers
identity    organisations, their people, and how they prove who they are
funding     funders, campaigns, pledges, deposits: where the euros come from
network     prescribers, venues and their operators, accreditation: who takes part
vouchers    one file per act in the life of a voucher
settlement  paying the venues: runs, approvals, payment files, the bank's answers
reports     questions across subjects; never writes
paper       the bytes of what is printed
worker      long work, done outside a request
api         JSON for machines: one module per resource
web         pages for people
cli, demo   the operator's commands, and the demonstration
"""
