"""Models behind the protocol: callables, LangChain, `openai` clients, a person, a model in process."""
