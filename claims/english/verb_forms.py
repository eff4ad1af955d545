"""Verb forms: irregular past forms, participles, and the verbs whose endings are formed by rule.

All entries are lower case.
"""

from __future__ import annotations

from itertools import chain

from claims.english.word_lists import read_words, word_set

# Irregular past forms that cannot be a participle and are hardly ever another word in running text.
PAST_DISTINCT = word_set(
    "said went took gave wrote rose fell grew began broke chose drew drove flew froze knew rode",
    "sank saw shook shrank sang spoke stole swam threw wore became came ran arose awoke ate hid",
    "told forgot overcame overtook underwent withdrew undertook forbade sprang swore tore did",
    "was were had",
)
# Irregular past forms that are also the participle.
PAST_SHARED = word_set(
    "outsold rebuilt resold undercut wept leapt knelt lit fit clung crept blew flung wrung sped",
    "slid made held built found sold bought led left lost met paid sent spent won hit cut",
    "brought caught fought taught struck heard sat laid hung dug bound fed swept put set shot",
    "shut read spread cost hurt beat dealt bet rid split quit stuck swung spun lent bent wound",
    "burnt learnt dreamt withheld thought fled sought understood meant kept felt stood slept",
    "upheld overheard outbid",
)
PARTICIPLES = word_set(
    "been gone taken given written risen fallen grown begun broken chosen drawn driven flown",
    "frozen known ridden sunk seen shaken shrunk sung spoken stolen swum thrown worn become come",
    "run eaten hidden forgotten overcome overtaken undergone withdrawn undertaken done shown",
    "proven",
)

# Base forms of verbs in the news. Endings are formed by rule; irregular past forms are above.
VERBS = read_words("verbs")

# Present forms that are always verbs, whatever their neighbours, and never nouns.
PLAIN_PRESENT = word_set(
    "explain explains advise advises blame blames raises raise lowers lower creates create",
    "reduces reduce adds sells sell buys buy owns own holds hold loses lose pays pay sends send",
    "brings bring leaves leave follows follow expands expand imposes impose abolishes abolish",
    "replaces replace introduces introduce prevents prevent causes affects affect accounts faces",
    "face offers supplies attracts carries say says believe believes expect expects agree agrees",
    "want wants remain remains include includes become becomes seem seems provide provides allow",
    "allows require requires receive receives produce produces consume consumes represent",
    "represents contain contains belong belongs exist exists argue argues insist insists",
    "maintain maintains deny denies enable enables seek seeks keep keeps know knows think thinks",
    "depend depends consist consists oppose opposes employ employs describe describes show",
    "suggests indicates reveals denotes comes goes gets gives takes makes come go get give take",
    "make begin begins continue continues involve involves appear appears occur occurs happen",
    "happens serve serves prove proves tell tells write writes speak speaks",
)


def _past_forms(base: str) -> tuple[str, ...]:
    """Regular past forms; a short verb may or may not double its last letter."""
    if base.endswith("e"):
        return (base + "d",)
    if base.endswith("y") and base[-2] not in "aeiou":
        return (base[:-1] + "ied",)
    return (base + "ed", base + base[-1] + "ed")


def _third_person(base: str) -> str:
    if base.endswith("y") and base[-2] not in "aeiou":
        return base[:-1] + "ies"
    return base + ("es" if base.endswith(("s", "sh", "ch", "x", "z", "o")) else "s")


PAST_REGULAR = frozenset(chain.from_iterable(_past_forms(base) for base in VERBS))
THIRD_PERSON = frozenset(_third_person(base) for base in VERBS)
PAST = PAST_DISTINCT | PAST_SHARED | PAST_REGULAR

# Verbs, or the beginnings of their forms, for which it matters who does it to whom.
DIRECTED_VERBS = word_set(
    "beat beaten defeat sue appoint nomin endors accus buy bought acquir sell sold attack invad",
    "hire fire dismiss replac succeed criticis criticiz prais back lend lent owe pay paid overtak",
    "overtook arrest kill hit rescu name invit visit warn train coach teach taught lead led follow",
    "vote supplant outsel challeng",
)
# Stems of verbs that count as the stem of another verb with the same meaning.
SAME_VERBS = {
    "acquir": "buy", "bought": "buy", "beaten": "beat", "defeat": "beat", "detain": "arrest"
}  # fmt: skip
