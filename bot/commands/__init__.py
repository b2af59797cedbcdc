"""What may be typed after `persona-bot`, a file a family of commands."""
