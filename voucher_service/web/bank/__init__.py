"""Where venues are paid, on pages: what is to be checked, who is paid in another's place, and whose payments are held.

queue       proposed bank details, checked, approved or rejected by a second person
elsewhere   a payee in an operator's place, and a change of SIRET
holding     whose payments are held, why, and until when
"""
