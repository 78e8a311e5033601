"""Text ⇄ syntax tree."""
