"""InterLab: a laboratory for conversations between language-model actors."""
