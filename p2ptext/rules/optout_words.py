"""Words that mean stop, help or start when they are all that somebody writes.

All in small letters without accents and blanks. Inside a sentence only the phrases of the
languages count: “alto” and “end” are ordinary words there.
"""

import re

from p2ptext.rules.optout_folding import near
from p2ptext.rules.plain_words import flatten, words, words_of

FCC_WORDS = words_of("stop quit end revoke optout cancel unsubscribe")
"""47 CFR 64.1200(a)(10): these words alone always mean stop."""

_NEAR_BUT_REAL = words_of(
    "shop step atop stow slop strop sop top stomp swop stoop cancer cancels evoke revoked remote "
    "removes remover",
    "desister crease lease ceased stoa tops arrets altos decease",
)
_MISTYPED = frozenset(
    {
        mistyped
        for word in (
            "stop",
            "cancel",
            "revoke",
            "remove",
            "optout",
            "unsubscribe",
            "arret",
            "arretez",
            "arreter",
            "detener",
            "cease",
            "desabonner",
        )
        for mistyped in near(word)
    }
    - _NEAR_BUT_REAL
)

_ENGLISH = words_of(
    # Other keywords of carriers and providers.
    "stopall unsub unsubscribed optmeout optingout remove removeme discontinue nomore cease desist "
    "ceaseanddesist",
    "stop2end stop2quit stop2stop stoptoend stoptoquit stoptostop stoptooptout stop2optout "
    "stop2unsubscribe",
    "stoptounsubscribe stoptocancel replystop textstop sendstop stopstop endstop quitstop stopend "
    "stopquit",
    "stopit stopnow stopthis stopplease stoptext stoptexts stoptexting stoptextingme stopmessaging "
    "stopmessages",
    "leavemealone goaway endnow endthis endtexts endtext endit endall quitit quitnow quitthis "
    "cancelme cancelall",
    "cancelthis cancelit canceltexts cancelsubscription revokeconsent removenow removenumber "
    "removemynumber",
    "deleteme deletemynumber delete optoutplease optoutnow iquit iwantout iwanttooptout ioptout stopsms",
    "nomoretexts notexts dnc donotcontact donottext donotcall stoppp stoping stopping stopped stops "
    "quitting",
    "st0p 5top sstop stopl unsuscribe unsubcribe unsubscibe unsubscripe unsubscrib unsubscribeme "
    "unsubme optout2",
    "donotdisturb exit takemeoff takemeoffthelist takemeoffyourlist optoff outopt optou opit output "
    "opoutt cancle cancell",
)
_ROMANCE = words_of(
    # Spanish
    "alto altoya parar pare paren parenya pareya detener detenga detengan detente basta yabasta "
    "bastaya baja salir",
    "cancelar cancela cancele cancelen cancelenme nomas yanomas nomasmensajes nomasmensaje "
    "nomastextos desuscribir",
    "desuscribirme desuscribirse desuscribeme eliminar eliminarme elimineme eliminenme quitar "
    "quitarme quiteme quitenme",
    "quitame borrar borrarme borreme borrenme borrame saquenme saqueme sacame parenle parele "
    "yaparenle nomanden",
    "noenvien nomolestar nomoleste nomolesten remover removerme dejendemolestar  altoalto",
    "darmedebaja dardebaja noquieromensajes noquieromas dejenmeenpaz noescriban renunciar anular "
    "suspender bajarme",
    "altomensajes altotextos altosms stopmensajes yanoquiero noenviar nomensajes altoporfavor",
    # French
    "arret arrete arreter arretez arretes stopper stoppez cesser cessez desabonner desinscrire "
    "desabonnement",
    "desinscription desabonnezmoi desinscrivezmoi retirer retirezmoi supprimer supprimezmoi annuler "
    "annulez resilier",
    "stopsms arretsms plusdemessages plusdesms plusdetextos medesabonner",
    "medesinscrire laissezmoitranquille foutezmoilapaix enlevezmoi",
)

STOP_WORDS = FCC_WORDS | _ENGLISH | _ROMANCE | _MISTYPED
"""A whole message of one of these (spaces and signs apart) means stop."""

CLAUSE_WORDS = words_of(
    "stop stopall stopit stopnow stopthis stopplease stopalready optout optmeout unsubscribe stopp "
    "stooop stopmessages",
    "unsubscribeme unsub removeme nomore leavemealone stoptext stoptexts stoptexting stopstop stpo "
    "sotp stahp",
    "takemeoff deleteme deletemynumber removemynumber dnc donottext donotcontact stopsms nomoretexts "
    "notexts iwantout",
    "pare paren parenya basta yabasta nomas yanomas detenganse parenle yaparenle desuscribirme "
    "quitenme saquenme",
    "borrenme eliminenme quiteme saqueme borreme noenvien nomanden nomolesten nomoleste dejenmeenpaz",
    "arretez arrete desabonnezmoi desinscrivezmoi retirezmoi enlevezmoi supprimezmoi foutezmoilapaix "
    "stoppez cessez",
    "laissezmoitranquille desabonnement ceaseanddesist isaidstop saidstop justsaidstop goodbyestop",
)
"""These mean stop also as one clause of a longer message."""

FIRST_CLAUSE_WORDS = words_of(
    "alto arret cancel quit end revoke remove delete cancelar baja detener salir parar"
)
"""These do as the first or the last of two or more clauses in a short message."""

PERHAPS_WORDS = words_of(
    "para leave annoying veryannoying soannoying enough spam blocked harassment gross pathetic "
    "goodbye ugh again illegal",
    "disgusting creepy rude getlost shutup pleaseno pleasedont dont donot donotwant didntask "
    "nobodyasked getout out off",
    "fuckoff fuckyou fuckthis fu stfu gtfo foff fyou wtf screwyou pissoff loseit report reported "
    "reporting",
    "overit imoverit imsooverit sooverthis overthis soverit donewiththis imdonewiththis shoveit "
    "takeahike leaveitalone",
    "cansado harto fastidio molesto molestia largate largense vayanse fuera bloqueado noporfavor "
    "yadejen dejen",
    "degage degagez marre bloque assez cassetoi stoppe foutezlecamp",
)
"""Whole messages that may mean stop, and may be mere temper: a person looks."""

HELP_WORDS = words_of("help info helpme aide ayuda")
START_WORDS = words_of(
    "start unstop restart resubscribe startagain pleasestart startplease startmessages resume optin "
    "optmein",
    "optbackin reanudar reiniciar suscribir suscribirme comenzar empezar reprendre redemarrer demarrer",
    "reabonner mereabonner resubscribeme subscribeme starttexts starttexting startstart",
)
"""Whole messages that ask for texts again. YES is none of them: it may answer the script."""

POLITE = words_of(
    "please pls plz plse kindly thanks thank thx ty you u now ok okay hi hello hey yes sorry sir maam",
    "just immediately asap again im i por favor gracias ya hola porfavor merci svp bonjour stp right "
    "away",
    "no nope everyone guys people god damn dammit damnit wtf ffs omg jesus fucking bitch asshole and "
    "so then",
    "already porfa period x xfavor xfa nhe di tanpri silvouple souple po na naman lang ahora "
    "inmediatamente maintenant immediatement bye goodbye said thankyou tks pleease pleaseee",
    "sil vous te plait it word today señor senor senora alright fine",
)
"""Words around a keyword that change nothing."""

JOKING = re.compile(
    r"\b(?:lol|lmao|lmfao|rofl|haha\w*|omg|jaja\w*|mdr|ptdr|aw+|hehe\w*|too kind|crack me up)\b"
    r"|[😂🤣😊😘❤😄]"
)

# Words of stopping that are taken back (“don't stop”, “I would never cancel”), or said of oneself.
_TAKING_BACK = (
    r"(?:dont|do not|never|wont|will not|cant|cannot|can not|wouldnt|would not|shouldnt|should not"
    r"|no need to|"
    r"not going to|not gonna|aint gonna|not ready to|refuse to|not asking (?:you )?to|didnt (?:mean"
    r"|ask|say)(?: you)? to|"
    r"didnt say(?: to)?|not to|never asked to be|didnt ask to be|did not ask to be|couldnt|could not"
    r"|no plans to|why would i)"
)
_STOPPING = (
    r"(?:stop\w*|quit\w*|cancel\w*|end|removed|taken off|unsubscribe\w*|opt (?:me )?out|(?:remove"
    r"|delete|block) (?:me|my|us)|"
    r"(?:take|taking) (?:me|us|my \w+) off)"
)
_BETWEEN = (
    r"(?:(?:ever|even|be|you|dare|please|want|to|wanna|wish|need|have|let them|let|me|them|anyone|like"
    r"|for|ur|u|guys) )"
    r"{0,4}"
)
NEGATED = re.compile(
    rf"\b(?<!if you )(?<!if u )(?<!why )(?<!you )(?<!u )(?<!they )(?<!yall )(?<!people ){_TAKING_BACK} "
    rf"{_BETWEEN}{_STOPPING}\b"
    r"|\b(?:no|nunca|nao) (?:me |nos |se )?(?:quit\w+|saqu\w+|borr\w+|elimin\w+|remov\w+|tire\w*"
    r"|dej(?:e[ns]?|es) de|par(?:e[nms]?|es)|"
    r"deten\w*|cancel\w*|bloque\w*)\b|\bn ?e? ?(?:arret|cess|stopp)\w* (?:pas|jamais|plus|surtout)\b"
    r"|\bne (?:me |m ?)?(?:retir|enlev|"
    r"supprim|desabonn|desinscri)\w* (?:pas|surtout)\b"
    r"|\b(?<!you )(?:didnt|did not|never) (?:unsubscribe\w*|opt(?:ed)? out|cancel\w*)\b"
    r"|\b(?:i|we|he|she|people|everyone|kids|drivers) (?:(?:really|just|need|have|had|should|will"
    r"|must|did|gotta|to|"
    r"tried|trying|can|gonna|going|couldnt|cant|also|already|finally|would|only) ){0,4}"
    r"(?:stopped|quit|stop) (?!sending me|contacting me|bothering me)(?:text\w*|send\w*|call\w*"
    r"|watch\w*|messag\w*)"
    r"(?! me\b| us\b| from| you send| these| your| my)\b"
)

STOP_SIGNS = frozenset("🛑⛔🚫")
ANGRY_SIGNS = frozenset("🖕🤬✋🤐🔕📵🙅")


def plain_keyword(keyword: str) -> str:
    """A keyword of any script as whole messages are compared: flattened, without blanks."""
    return "".join(words(flatten(keyword)))
