"""Appeals: what a venue whose contest is refused is told of how to go on (*délais et voies de recours*).

Two months from the notification, by a request to whoever decided (*recours gracieux*) or before the administrative
court; the first interrupts the second (code de justice administrative, R. 421-1 and R. 421-2; CRPA, L. 411-2). Where
the answer does not say so, the two months do not run (CJA, R. 421-5).
"""

STANDARD = """\
Vous pouvez contester cette réponse dans un délai de deux mois à compter du jour où elle vous est communiquée :
– par un recours gracieux, écrit et motivé, adressé au service financier qui l'a prise ;
– ou par un recours devant le tribunal administratif dont dépend ce service, y compris par www.telerecours.fr.
Un recours gracieux formé dans ce délai l'interrompt : vous avez alors de nouveau deux mois, à compter de la réponse \
ou de deux mois sans réponse, pour saisir le tribunal."""
"""What is told unless finance writes something else: in French, the language of the courts."""
