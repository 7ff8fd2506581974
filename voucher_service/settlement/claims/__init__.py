"""Claims: what venues owe back, since a voucher was given back after it was frozen for payment (*créances*).

A claim is a redemption that was reversed while it stands in a run whose payment neither came back nor was refused.
It ends once: taken by the operator's next payment where the campaign pays by transfer (``settlement.netting``), repaid
by the venue, or written off by two people (*remise gracieuse*). A public accountant collects it by a revenue order
(*titre de recettes*, decree 2012-1246, articles 23 and 24): never by paying less.

owed            what is owed, by whom, since when
ending          claims end, by one entry
repayments      a venue gave money back
revenue_orders  the orders by which a public accountant collects
write_offs      two people give a claim up
"""
