"""PostgreSQL: connections, transactions, statements, pages of lists, revisions, the kernel's own tables."""
