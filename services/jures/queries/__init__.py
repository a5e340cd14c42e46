"""What jurés answers, and to whom."""
