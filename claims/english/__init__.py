"""Knowledge of English: its words, names and grammar. Pure functions.

Other packages have no word lists (tests/claims/english/test_word_lists.py has the exceptions). A
module imports only modules of this package, claims.text and claims.types. From the words up:

word_lists         lists written in code, or read from the files of data/
function_words, verb_forms, calendar_words, quantities
                   closed word classes; forms of verbs; months, weekdays, ordinals; numbers, units
reporting_verbs, negation, modality, discourse_markers
                   verbs of saying; negation and opposites; opinions, norms, forecasts and
                   instructions; words that link sentences or give a cause
gazetteer          given names, kinship, nouns for people, titles, words of organisations
countries          countries with their capitals, adjectives and demonyms

sentences, quotation, language_detection, stemming
                   a text cut into sentences; quotation marks; its language; stems and stop words
tokens, clauses, lead_ins
                   words and numbers of a sentence; its finite verbs; where its main clause begins
anaphora, animacy  words that refer to other sentences; nouns that may mean a person

proper_names, person_names, organisations, news_agencies
                   names of a text: all, of people, of bodies; agencies that a report names
attribution        the report of speech in a sentence (reported_speech): its speaker and its content
                   (reported_content), also with the speaker after it (trailing_speakers)
quotation_speakers who said a quotation
dates              the dates of a text, each as a range of days: those that give their days by
                   themselves (written_dates), and those that count from the day of publication
                   (relative_dates)
changing_facts     wordings of facts that change: a current figure, a state, "now"
boilerplate        lines around an article: advertisement, byline, date, caption
"""
