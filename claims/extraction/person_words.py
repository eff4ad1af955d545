"""Words that identify a person: given names with their gender, kinship, and nouns for people."""

from __future__ import annotations

from claims.extraction.lexicon import word_set

# Given names that are common in news. A name of both men and women shows a person, not a gender.
MALE_NAMES = word_set(
    "aaron abdul abdullah adam aditya adrian ahmed aidan ajay akash akio akira alan albert",
    "alberto aldo alejandro alessandro alexander alexandre alexei alfonso alfred alfredo",
    "alistair allan alvaro amin amit anders andre andreas andrei andres andrew andrzej",
    "andré angelo anil antoine anton antonio antti arjun arne arnold arthur arturo arvid arvind",
    "ashok asif augusto axel babatunde barack barry ben benjamin bernard bernardo bernd bilal",
    "bill bjarne bjorn bob bogdan bogumil boris boubacar bradley brendan brett brian bruce",
    "bruno byron calum carl carlos cesar charles cheikh chinedu christian christoph",
    "christopher clive colin conrad craig cyril daichi damian damien daniel danilo darius",
    "darren david declan deepak denis derek diego dieter dimitri dimitris dinesh dirk dmitry",
    "dominic dominik donald doug douglas dov duncan dylan eamon eddie edgar edmund eduardo",
    "edward edwin egon elias elliot emeka emil emilio emmanuel enrique enzo eric erik ernest",
    "ernesto eskil esteban eugene fabian fabio farid farouk felipe felix femi ferdinand",
    "fernando filip finn florian francis francisco franco frank franz fred frederick fredrik",
    "friedrich fritz gabriel ganesh gareth gary gavin georg george gerald gerard gerhard",
    "gilbert giorgio giovanni giuseppe glen gonzalo gopal gordon graham greg gregory",
    "grzegorz guido guillaume gunnar gunther gustav gustavo guy halvard hamid hamza hans harish",
    "harold harry haruto hassan hector heinz helmut henrik henry herbert herman hiro hiroshi",
    "hossein howard hubert hugh hugo humberto hussein iain ian ibrahim ibrahima ignacio igor",
    "ilya imran ismail ivan ivo jacek jack jacob jacques jaime jake jakob jakub james",
    "jason javad javier jeff jeffrey jens jeremy jerome jerry jerzy jim joachim joao joaquin",
    "jochen joe joel johan johann johannes john jon jonah jonas jonathan jorge jose joseph josé",
    "jozef juan jukka julian julien julius juma justin jürgen karim karl karol kasper keir",
    "keith ken kenji kevin khaled klaus kofi konrad konstantin krzysztof kurt kwabena kwame",
    "kwasi larry lars laszlo lawrence leif lennart leo leon leonard leonardo leonid leopold",
    "lewis liam lorenzo lothar louis luca lucas ludwig luigi luis lukas luke maciej magnus",
    "mahesh makoto malcolm mamadou mandla manfred manoj manuel marc marcel marcelo marcin marco",
    "marcus marek mario mark markus martijn martin massimo mateo mateusz mathieu matt matteo",
    "matthew matthias maurice mauricio maurizio max maximilian mehdi mehmet melvin michael",
    "michal miguel mikael mike mikhail minh miroslav mohamed mohammed mohan morris moses moussa",
    "muhammad mustafa nabil narendra nasser nathan nathaniel naveen neil neville nick nicolas",
    "nicolás nigel nikhil niklas nikola nikolai nikos nils noah norman olaf olav oleg oliver",
    "olof omar ondrej oscar oskar osman otto ousmane owen pablo paolo pascal patrick patrik",
    "paul paulo pavel pawel pedro pekka pete peter petr phil philip pierre pieter piotr pradeep",
    "praveen radek rafael rahul rajesh rajiv rakesh ralf ralph ramesh ramon randall randy",
    "rashid ravi ravindra ray raymond raúl reinhard reza ricardo richard rick rishi rob robert",
    "roberto rodney rodrigo roger rohit roland rolf roman ron ronald rory ross roy ruben rudolf",
    "rupert ruslan russell ryan salvatore samir samuel sandeep sanjay satoshi scott sean",
    "sebastian segun sergei sergey sergio seth shane shaun siddharth silvio simon sipho soren",
    "stanislav stanislaw stanley stefan stephan stephen steve steven stewart stuart sunil",
    "suresh sven sverre takeshi taras tarek ted tendai terje terrence terry thabo theo thierry",
    "thomas thorsten tiago tim timothy tobias toby todd tom tomas tomasz tomás tony torsten",
    "trevor troy tuan tunde tyler ulrich umar umberto usman vaclav vicente victor vijay vikram",
    "viktor vince vincent vincenzo vito vivek vladimir vladislav vojtech volodymyr walid",
    "walter warren wayne wilhelm william wim winston wolfgang xavier xi yannick yasser yousef",
    "youssef yusuf yves zachary zbigniew zdenek zoltan",
)
FEMALE_NAMES = word_set(
    "abena abigail adaeze adele aditi adriana adwoa agatha agnes agnieszka aileen aisha akiko",
    "akua alejandra alena alessandra alexandra alice alicia alina alison allison ama amaka",
    "amanda amara amelia amina amy ana ananya anastasia angela angelina anika anita anja",
    "anjali ann anna anne anneke annette annie annika antonia ariana arlene asha astrid audrey",
    "ayesha ayumi barbara beatrice beatriz becky belinda bernadette bernice beth bethany betty",
    "bianca birgit blanca bonnie brenda bridget brigitte britta bronwyn camila camille carina",
    "carla carmen carole carolina caroline carolyn catalina catherine cathy catriona",
    "cecilia celia celine chantal charlotte cheryl chiara chioma christina christine cindy",
    "claire clara claudia colette colleen connie constance corinne cornelia cristina cynthia",
    "dagmar dalia daniela danielle daphne darlene debbie deborah debra deepa delia denise",
    "diana diane dina divya dolores donna doreen doris dorothea dorothy dorte dragana edith",
    "efua eileen elaine eleanor elena eleni elin elisa elise elizabeth elke ella ellen elsa",
    "elsie elspeth elvira emiko emilia emily emma emmanuelle erica erika erin estelle esther",
    "eugenia eunice eva evelyn ewa farah fatemeh fatima felicia felicity femke fernanda fiona",
    "flavia folake frances francesca francine freya frida gabriela gabrielle gail geeta gemma",
    "genevieve georgina geraldine gertrude gillian gina giorgia gisela giselle giulia gladys",
    "glenda gloria grace greta gudrun gunilla gwen gyda hana hanako hanka hanna hannah hanne",
    "harriet haruka heather heidi helen helena helga henrietta hilda hillary huong ida",
    "ifeoma ilse imelda imogen ines inga inge ingeborg ingrid irena irene irina irma isabel",
    "isabella isabelle isobel ivana jacinda jacqueline jagoda jana jane janet janice janine",
    "jasmine jeanette jeanne jelena jennifer jenny jessica jill jitka joanna joanne",
    "jocelyn jodie johanna josefina josephine joyce juana judith judy julia juliana julie",
    "juliette justine kamala karen karin karina karla katarina kate katharina katherine",
    "kathleen katie katja katrin katrina kavita kavya keiko kerstin kimberly kirsten",
    "kirsty kjersti klara kristen kristin kristina lakshmi lara larissa laura lauren layla leah",
    "leila lena lenka leonora lerato leyla lidia liesbeth lillian lily lina linda linnea lisa",
    "lisbeth lise liv liz lorena loretta lorna lorraine lotte louisa louise lucia luciana",
    "lucinda lucy lucía ludmila luisa lydia lynne mabel madeleine maeve magda malala malgorzata",
    "malin mandy manuela marcela marcia margaret margarita margot margrethe maria mariam",
    "mariana marianne maribel marie marieke marina marisa marjorie marlene marta martha martina",
    "mary maryam maría mathilde matilda matilde maud maureen maxine maya meera megan mei",
    "melissa meryl mia michaela michelle michiko milena miranda miriam misaki moira molly mona",
    "monica monika muriel myriam nadia nadine nadja nancy naoko naomi nasrin natalia natalie",
    "natasha nawal nell ngozi nicole nicoletta nina nisha njeri nkechi noelle noemi",
    "nomsa nora norma nuria odile oksana olga olivia paloma pamela patricia paula paulette",
    "pauline peggy penelope petra philippa phoebe phyllis pia pilar polly pooja priti priya",
    "rachael rachel radka ragnhild rania raquel rebecca regula rei rekha renata renate renee",
    "rhoda rhona rhonda rita roberta robyn rocio rosa rosalind rosanna rosemary rosie roxana",
    "ruth sabine sabrina sachiko sakura salma samantha samira sandra sanne sara sarah saskia",
    "selina selma serena sharon shauna sheila shelley sheryl shirin shirley shreya sigrid silje",
    "silvia siobhan siri snezana sofia sofía solveig sonia sonja sophie soraya stefania stella",
    "stephanie sunita sunniva susan susanna svenja svetlana swati sylvia tamara tania tanya",
    "tara tatiana tatjana teodora teresa tess thelma theresa therese thuy tiffany tina torunn",
    "tove tracey tricia trudy ulrike unni ursula usha ute valentina valeria valerie vandana",
    "vanessa vera verena veronica vesna vicky victoria violet virginia vivienne wanda wanjiru",
    "wendy wilma winifred xenia yasmin yasmine yewande yoko yolanda yulia yumi yvette yvonne",
    "zahra zainab zanele zoe zofia zuzana zuzanna",
)
NEUTER_NAMES = word_set(
    "alexis amir ashley avery blake cameron casey charlie dominique jan jean jessie jordan",
    "jules kerry kim kit laurence lesley leslie lindsay lindsey lynn marion michele morgan pat",
    "alex ali andrea carol chris dana evan glenn hilary ira jamie joan kelly lee nicola noor",
    "quinn rene riley robin rowan sam sasha shannon sidney stacy tariq taylor tracy vivian wei",
    "yuki",
)
GIVEN_NAMES = MALE_NAMES | FEMALE_NAMES | NEUTER_NAMES

# Surnames that are also words for dates and places; recognised only in the full name.
SURNAMES_TOO = word_set("may north west east church lake post house")

MALE_KIN = word_set(
    "father son brother husband uncle nephew grandfather grandson widower stepfather fiancé",
)
FEMALE_KIN = word_set(
    "mother daughter sister wife aunt niece grandmother granddaughter widow stepmother fiancée",
)
# Nouns that identify a person next to a name: "a farmer from Valle Seco", "the auditor general".
_PERSON_NOUNS = word_set(
    "accountant activist actor actress adviser advisor aide ambassador analyst architect",
    "artist astronomer athlete auditor author banker barrister billionaire biologist bishop",
    "boy businessman businesswoman captain carpenter chairman chairwoman chancellor chemist",
    "chief child cleric climber coach colleague columnist comedian commander commissioner",
    "composer congressman congresswoman consultant coroner councillor counterpart dancer",
    "defendant deputy detective diplomat director doctor driver economist editor electrician",
    "engineer entrepreneur executive expert farmer fighter filmmaker firefighter fisherman",
    "footballer founder friend gardener general girl goalkeeper governor guard guitarist head",
    "historian inspector investigator journalist judge lawmaker lawyer leader lecturer",
    "librarian man manager mayor mechanic meteorologist midfielder midwife minister mp",
    "musician neighbor neighbour novelist nurse officer official opponent painter pastor",
    "pharmacist philosopher photographer physicist pianist pilot player playwright plumber",
    "poet policeman policewoman politician premier presenter president priest principal",
    "prosecutor psychologist rabbi rancher reporter representative researcher resident sailor",
    "scientist sculptor secretary senator singer soldier solicitor spokesman spokesperson",
    "spokeswoman striker student surgeon survivor suspect teacher technician tenor trader",
    "candidate king owner patient plaintiff pope prince princess professor queen",
    "trustee veteran victim volunteer witness woman worker writer",
)
PERSON_NOUNS = _PERSON_NOUNS | MALE_KIN | FEMALE_KIN
# Words for a person without a name, whom a pronoun may mean.
SOMEONE = word_set("who anyone everyone nobody person someone")
# Other beings that "he" or "she" may mean, animals included; not used for recognising names.
_OTHER_BEINGS = word_set(
    "adult ally amateur animal archbishop baby baron bear bird boss bride bull cadet cat champion",
    "chef client clerk colt cook corporal count cow crook deer dog duke earl elephant fan",
    "favourite favorite female former fox gelding groom guest guide heir hero heroine horse host",
    "imam individual invalid kid knight lad lady lass latter lion maid male mare marine mate",
    "medic member monarch monk newcomer nun orphan parent partner peasant",
    "private prodigy professional pupil ram rebel recruit relative rival",
    "saint serf slave spouse spy stallion star thief thug tsar twin tyrant vet villain",
    "whale wolf wretch youth",
)
_BEING_ENDINGS = ("er", "or", "ist", "ian", "ant", "ee", "man", "woman", "ess", "mate", "-old")
# Frequent words with such an ending that do not mean a being.
_THINGS = word_set(
    "after another centre chapter charter committee computer congress corner corridor counter",
    "cover danger december dinner either error factor fever former's further however labor later",
    "letter manner matter meter metre mirror never newspaper november number october offer order",
    "other paper plant poster power process progress quarter rather register river sector",
    "september shelter shoulder silver success summer theater their together tower under water",
    "weather whether winter wonder important business access address fewer better proper super",
    "inner outer older younger larger smaller greater longer shorter higher wider newer earlier",
    "degree guarantee",
)


def is_being(word: str) -> bool:
    """Whether a common noun, in lower case, may be the antecedent of "he" or "she"."""
    if word in PERSON_NOUNS or word in _OTHER_BEINGS or word in SOMEONE:
        return True
    return len(word) > 4 and word.endswith(_BEING_ENDINGS) and word not in _THINGS


# Nouns that "he" or "she" never means. The list is closed: any other noun may mean a person.
_NO_BEINGS = word_set(
    "court council club ministry company state firm business bank government parliament senate",
    "congress cabinet party union agency department committee commission board authority",
    "association society foundation charity trust group organisation organization university",
    "college school hospital church museum league team army navy police press newspaper magazine",
    "paper broadcaster channel network website carmaker airline tribunal jury inquiry embassy",
    "country nation city town village county district region province area place street road",
    "house home building office shop store factory plant farm airport port station bridge hotel",
    "prison jail world market industry economy sector media war election vote",
    "campaign race final match game season round lap tournament title trial case hearing verdict",
    "sentence ruling law bill act rule plan deal contract offer order report study survey poll",
    "review book novel film song album letter article interview speech story list record",
    "account money budget fund tax price rate profit loss share stock sale job work career post",
    "role seat office term year month week day night morning evening afternoon time date weekend",
    "spring summer autumn winter century decade hour minute moment start end result number total",
    "percent million billion thousand car bus train plane ship boat lorry bicycle bike engine",
    "oil gas fuel crash fire flood storm accident attack strike raid bomb gun knife phone computer",
    "age life death birth illness disease cancer virus drug food water air land sea river",
    "evidence proof news data way part side front back top head office",
    "fact reason claim charge crime theft fraud murder debt loan salary pension visa passport",
) - {"head"}
_NO_BEING_ENDINGS = ("tion", "ment", "ness", "ship", "ism", "ence", "ity")
_BEINGS_SO_ENDING = word_set("celebrity personality deity nonentity")


def is_no_being(word: str) -> bool:
    """Whether a common noun, in lower case, is known never to be meant by "he" or "she"."""
    if word in _NO_BEINGS:
        return True
    return word.endswith(_NO_BEING_ENDINGS) and word not in _BEINGS_SO_ENDING
