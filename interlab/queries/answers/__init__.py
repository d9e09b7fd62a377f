"""What people write for numbers, days, labels and lists, and the words they soften or take it back with.

Pure reading of text: nothing here knows of models or of traces.
"""
