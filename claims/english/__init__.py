"""Dates in English text: no other package needs to know how they are written.

dates             finds the dates of a text, each as a range of days
written_dates     forms that say by themselves which days they mean: "4 May 2021", "Q3 2022"
relative_dates    forms that count from the day of publication: "yesterday", "last March"
calendar_words    names of months and weekdays, ordinals, numbers in words
"""
