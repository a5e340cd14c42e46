"""What `make run` and `make test` need on a developer's machine: PostgreSQL, RabbitMQ, and every process of CERES."""
