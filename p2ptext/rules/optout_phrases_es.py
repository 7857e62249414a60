"""Requests to stop in Spanish: verbs of ending, removing and refusing, as orders or wishes.

Read on small letters without accents, a full stop as a word of its own. “Para”, “alto” and “baja”
are ordinary words, so they count here only in phrases.
"""

from p2ptext.rules.optout_rule import Rules, rule

_TEXT = (
    r"(?:mensaj\w*|textos?|sms|msj\w*|msgs?|texts?|textes|comunicacion\w*|notificacion\w*|publicidad"
    r"|propaganda|spam|correos?)"
)
# Orders and infinitives, with or without a pronoun behind: never the past of “no me mandaron el enlace”.
_SEND = (
    r"(?:escrib(?:an?|as|ir|e|ais)(?:me|nos|le)?|mand(?:en?|es|ar|ando)(?:me|nos|le)?|envi(?:en?|es"
    r"|ar|ando|ei?s)(?:me|nos|le)?|"
    r"text(?:een?|ees|ear|een|eando|e|es|iar|iando|ien?)(?:me|nos|le)?|mensaje(?:en?|es|ar|ando|me)"
    r"|contact(?:en?|es|ar|ando|eis)"
    r"(?:me|nos|le)?|molest(?:en?|es|ar|ando|eis)(?:me|nos|le)?|fastidi(?:en?|es|ar|ando)(?:me)?"
    r"|busqu(?:en?|es)|buscar(?:me)?|"
    r"escribiendo(?:me)?|acos(?:en?|es|ar|ando)(?:me)?|chingar|chinguen|chingando|joda[ns]?|jodan"
    r"|jodiendo|joder|insist(?:an?|as|ir)|"
    r"hostig(?:ar|uen|ando)|comuni(?:que[ns]?|car(?:se)?|quense))"
)
_CALL = r"llam(?:en?|es|ar|ando)(?:me|nos|le)?"
_OFF = (
    r"(?:quit(?:e|en|a|ar|ad)|saqu(?:e|en)|sac(?:a|ar|ad|arme)|bor+(?:e|en|a|ar|ad)|elimin(?:e|en|a"
    r"|ar|ad)|retir(?:e|en|a|ar)|"
    r"remuev(?:a|an|e)|remov(?:er|an)|remueb(?:a|an|e)|tach(?:e|en|a)|suprim(?:a|an|ir)"
    r"|desinscrib(?:a|an|ir)|exclu(?:ya|yan|ir)|"
    r"baj(?:e|en|a|ar)|desuscrib(?:a|an|ir|e)|desapunt(?:e|en|ar)|desafili(?:e|en|ar))"
)
_MINE = (
    r"(?:mi|mis|este|ese|su|el|nuestro|nuestros) (?:\w+ )?(?:numero\w*|num|nombre|telefono|celular"
    r"|cel|contacto|datos|informacion|"
    r"registro|movil|linea|tel)"
)
_NOT_DUTY = (
    r"(?! (?:\w+ ){0,4}(?:turno|evento|sabado|domingo|lunes|viernes|voluntari\w*|reunion|cena|vida"
    r"|duda|mesa|padron)\b)"
)
_SO = (
    r"(?:(?:me|nos|le|les|lo|la|mas|quiero|que|favor|por|ya|vuelva\w*|sigan?|sigas|siga|a|volver|se"
    r"|te|deben?|debes|va\w*|andar?|anden|estar?|esten) ){0,5}"
)
_AT_TIMES = (
    r"(?! (?:(?:mas|mensajes?|textos?) )?(?:tan (?:tarde|temprano)|antes de|despues de"
    r"|en la (?:noche|manana|madrugada)|a esta hora|"
    r"a estas horas|de noche|por la (?:noche|manana)|ahorita|ahora|hoy|cuando|mientras|en horas?"
    r"|al trabajo|los domingos|el domingo"
    r"|el (?:enlace|link)|la direccion|hasta|todavia|aun)\b)"
)
_OVER = r"(?= \.|$)"

_STOP_TEXTS = "They ask for the texts to stop (Spanish)"
_NOT_TEXTED = "They ask not to be texted (Spanish)"
_NOT_WANTED = "They do not want the texts (Spanish)"
_TAKEN_OFF = "They ask to be taken off (Spanish)"
_ALONE = "They ask to be left alone (Spanish)"

AUTO = Rules(
    (
        rule(
            "es_no_escriban",
            _NOT_TEXTED,
            "no nunca jamas ni ya evite eviten evitar favor not",
            rf"(?<!por que )(?<!porque )(?<!yo )(?:no|nunca|jamas|ni) {_SO}{_SEND}{_AT_TIMES}",
            rf"(?:no|nunca) {_SO}{_CALL} (?:ni|o|y|mas|nunca) ?(?:{_SEND}|mas|nunca)?{_AT_TIMES}",
            rf"(?:evite[ns]?|evitar) {_SO}{_SEND}",
            rf"(?:no|nunca) (?:me |nos )?(?:vuelva[ns]?|vuelvan|volver) a (?:\w+ )?(?:{_SEND}|{_CALL})",
            rf"(?:sin|cero|nada de) (?:mas )?{_TEXT}{_OVER}",
        ),
        rule(
            "es_dejen_de",
            _STOP_TEXTS,
            "deje dejen deja dejar dejad dejese para pare paren parar parenle parele basta cese "
            "cesen cesar suspend detener detengan "
            "detenga cancel termin stop stopp ya alto frenen",
            rf"(?:dej(?:e[ns]?|a|ar|ad)|par(?:e[ns]?|a|ar|enle|ele|ale)|bast(?:a|e)|ces(?:e[ns]?|ar)"
            rf"|stop|alto|frenen|termin(?:en?|ar|a)|ya)"
            rf" (?:ya )?(?:(?:de|con|a|en|los|estos|sus|tus|tantos?|esos|la|el|me|nos|estar?|mas|el"
            rf"|los|esta|esto|por|favor|andar) ){{1,5}}"
            rf"(?:{_SEND}|{_TEXT})",
            rf"stop (?:de |con )?(?:{_SEND}|{_TEXT})",
            rf"(?:dej(?:e[ns]?|a)me|dej(?:e[ns]?|a)nos) (?:ya )?de {_SEND}",
            rf"(?:deten\w*|suspend\w*|cancel(?:e[ns]?|ar|a|enme|eme)|termin(?:e[ns]?|ar|a)"
            rf"|par(?:e[ns]?|ar)|fren(?:e[ns]?|ar)|"
            rf"anul(?:e[ns]?|ar)|interrump\w*|elimin(?:e[ns]?|ar)) (?:(?:los|las|estos|estas|sus|mi"
            rf"|la|el|todos?|todas|tus|"
            rf"esos|de|envio|envios|inmediatamente|este|esta) ){{0,4}}(?:{_TEXT}|suscripcion|envios?"
            rf"|servicio|inscripcion)",
            rf"(?:que|quiero que|favor de|necesito que|pido que)(?: \w+)? (?:pare[ns]?|parar|cesen"
            rf"|detenga[ns]?|detener(?:se)?)"
            rf"(?: (?:ya|los|de|con|estos|esto|sus|todo|eso|por|favor))*(?: {_TEXT})?{_OVER}",
            r"(?:detenga(?:n|nse|se)|paren|parenle|parele|basta|ya basta|alto)(?: (?:ya|por favor"
            r"|con esto|esto|ahora|de una vez|todo|"
            r"con eso|inmediatamente|porfa|porfavor))+(?= \.|$)",
        ),
        rule(
            "es_no_quiero",
            _NOT_WANTED,
            "no ya nunca ningun tampoco",
            r"(?:no|tampoco) (?:quiero|queremos|deseo|deseamos|necesito|quisiera|me gusta"
            r"|me gustaria|me interesa|acepto|"
            r"estoy interesad\w en)(?: (?:ya|mas|que|me|seguir|sus|tus|estos?|esta|ningun|ninguna"
            r"|tener|los|las|de|recibiendo|recibir|nada|"
            rf"tipo|clase|esos|este|otro|ver|la|a)){{0,6}} (?:{_TEXT}|recibir(?:los|lo)?|recibiendo"
            rf"|mensaje|{_SEND}|contact\w*|molest\w*|"
            r"escrib\w*|mand\w*|envi\w*|llamadas)",
            r"(?:ya )?no (?:quiero|queremos|deseo) (?:saber )?(?:nada|mas) (?:de|con"
            r"|que ver con) (?:ustedes|usted|ti|esto|ellos|nadie)",
            rf"(?:ya )?no (?:quiero|queremos|deseo) (?:mas|nada mas|esto|estar|que me|que sigan"
            rf"|formar parte|figurar|pertenecer|aparecer)"
            rf"(?: \w+){{0,2}}(?: (?:lista|grupo)|{_OVER})",
            rf"(?:no|ni un|ningun) (?:mas|mas de) (?:\w+ )?(?:{_TEXT}|llamadas)|(?:no|ni un"
            rf"|ningun) {_TEXT} mas",
            rf"(?:^|\. |dije |por favor |favor |pues )(?:ya )?no mas(?: por favor| gracias"
            rf"| ya)?{_OVER}|(?:^|\. )no {_TEXT}(?: (?:gracias|politicos|de nadie"
            rf"|a este numero))?{_OVER}",
            rf"(?:ya no|no) (?:recibir|enviar|mandar|reciba|recibire) (?:mas )?{_TEXT}",
        ),
        rule(
            "es_quitenme",
            _TAKEN_OFF,
            "quit saqu saca sacar bora bore borr elim reti remu remo tach supr desi excl baje baja "
            "desu desap desaf bajen",
            rf"{_OFF}(?:me|nos|melo|mela){_NOT_DUTY}(?! (?:la vida|una duda|el sueno))",
            rf"(?:me|nos|lo|la) (?:\w+ )?(?:quit(?:en?|ar|as?|an)|saqu(?:en?|es)|sac(?:ar|as?|an)"
            rf"|borr(?:en?|ar|as?|an)|elimin(?:en?|ar|as?|an)"
            rf"|retir(?:en?|ar|an)|remuev[ae]n?|remover|bajen|desuscrib\w*){_NOT_DUTY}(?! (?:la vida"
            rf"|el sueno|una|dinero|votos))",
            rf"{_OFF}(?:lo|me|le)? (?:de )?{_MINE}",
            r"(?:que )?(?:quiten|saquen|borren|eliminen|remuevan|retiren) (?:a )?(?:mi|este|nuestro)",
            r"(?:me|nos) (?:quit|sac|borr|elimin|retir)ar(?:an|as|a) de",
            rf"{_OFF}(?:lo|la|le)(?= \.|$| de (?:la|su|tu|esta|esa) (?:lista|base)| por favor)",
        ),
        rule(
            "es_baja",
            "They unsubscribe (Spanish)",
            "quiero deseo quisiera como gustaria pido baja desu desi suscripcion anular cancel sali "
            "salgo sale",
            r"(?:dar|de|den|darme|denme|deme|dame|darse|darnos|denos|dennos|denlo|darlo|denle|doy"
            r"|quiero|favor)(?: \w+){0,2} de baja",
            r"(?:quiero|solicito|deseo|pido|tramit\w*|como|favor)(?: \w+){0,2} (?:la |mi )?baja"
            r"|^baja (?:por|de)",
            r"desus?cri\w*|desinscri\w*",
            r"(?:quiero|deseo|como|quisiera|puedo|necesito|gustaria|me quiero)(?: \w+){0,2} sal(?:ir"
            r"|irme|go|irnos|irse)(?: (?:de|del))?"
            r"(?: (?:la|esta|su|este|estos|el|esa|tu|ese|sus|todas?|las|esto"
            r"|aqui)){0,2} ?(?:lista\w*|grupo|esto|mensajes|aqui|base|"
            r"suscripcion|chat)",
            r"(?:cancel\w*|anul\w*|termin\w*) (?:mi |la |esta )?(?:suscripcion|inscripcion)",
            rf"(?:quiero|deseo|quisiera|me gustaria) (?:cancelar|salir|salirme|desuscribirme"
            rf"|dejar de recibir\w*)(?: \w+)?{_OVER}",
            r"(?:quiero|deseo|quisiera|como|gustaria|pido) dej\w+ de recibir",
        ),
        rule(
            "es_en_paz",
            _ALONE,
            "deje dejen deja dejar olvi pier borr larg vaya",
            r"dej(?:e|en|a|ar|ad|es)(?:me|nos|lo|la)? (?:\w+ )?(?:en paz|tranquil\w*|quiet\w*|sol\w)",
            rf"(?:olvid|pierd|borr|elimin|bot|tir)\w* {_MINE}|olvid(?:e|en|a)(?:se|nse"
            rf"|te)? (?:de )?(?:mi|que existo)(?= \.|$| numero)",
        ),
        rule(
            "es_ya_dije",
            "They say they asked before (Spanish)",
            "dije pedi dicho pedido respondi escribi mande envie puse conteste",
            r"(?:dije|pedi|he dicho|he pedido|respondi|escribi|mande|envie|puse|conteste)(?: (?:ya"
            r"|que|no|me|les|le|mil|veces|dos|tres|varias|"
            r"pare|paren|por|favor|a|ustedes|la|palabra|claramente|muchas|ya)){0,5} (?:pare[ns]?"
            r"|parar|alto|stop|no mas|basta|dejen|cancelar|"
            r"salir|baja|detener|no me \w+|no \w+en)",
        ),
        rule(
            "es_permiso",
            "They take back their consent (Spanish)",
            "revo reti anul cons perm auto",
            r"(?:revoc|retir|anul|quit)\w* (?:mi |el |todo )?(?:consentimiento|permiso|autorizacion)",
            r"no (?:les |le |te )?(?:doy|tienen?|di|dimos|he dado|autorizo|autorice"
            r"|consiento)(?: \w+){0,2} (?:permiso|consentimiento|"
            rf"autorizacion|a que|que|para que|el uso|usar|{_SEND})|no (?:autorizo|autorice"
            rf"|consiento|consenti)",
        ),
    )
)

REVIEW = Rules(
    (
        rule(
            "es_a_veces",
            "They limit when or how to reach them (Spanish)",
            "no nunca dejen deje como pare paren para",
            rf"(?:no|nunca) {_SO}{_SEND}",
            r"como (?:\w+ ){0,4}(?:no|dejar de|dejo de|parar|paro|evitar|evito|cancelo|detener|salgo"
            r"|cancelar)(?: \w+)? (?:recib\w*|mand\w*|mensaj\w*|esto|estos|sal\w*)",
            rf"(?:no|nunca|dej(?:e[ns]?|a) de|par(?:e[ns]?|a) de) (?:me |nos )?{_CALL}",
            r"no (?:en|durante|a) (?:horas?|mi|el|la|mis)(?: de)? (?:trabajo|cena|noche|oficina|clase)",
        ),
        rule(
            "es_stop",
            "They end with “stop” (Spanish)",
            "basta alto pare paren stop",
            rf"(?<!no )(?<!en )(?<!un )(?<!el )(?<!muy )(?:basta|alto|paren|pare)(?: ya)?{_OVER}"
            rf"|^(?:basta|paren|alto|stop) (?:ya|con (?:eso|esto|los))",
        ),
    )
)

CUES = Rules(
    (
        rule(
            "es_no_interesa",
            "They are not interested (Spanish)",
            "inte",
            r"no (?:me |nos |estoy |estamos |tengo |muy |nada )?(?:\w+ )?interes\w*(?! (?:ese|esa"
            r"|el candidato|ganar))|ningun interes",
        ),
        rule(
            "es_ley",
            "They speak of the law or of reporting (Spanish)",
            "abog dema denu repo poli ileg acos acus host",
            r"mi abogad\w (?:los|les|te|va|se|lo)|(?:hablar|llamar|contactar|contacte|llame)\w* (?:a"
            r"|con) mi abogad\w|demand(?:ar|are|arlos|a)\w*|denunci(?:ar|are|arlos|o)\w*"
            r"|(?:los |lo |les |las |voy a |te )"
            r"(?:\w+ )?(?:reportar|reporto|reporte|denunci\w*|demand\w*|acus\w*)|reportar(?:los|e"
            r"|lo)|acos(?:o|ando|adores)\w*|"
            r"llam\w+ a la policia|es ilegal|hostigamiento",
        ),
        rule(
            "es_bloqueo",
            "They speak of blocking (Spanish)",
            "bloq",
            r"bloque(?:ar|are|ad[oa]s?|o|ando|arlos|e|arte|aremos)\w*(?! (?:la|el|las|los) (?:calle"
            r"|carretera|ley|voto)\w*)",
        ),
        rule(
            "es_nunca_di",
            "They say they never agreed to texts (Spanish)",
            "nunca no jamas yo quie sin",
            r"(?:no|nunca|jamas) (?:me )?(?:suscrib\w*|registr\w*|inscrib\w*|di|dimos|autoric\w*"
            r"|ped[ií]\w*|solicit\w*|apunt\w*|"
            r"acept[eé]|les di|le di|he dado|firme|consenti|me he \w+)(?= (?:mi|este|esto|a |para"
            r"|permiso|nada|estos|los|ningun|recibir|"
            r"mensajes|\.|en|yo|que)|$)|(?:quien|quienes) (?:\w+ ){0,2}(?:dio|da"
            r"|autorizo) (?:\w+ )?(?:permiso|derecho|autorizacion)|sin mi (?:permiso|consentimiento"
            r"|autorizacion)|no solicitad\w*",
        ),
        rule(
            "es_harto",
            "They have had enough of it (Spanish)",
            "sigue por hart cans fast mole basta much tant dema llen insi otra spam aburr estor odio "
            "joda jode "
            "jodi asque",
            r"(?:hart|cansad|aburrid|fastidiad)[oa]s? (?:ya )?(?:de|con)(?! (?:la|los) (?:corrup\w*"
            r"|politic\w*|gobierno|impuestos|robo\w*))|"
            r"(?:me |nos )?(?:tienen?|tienes) (?:ya )?(?:hart|cansad|hasta)\w*|que (?:fastidio"
            r"|molest\w+|insistencia)|(?:son|eres|es|"
            r"muy|estan|como|que|siguen|sigue|me) (?:\w+ )?(?:molest\w+|fastidi\w*|jod\w+)"
            r"|(?:demasiad|tant|much)[oa]s (?:mensaj\w*|textos)|"
            r"dejen de (?:mand|molest|chin|jod|acos|escrib|envi)\w*|ya bast\w*(?= \.|$)|no insist\w*"
            r"|(?:otra vez|de nuevo) (?:ustedes|con|uds|tu)|siguen (?:mandando|enviando|escribiendo"
            r"|molestando)|(?:son|es|puro|mucho|no mas|tanto) (?:un )?spam|"
            r"por que (?:\w+ )?(?:siguen|sigue|me (?:siguen|mandan|escriben|molestan|envian))"
            r"|odio (?:estos|sus|los) mensajes",
        ),
        rule(
            "es_insulto",
            "They tell you to go away (Spanish)",
            "chin jod mier cara vaya larg vete puta pinc cono call idio verg fuer pend",
            r"(?:ching|jod)(?:a|e|ue)[nstr]?\w*|(?:vayan?se|vete|vayan|vaya|larg(?:uen|ate"
            r"|ue)\w*)(?: \w+){0,3}(?: (?:mierda|carajo|diablo|"
            r"infierno|chingada|verga|aqui))?|callense|callate|a la (?:mierda|verga|chingada)"
            r"|hijos de|pendej\w*|fuera de aqui",
        ),
        rule(
            "es_murio",
            "They say the person has died (Spanish)",
            "fall muri difu muer fina dece",
            r"falleci\w*|(?:se )?murio|difunt\w*|(?:esta|ya) muert\w|finad\w|decedi\w*",
        ),
        rule(
            "es_menor",
            "They say it is the phone of a child (Spanish)",
            "menor hijo hija nino nina anos",
            r"menor de edad|(?:de|es) mi (?:hij|nin)[oa](?: menor)?(?= \.|$| de| no| y)"
            r"|tengo (?:[5-9]|1[0-7]) anos|(?:[5-9]|1[0-7]) anos",
        ),
        rule(
            "es_otra_via",
            "They ask not to be reached this way (Spanish)",
            "trab emer pref correo",
            r"(?:telefono|numero|celular|linea) (?:de|del|es de|es del) (?:mi )?(?:trabajo"
            r"|emergencias|negocio|oficina)|prefiero (?:que no|"
            r"correo|email|no)",
        ),
        rule(
            "es_quien_dio",
            "They ask where you have the number from (Spanish)",
            "nume tele cont celu",
            r"(?:quien|como|donde|porque|por que)(?: \w+){0,5} (?:mi|este) (?:numero|telefono"
            r"|contacto|celular)",
            weight=1,
        ),
        rule(
            "es_textos",
            "They speak of the texts (Spanish)",
            "mens text lista",
            r"(?:estos|sus|tus|los|tantos|la|mas|su) (?:\w+ )?(?:mensajes|textos|lista)",
            weight=1,
        ),
        rule(
            "es_no",
            "They refuse (Spanish)",
            "no nada ya dejen deje paren",
            r"^(?:ya )?no(?= \.|$| gracias| quiero| por)|no gracias|(?:ya )?dejen|nada de",
            weight=1,
        ),
        rule(
            "es_de_otros",
            "They speak of a candidate or a cause (Spanish)",
            "gobi corr poli cand alca pres impu ley calle carr guer ment viol",
            r"(?:gobierno|corrup\w+|politic[oa]s?|candidat\w+|alcalde|presidente|impuestos|ley|calle"
            r"|carretera|guerra|mentiras|violencia)",
            weight=-3,
        ),
        rule(
            "es_gusta",
            "They like the texts (Spanish)",
            "grac gust encan sigan apoyo claro no siga",
            r"gracias por (?:escrib\w*|avis\w*|el (?:mensaje|aviso|recordatorio)|los mensajes)"
            r"|(?<!no )me (?:gust|encant)\w*|(?<!no )sigan? "
            r"(?:mand|escrib|envi|adelante)\w*|no (?:es|son) (?:molestia|spam)|no me molest\w+"
            r"|cuente[ns]? conmigo",
            weight=-3,
        ),
    )
)

WELCOME = Rules(
    (
        rule(
            "es_por_texto",
            "They say that texts are welcome (Spanish)",
            "llam carta correo telef casa mail visi toqu",
            r"por (?:texto|mensaje|sms|este medio|aqui|escrito|mensajito)s?|(?:textos?"
            r"|mensajes?)(?: \w+)? (?:si|esta bien|estan bien|ok|mejor)|(?:prefiero|mejor|solo) "
            r"(?:(?:por|un|los|me|que|manden|mandeme|escribanme|con) ){0,2}(?:texto|mensaje"
            r"|escrib)\w*|(?:escriban?|texteen?|manden?)(?:me)? (?:mejor|texto|mensaje)",
        ),
    )
)
"""Calls or letters are refused, and texts are not."""
