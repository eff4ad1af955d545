"""Knowledge of English: its words, names and grammar. Pure functions.

Other packages have no word lists (tests/claims/english/test_word_lists.py has the exceptions). A
module imports only modules of this package, claims.text and claims.types. From the words up:

word_lists         lists written in code, or read from the files of data/
function_words, verb_forms, quantities
                   closed word classes and discourse markers; forms of verbs; numbers, units,
                   months, weekdays, ordinals
reporting_verbs, negation, modality
                   verbs of saying; negation and opposites; opinions, norms, forecasts and
                   instructions
gazetteer          given names, kinship, nouns for people, titles, words of organisations

sentences, language_detection, stemming
                   a text cut into sentences; its language; stems and stop words
tokens, clauses    words and numbers of a sentence; its finite verbs; where its main clause begins
anaphora, animacy  words that refer to other sentences; nouns that may mean a person

proper_names, person_names, organisations
                   names of a text: all, countries in other forms, of people, of bodies
quotation          quotations by their marks, and who said them
attribution        the report of speech in a sentence: its speaker and its content
                   (reported_speech), also with the speaker after it (trailing_speakers)
dates              the dates of a text, each as a range of days: those that give their days by
                   themselves (written_dates), and those that count from the day of publication
                   (relative_dates)
statement_parts    what no rewording of a statement may change: figures, days, negation, direction
changing_facts     wordings of facts that change: a current figure, a state, "now"
boilerplate        lines around an article: advertisement, byline, date, caption; news agencies
"""
