"""The second reader: a language model that reads all the evidence of a claim at once.

The question (question.py, visible.py); the endpoint (endpoint.py), the parameters it accepts
(parameters.py), its refusals (refusals.py), and its failures (unanswered.py); the checks of an
answer (answers.py, copied_text.py); text of pages that addresses a model (addressed.py); the
adapters of claims.ports.Reader (chat.py, remembering.py), of TokenLedger (ledger.py), and of
AnswerCache and TokenLedger without a store (answer_file.py, asked_elsewhere.py). Decision:
docs/adr/0046-a-second-reader-reads-all-the-evidence-at-once.md.
"""
