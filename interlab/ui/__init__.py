"""What people look at: text trees and pages, and later the trace browser, the play console and the branch explorer.

May import everything above it in the list of layers; nothing above imports it. `interlab` registers its renderers in
the hooks of tracing. Whatever is shown was written by models or strangers: it passes through `visible` (text) or
`html_text` (HTML) first.
"""
