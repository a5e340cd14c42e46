"""What a larger system is said to need, from what one request takes."""

from bench.demandes import grandir


def test_une_replique_de_plus_avant_que_la_premiere_ne_soit_pleine() -> None:
    """At 200 a second, 4 ms each keep 0.8 of a core busy: one replica would, and its answers would wait."""
    dit = grandir({"sessions": 4.0, "gateway": 1.0, "jures": 0.0, "postgres": 2.5, "rabbit": 1.0}, 200)
    assert dit == (
        "200 inscriptions de candidats par seconde : répliques, 2 de sessions, 1 de gateway ; cœurs, "
        "0,50 de PostgreSQL et 0,20 de RabbitMQ, 1,70 en tout."
    )
