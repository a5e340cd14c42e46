"""A believable national data set, drawn from a seed and copied straight into the services' databases.

`monde.dessiner(tailles, jour)` draws it, `remplissage.remplir(bases, monde)` copies it. Two calls with the same sizes,
day and seed make the same data. Concentrated as the real thing: fifteen titres hold 53 % of the candidates, forty
hold 80 %, départements weigh as many people as live there.

What is not drawn, because no list reads it: traces, convocations, attestations, mails.
"""
