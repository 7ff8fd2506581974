"""Who takes part: prescribers, venues and their operators, mediators, accreditation.

spelling        names compared as people read them, without accents or case
vocabulary      the coded answers of the national standard, with their French and English wording
prescribers     who hands booklets out, and from which sites
operators       who runs venues and is paid, and by what right it may cash
ibans, holder_names   whether an account can exist, whose bank it is, whose name it bears
bank_details    where an operator is paid: what was approved, what cools
bank_proposals, bank_decisions, bank_search, bank_notices   proposed, decided by another person, looked at, told
evidence        the papers that prove an account or a succession, and who opened them
payees          who is paid in the place of an operator that closed
successions     a change of SIRET: who is paid for what is served from a day on
holds           why nothing is paid to an operator for now
readiness       what an operator still lacks before it is accredited or paid
profile         what is said of a venue, and what makes it unusable
venues          where people use their vouchers
prescriber_search, operator_search   who they are by name, and what they lack
venue_search    finding a venue by commune, service and distance
mediators       who delivers a service, and the derogation of the State-funded
accreditation   where the vouchers of a campaign are good, as dated facts
directory       reading venue directories in four formats, and importing them
audit           the promises of this package, checked
"""
