"""A scripted bad model: planted lies that must all fall, and true claims that must stay."""
