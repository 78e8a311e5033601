"""A manuscript → its claims about sizes, each proved, right within its digits, or wrong."""
