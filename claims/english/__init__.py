"""Dates in English text; only this package knows the forms in which they are written.

dates             finds the dates of a text, each as a range of days
written_dates     forms that give their days by themselves: "4 May 2021", "Q3 2022"
relative_dates    forms that count from the day of publication: "yesterday", "last March"
calendar_words    names of months and weekdays, ordinals, numbers in words
"""
