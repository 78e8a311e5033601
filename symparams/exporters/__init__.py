"""Networks → what other tools read: PyTorch source."""
