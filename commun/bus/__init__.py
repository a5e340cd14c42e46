"""RabbitMQ: who may say what to whom, calls, events sent and heard, each once."""
