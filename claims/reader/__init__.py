"""The second reader: a language model that reads all the evidence of a claim at once.

The question that it is asked (question.py, visible.py), what it is asked through (endpoint.py), the
checks of its answer (answers.py, copied_text.py), text of pages that speaks to a model
(addressed.py), and the adapters of claims.ports.Reader (chat.py, remembering.py). Decision:
docs/adr/0046-a-second-reader-reads-all-the-evidence-at-once.md.
"""
