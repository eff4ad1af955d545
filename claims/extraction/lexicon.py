"""Closed word lists of English grammar that are needed to read news sentences.

All entries are lower case. The lists say what a word can be (a finite verb, a reporting verb, a
pronoun); the few words with a weight in the check-worthiness model are in features.py.
"""

from __future__ import annotations

from itertools import chain


def word_set(*lines: str) -> frozenset[str]:
    """The words of some lines, separated by white space."""
    return frozenset(chain.from_iterable(line.split() for line in lines))


DETERMINERS = word_set(
    "the a an this that these those his her its their our your my some any each every no both",
    "many most several few all another other such one more fewer",
)
PREPOSITIONS = word_set(
    "in on at by for from with without within to of into onto over under after before during",
    "since until through throughout between among against about across around near behind beyond",
    "despite following according amid including like unlike per via towards toward along outside",
    "inside upon as than off out up down above below ahead because due instead besides",
)
SUBORDINATORS = word_set(
    "that which who whom whose where when while whereas although though if unless because since",
    "until whether after before as once so how why what",
)
RELATIVES = word_set("who which whom whose where that")
SUBJECT_PRONOUNS = word_set("i you he she it we they this that these those there")
FIRST_PERSON = word_set(
    "i me my mine myself we us our ours ourselves i'm i've i'd i'll we're we've we'd we'll let's",
)
SECOND_PERSON = word_set("you your yours yourself yourselves you're you've you'd you'll y'all")
AUXILIARIES = word_set(
    "is are was were has have had does do did will would can could may might must shall should",
    "isn't aren't wasn't weren't hasn't haven't hadn't doesn't don't didn't won't wouldn't can't",
    "cannot couldn't mustn't shouldn't ain't",
)
BE = word_set("is are was were be been being am isn't aren't wasn't weren't")
HAVE = word_set("has have had hasn't haven't hadn't having")
MODALS = word_set("will would can could may might must shall should won't wouldn't can't cannot")
NEGATIONS = word_set(
    "not no never none nobody nothing neither nor without isn't aren't wasn't weren't hasn't",
    "haven't hadn't doesn't don't didn't won't wouldn't can't cannot couldn't shouldn't",
)
ADVERBS = word_set(
    "also now then later earlier once again still already yet since just only even ever never",
    "always often sometimes soon recently previously first finally meanwhile however thus",
    "therefore instead too not all both currently formally publicly reportedly allegedly",
    "repeatedly initially subsequently immediately eventually nearly almost about further",
    "worldwide abroad today nationwide",
)
CONNECTORS = word_set(
    "but and so yet however meanwhile moreover furthermore additionally also still nevertheless",
    "nonetheless therefore thus besides indeed similarly instead likewise consequently plus",
)

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
VERBS = word_set(
    "cut blow dig hang mean pile ring sing swim swing tear wake bear bend bite accept account",
    "accuse achieve acknowledge acquire act add address adjourn admit adopt advance advise",
    "affect affirm agree aim allege allocate allow amend announce answer apologise apologize",
    "appeal appear apply appoint approve argue arm arrange arrest arrive ask assault assert",
    "assess assign assist assume assure attack attempt attend attract authorise authorize",
    "average avoid award back ban bar base battle become begin behave believe belong benefit",
    "block board boast bolster bomb boost border borrow break breach bring broadcast build burn",
    "buy calculate call campaign cancel capture carry cast catch cause celebrate chair challenge",
    "change charge chase cheat choose cite claim clash clear climb close collapse collect",
    "combine come command comment commission commit compare compete complain complete concede",
    "conclude condemn conduct confirm confront consider consist consult consume contain contest",
    "continue contract contradict contribute control convert convict cooperate cope cost count",
    "cover crash create criticise criticize cross cultivate damage deal debate decide declare",
    "decline decrease dedicate defeat defend define delay deliver demand deny depart depend",
    "deploy deport describe deserve design designate destroy detain detect develop devote die",
    "differ direct disagree disappear disclose discover discuss dismiss display dispute dissolve",
    "divide dock donate double doubt draft drag draw drive drop earn ease eat elect eliminate",
    "emerge employ enable encourage end endorse enforce engage enhance enjoy ensure enter equal",
    "escape establish estimate evacuate exceed exchange execute exhibit exist expand expect",
    "expel explain explode export expose express extend extradite face facilitate fail fall",
    "favour favor feature feed fight file fill finance find fine finish fire fit fix flee float",
    "flow fly focus follow force forecast form found free freeze fuel fund gain gather generate",
    "get give go govern grant grow guarantee guide halt hand handle happen harm harvest head",
    "hear help hide hire hit hold honour honor hope host identify ignore illustrate impose",
    "improve include increase indicate inform inherit injure insist inspect install intend",
    "intercept interview introduce invade invest investigate invite involve issue join judge",
    "jump justify keep kidnap kill know label lack land last launch lay lead leak learn leave",
    "lend let level lie lift limit link list live lobby locate look lose lower maintain make",
    "manage manufacture march mark market marry measure meet mention merge miss monitor mount",
    "move multiply murder name need negotiate nominate note notify obtain occupy occur offer",
    "open operate oppose order organise organize outlaw outnumber overrule oversee overtake",
    "overturn own participate pass pay peak perform permit persuade plan plant play plead pledge",
    "plunge point poll pose post postpone pour praise predict prefer prepare present press",
    "prevent print produce prohibit promise promote prompt propose prosecute protect protest",
    "prove provide publish pull purchase pursue push put qualify quadruple question quit quote",
    "raid raise range rank ratify reach react read reaffirm realise realize rebuild recall",
    "receive recognise recognize recommend record recover recruit reduce refer refuse regain",
    "regulate reiterate reject relate release relocate rely remain remark remember remind remove",
    "rename renew rent reopen repair repeal repeat replace reply report represent request",
    "require rescue resemble resign resist resolve respond restore restrict result resume retain",
    "retire return reveal reverse review revise revoke ride rise rule run sail sanction save say",
    "schedule score search secure see seek seem seize select sell send sentence separate serve",
    "set settle shape share shift shoot show shrink shut sign signal sink sit slash slow smuggle",
    "soar solve sow spark speak spend spiral sponsor spread spur stabilise stage stand start",
    "state stay steal stem step stop store strengthen stress strike struggle study submit",
    "succeed sue suffer suggest supply support surge surpass surrender surround survive suspect",
    "suspend sustain swear take talk target tax teach tell tend terminate test testify thank",
    "think threaten throw tighten top total touch tour track trade train transfer transform",
    "transit transport travel treat trigger triple try turn undergo understand undertake",
    "undermine unite unveil update uphold urge use vaccinate value vary veto violate visit vote",
    "vow wage wait walk want warn wash watch weaken wear weigh welcome widen win wipe withdraw",
    "witness work worry worsen write",
)

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

# Reporting verbs whose content can be checked on its own.
ASSERTING = word_set(
    "said say says saying told tell tells stated state states announced announce announces",
    "claimed claim claims asserted assert asserts reported report reports revealed reveal",
    "reveals disclosed disclose discloses confirmed confirm confirms acknowledged acknowledge",
    "acknowledges admitted admit admits conceded concede concedes added add adds noted note",
    "notes explained explain explains declared declare declares wrote write writes written",
    "tweeted posted testified testify testifies found find finds showed show shows shown",
    "estimated estimate estimates affirmed affirm affirms stressed stress stresses emphasised",
    "emphasized reiterated recalled remarked insisted insist insists maintained maintains",
    "concluded conclude concludes observed reminded informed assured replied responded answered",
    "boasted argued argue argues contended contend contends",
)
# Reporting verbs whose act is the checkable part: a stance, a plan, an accusation, a forecast.
TAKING_POSITION = word_set(
    "denied deny denies rejected reject rejects disputed dispute disputes doubted doubts",
    "questioned promised promise promises pledged pledge pledges vowed vow vows threatened",
    "threaten threatens warned warn warns predicted predict predicts forecast forecasts expected",
    "expect expects believes believed believe thinks thought think hopes hoped hope fears feared",
    "fear suggested suggest suggests alleged allege alleges accused accuse accuses urged urge",
    "urges demanded demand demands called calls criticised criticized criticises criticizes",
    "condemned condemn condemns praised praises welcomed welcomes mentioned mention mentions",
    "expressed express expresses proposed propose proposes recommended recommends complained",
    "complains indicated indicate indicates signalled signaled hinted described describe",
    "describes defended defends dismissed dismisses",
)
REPORTING = ASSERTING | TAKING_POSITION
# Verbs that report speech with any object: "announced $6 million", not "found 3 bodies".
SPEECH_ACTS = (TAKING_POSITION - {"rejected", "reject", "rejects"}) | word_set(
    "announced announce announces confirmed confirm confirms admitted admit admits acknowledged",
    "claim claimed claims declared stressed stresses emphasised emphasized reiterated said says",
    "say told asserted argued argues insisted insists",
)
# Verbs that take content without "that": "said the bridge fell", not "recalled 86,000 packs".
SAYING_BARE = word_set(
    "said says say told tell tells announced claimed claim claims insisted insist insists stated",
    "states admitted admits admit estimates estimate estimated believes believe believed thinks",
    "think warned warns confirmed confirms argued argues argue suggested suggests suggest",
    "alleges alleged allege declared asserts asserted maintains wrote writes predicts predicted",
    "fears hopes expects replied answered",
)
# Reporting verbs that name their listener first: "told reporters that".
TELLING = word_set("told tell tells informed reminded assured")
# Reporting verbs that introduce a whole clause as direct speech without quotation marks.
SPEAKING = word_set(
    "said says stated states declared declares added adds replied remarked announced asked wrote",
    "tweeted posted explained insisted warned shouted told",
)
INTRODUCING_QUOTES = SPEAKING | ASSERTING | word_set("warned asked called shouted joked quipped")

MONTHS = word_set(
    "january february march april may june july august september october november december jan",
    "feb mar apr jun jul aug sep sept oct nov dec",
)
WEEKDAYS = word_set("monday tuesday wednesday thursday friday saturday sunday")
NUMBER_WORDS = word_set(
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen",
    "sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety",
    "hundred hundreds thousand thousands million millions billion billions trillion trillions",
    "dozen dozens half third quarter twice",
)
SCALES = word_set("hundred thousand million billion trillion m bn tn k")


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
