"""Requests to stop in French: verbs of ending, removing and refusing, as orders or wishes.

Read on small letters without accents and apostrophes (“n'écrivez” is “necrivez”), a full stop as a
word of its own. “Arrêt de bus” and “non-stop” are ordinary words.
"""

from p2ptext.rules.optout_rule import Rules, rule

_TEXT = (
    r"(?:messages?|textos?|sms|msgs?|mess|mms|textes?|texts?|messagerie|sollicitations?"
    r"|notifications?|pubs?|publicites?|spams?|envois?|relances?|courriels?|mails?|communications?)"
)
_SEND = (
    r"(?:ecri(?:re|vez|s|ve|vent)|envoy(?:er|ez|e)|envoi(?:e|es|er)|text(?:er|ez|e|oter|otez|es)"
    r"|contact(?:er|ez|e|es)|derang(?:er|ez|e|es)|"
    r"sollicit(?:er|ez|e|es)|relanc(?:er|ez|e|es)|importun(?:er|ez|e|es)|harcel(?:er|ez|e|es)"
    r"|embet(?:er|ez|e|es)|emmerd(?:er|ez|e|es)|"
    r"spam(?:mer|mez|er|ez)|messag(?:er|ez)|joindre|joignez|solliciter|ennuy(?:er|ez)|recontact(?:er"
    r"|ez|e)|adress(?:er|ez)|recrire|"
    r"reecri(?:re|vez|s)|faire chier|souler|saouler|communiquer)"
)
_CALL = r"(?:appel(?:er|ez|le|les)|rappel(?:er|ez)|telephon(?:er|ez))"
_PRE = r"(?:m|me|nous|lui|leur|les|la|le|l)"
# Pronouns and “ne” run into the verb once apostrophes are gone.
_SENDING = rf"(?:{_PRE} )?(?:m|n|l|d|dm|nm|sm)?{_SEND}"
_STOPPING = (
    r"(?:ar+et+(?:ez|e|er|es|ons)|cess(?:ez|e|er|es)|stopp(?:ez|er|e)|evitez|eviter|finissez"
    r"|finis(?:sez)? en)"
)
_OFF = (
    r"(?:retir|enlev|supprim|effac|ray|desinscri|desabonn|sort|radi|elimin|vir|suprim|desengag|exclu"
    r"|barr|ot|desincri|supprim)"
    r"(?:ez|er|e|es|ir|re|vez|ve|s|tez|nnez|nner|)"
)
_MINE = (
    r"(?:mon|mes|ce|notre|nos|son|ses|le|leur) (?:\w+ )?(?:numero\w*|nom|coordonnees|contact"
    r"|telephone|tel|portable|donnees|infos?|informations?|num|fiche|cell|cellulaire|ligne)"
)
_NOT_DUTY = (
    r"(?! (?:\w+ ){0,4}(?:samedi|dimanche|lundi|vendredi|equipe|benevol\w*|souper|evenement|inscrits"
    r"|reunion|tour|creneau|diner|planning|permanence|invit\w*)\b)"
)
_AT_TIMES = (
    r"(?! (?:avant|apres|le soir|la nuit|le matin|si (?:tard|tot)|aussi (?:tard|tot)|a cette heure"
    r"|pendant|quand|au travail|aujourdhui|maintenant|le dimanche|le week|tout de suite|ce soir"
    r"|demain|l?adresse|le lien)\b)"
)
_OVER = r"(?= \.|$| svp| merci| s ?il| stp)"

_STOP_TEXTS = "They ask for the texts to stop (French)"
_NOT_TEXTED = "They ask not to be texted (French)"
_NOT_WANTED = "They do not want the texts (French)"
_TAKEN_OFF = "They ask to be taken off (French)"
_ALONE = "They ask to be left alone (French)"

AUTO = Rules(
    (
        rule(
            "fr_arretez",
            _STOP_TEXTS,
            "arre cess stop evit fini aret aret arrt",
            rf"{_STOPPING} (?:\w+ ){{0,2}}?(?:(?:de|d|avec|a|aux|vos|ces|les|tes|tous|tout|cet?"
            rf"|votre|toutes|cette|des|immediatement|maintenant|"
            rf"suite|svp|la|l|denvoyer|envoyer|mecrire|mes|mon|le|ses|leurs|recevoir|envoi"
            rf"|lenvoi) ){{0,4}}(?:{_SENDING}|{_TEXT}|harcelement|"
            rf"prospection|{_CALL} (?:et|ou) {_SENDING})",
            rf"{_STOPPING} (?:ca|cela|tout|maintenant|immediatement|svp|tout de suite|tout ca|moi ca"
            rf"|un peu|s ?il \w+|stp|merci|deja|enfin)"
            rf"(?: \w+){{0,4}}{_OVER}",
            r"(?:vous|peux tu|pouvez|tu|pourriez|veuillez|voulez|priere|prie|demande|faut|doit|merci"
            r"|dit|il)(?: \w+){0,3} (?:d|de |l)?"
            rf"(?:arreter|cesser|stopper)(?: (?:ca|tout|cela|maintenant|ces|les|vos|de|svp"
            rf"|immediatement))*(?: {_TEXT})?{_OVER}",
            r"stop (?:(?:de|d|avec|aux|vos|ces|tes|a|les) ){1,2}(?:sms|textos?|messages?|envoyer"
            r"|mecrire|ecrire|contacter|spam\w*|pubs?)|"
            r"stop (?:menvoyer|mecrire|denvoyer|svp|stp|merci)",
        ),
        rule(
            "fr_ne_plus",
            _NOT_TEXTED,
            "ne n necr nenv mecr menv plus pas jamais meco",
            rf"(?<!je )(?<!jai )(?<!on )(?:ne |n )(?:{_PRE} )?(?:m|n|l)?{_SEND}(?: moi| nous"
            rf"| lui)? (?:plus|pas|jamais|surtout pas|rien|aucun)"
            rf"{_AT_TIMES}",
            rf"(?<!je )n(?:ecri|envoy|envoi)\w* (?:moi |nous )?(?:plus|pas|jamais){_AT_TIMES}",
            rf"(?:ne |de )?(?:plus|pas|jamais) (?:jamais )?(?:{_PRE} )?(?:m|n)?(?:ecrire|envoyer"
            rf"|texter|contacter|deranger|solliciter|relancer|importuner"
            rf"|harceler|embeter|emmerder|recontacter|joindre|etre (?:contact\w*|sollicit\w*"
            rf"|derang\w*)|spammer|recevoir|avoir de){_AT_TIMES}",
            rf"(?:m|me |nous )(?:ecri|envoy|envoi|text|contact|derang|sollicit|relanc|harcel"
            rf"|recontact)(?:ez|vez|e|s|es)? (?:plus|pas|jamais){_AT_TIMES}",
            rf"ne (?:me |nous )?{_CALL} (?:plus|pas) (?:et|ni) {_SENDING}|ni (?:sms|message|texto)",
            rf"(?:ne |n )?(?:plus|pas|jamais) (?:me |nous )?{_CALL} (?:ni|ou|et) {_SENDING}",
            rf"{_SEND}(?: moi| nous)? (?:plus|pas|jamais)(?: (?:de|rien|svp"
            rf"|merci)(?: {_TEXT})?)?{_OVER}",
        ),
        rule(
            "fr_ne_veux_plus",
            _NOT_WANTED,
            "plu veux veut souh desi voud aime voul plus pas aucu refus besoin",
            rf"(?:veux|veut|souhait\w*|desir\w*|voudrai\w*|aimerai\w*|voulons|accept\w*|tiens"
            rf"|compte)(?: (?:vraiment|absolument))? (?:plus|pas|point|ni|"
            rf"aucun\w*|rien|plus rien|pas du tout)(?: (?:jamais|a|de|du|des|que|vous|tous|vos|ces"
            rf"|les|ce|cette|genre|type|sorte|tels?|pareils?|rien|votre|"
            rf"tes|recevoir|davantage|recevoir de)){{0,4}} (?:recevoir|{_TEXT}|etre|detre|entendre"
            rf"|que|de vos|(?:m|me )?{_SEND}|davoir|rien de|contact\w*|"
            rf"figurer|faire partie|sur|appara\w*|continuer)(?! (?:au courant|vote))",
            rf"(?:^|\. |donc |svp |merci |non |et |dit )(?:je (?:ne )?veux )?(?:plus|aucun"
            rf"|pas)(?: jamais| un seul| un)?(?: autre)?(?: de| d)? {_TEXT}{_OVER}",
            rf"(?:^|\. |donc |svp |non |et |veux |dit )plu?s? (?:jamais )?(?:de|d|un seul"
            rf"|aucun) {_TEXT}",
            rf"refuse (?:de recevoir|d ?etre|vos|ces|tout|les) ?\w*|(?:pas|plus) besoin de (?:vos"
            rf"|ces|recevoir) ?{_TEXT}?",
            r"(?:fini|termine|assez|marre) (?:les|des|de|avec les|de vos|de ces|de recevoir) ?(?:vos "
            r"|ces )?(?:messages|sms|textos)",
        ),
        rule(
            "fr_retirez",
            _TAKEN_OFF,
            "reti enle supp effa raye desi desa sort radi elim vire supr excl barr oter otez mote "
            "etre vouloir",
            rf"{_OFF}(?: \w+)? (?:moi|nous|lui)(?! (?:d|dun|du|de) ?(?:un )?doute){_NOT_DUTY}(?! "
            rf"(?:president|maire|gouvernement|loi|senateur|taxe|impot)\w*)",
            rf"{_OFF} (?:le|la|les)(?= \.|$| svp| de (?:la|votre|vos|cette) list\w*| immediatement"
            rf"| merci)",
            rf"(?:me|m|nous|le|la|se|d|de) (?:\w+ )?(?:retirer|enlever|supprimer|effacer|rayer|oter"
            rf"|radier|desinscrire|desabonner|sortir de|exclure|virer|"
            rf"barrer|eliminer)(?! (?:la|les|l|du) (?:loi|taxe|impot)){_NOT_DUTY}|(?:m|n)?(?:enlever"
            rf"|oter|effacer) de (?:la|votre|cette|vos)",
            rf"{_OFF} (?:svp |moi |immediatement |donc )?{_MINE}{_NOT_DUTY}",
            r"(?:d?etre|sois|soit|suis|soient) (?:retire|enleve|supprime|desabonne|raye|efface"
            r"|desinscrit|radie)e?s?",
            r"(?:enlev|retir|supprim|ray|sor)\w* de (?:la|votre|vos|cette|ta) (?:liste|listes|base"
            r"|fichier|envoi)",
        ),
        rule(
            "fr_desabonner",
            "They unsubscribe (French)",
            "desa desi resi desc dese sedes medes",
            r"(?:me|se|m)?desab+on+\w*|(?:me|se)?des?in?scri\w*|resili(?:er|ez|e)|desengag\w*"
            r"|mettre fin a (?:mon|l)",
            r"(?:annul\w*|resili\w*) (?:mon |l|cet )?(?:abonnement|inscription)",
        ),
        rule(
            "fr_tranquille",
            _ALONE,
            "lais fich fout lach oubl perd jete paix",
            r"(?:laiss\w*|fich\w*|fout\w*|lach\w*)(?: moi| nous| le| la"
            r"|s moi)? (?:\w+ )?(?:tranquil\w*|paix|en paix|la paix|tranquile|les baskets|la grappe)|"
            r"lach(?:ez|e|es)(?: moi| nous)(?= \.|$| svp| un| les)|laiss(?:ez|e|es) (?:moi"
            r"|nous)(?= \.|$)|nous laisser tranquil\w*|"
            r"me laisser (?:tranquil\w*|en paix)",
            rf"(?:oubli|perd|jet|effac|brul|detrui)\w* {_MINE}|oubliez? (?:moi|nous)(?= \.|$)",
        ),
        rule(
            "fr_deja_dit",
            "They say they asked before (French)",
            "dit demande ecrit repondu envoye dis redit repete jai",
            r"(?:dit|demande|ecrit|repondu|envoye|repete|tape)(?: (?:deja|plusieurs|fois|de|d|vous"
            r"|non|trois|deux|ne|dix|x|a|plus|que|mille|bien|cent|"
            r"clairement|svp|\d|le|mot)){0,5} (?:stop|arret\w*|darreter|cesser|plus (?:me|m\w+)"
            r"|me (?:retirer|laisser)|desabonner|non)(?= |$)",
        ),
        rule(
            "fr_consentement",
            "They take back their consent (French)",
            "cons auto perm reti revo droit",
            r"(?:retir|revoqu|annul)\w* (?:mon |tout |le )?(?:consentement|accord|autorisation)",
            r"(?:pas|jamais|aucune?)(?: \w+){0,2} (?:donne|autorise|consenti|permission|consentement"
            r"|autorisation)(?: \w+){0,3} (?:permission|autorisation"
            r"|consentement|a (?:me|m)|de (?:me|m)|accord)|(?:nai|avez|donne|navez)(?: \w+)? (?:pas"
            r"|aucune?|jamais|plus) (?:\w+ )?(?:mon |ma |l)?"
            r"(?:autorisation|permission|consentement|accord)|droit (?:d ?opposition|a loubli|de me)",
        ),
    )
)

REVIEW = Rules(
    (
        rule(
            "fr_a_ces_heures",
            "They limit when or how to reach them (French)",
            "ne necr nenv arre cess plus pas",
            rf"(?<!je )(?:ne |n )(?:{_PRE} )?(?:m|n|l)?{_SEND}(?: moi)? (?:plus|pas|jamais)",
            rf"(?<!je )(?:ne |n)(?:m|me |nous )?{_CALL} (?:plus|pas|jamais)|(?:plus|pas) (?:me |m"
            rf"|de )?appel\w*|{_STOPPING} (?:de |d|avec )?(?:m|me )?"
            rf"(?:les |vos |ces )?appel\w*|{_STOPPING} de (?:m|me )?{_CALL}",
            r"pas (?:au|pendant (?:le|mon)) travail|pas (?:a cette heure|le (?:soir|dimanche))",
        ),
        rule(
            "fr_stop",
            "They end with “stop” (French)",
            "stop arret arretez assez",
            r"(?<!bus )(?<!non )(?<!de )(?<!un )(?<!le )(?<!pas )(?<!l)(?:arretez|arret)(?= \.|$)"
            r"|^(?:arretez|arrete) (?:svp|vos|votre|tes)(?! (?:corruption|"
            r"mensonges))|^stop (?:je|j|jai|vous|ca)",
        ),
    )
)

CUES = Rules(
    (
        rule(
            "fr_pas_interesse",
            "They are not interested (French)",
            "inte mint",
            r"(?:pas|plus|aucun|nullement|non|peu|guere) (?:\w+ ){0,2}?(?:m|l)?inter+es\w*"
            r"|(?:m)?interesse (?:pas|plus)|desinteress\w*",
        ),
        rule(
            "fr_loi",
            "They speak of the law or of reporting (French)",
            "avoc plai sign harc cnil rgpd poli ille port pour just trib crtc denon",
            r"(?:mon|un|notre) avocat|porte\w* plainte|plainte|signal(?:er|e|ez|erai|ement)\w*"
            r"|harcel(?:ement|eurs?)|cnil|rgpd|crtc|(?:appel\w*|a|prevenir|contacter) la police"
            r"|illegal\w*|"
            r"poursui(?:vre|tes|vrai)\w*|justice|tribunal|denonc\w*|ester en",
        ),
        rule(
            "fr_bloque",
            "They speak of blocking (French)",
            "bloq",
            r"bloqu(?:e|er|ons|erai|es|ee|ez|ant|erons)(?! (?:la|le|les|l) (?:rue|route|loi|vote|pays"
            r"|projet))",
        ),
        rule(
            "fr_jamais_donne",
            "They say they never agreed to texts (French)",
            "jama pas aucu nai ni sans droit perm laut",
            r"(?:jamais|pas|aucun\w*)(?: \w+){0,2} (?:donne|inscrit\w*|abonne\w*|demande|consenti\w*"
            r"|autorise|sollicite|souscrit|communique|accepte)|(?:qui|quel)(?: \w+){0,4} (?:le droit"
            r"|la permission|lautorisation)|sans mon "
            r"(?:accord|consentement|autorisation)|non sollicite\w*|indesirable\w*",
        ),
        rule(
            "fr_marre",
            "They have had enough of it (French)",
            "marr ras suff asse spam trop plei insu agac enerv penib gonfl saoul soule inadm inac "
            "encor derang",
            r"marre|ras le (?:bol|cul)|(?:ca|sa) (?:commence a )?suffit|^assez(?= \.|$)|assez(?= \."
            r"|$| de (?:vos|ces|messages))|(?:du|de|des|vos|ces|le) spams?|spamm?(?:er|ez)"
            r"|trop de (?:messages|sms|textos)|plein le "
            r"(?:dos|cul)|insupportable|aga[cs]\w*|(?:m|me |ca m|vous m)?enerv\w*|penible\w*"
            r"|gonfl\w*|(?:me )?saoul\w*|(?:me )?soul(?:e|ez|ent)|inadmissible|"
            r"inacceptable|pourquoi (?:vous |tu |continuez|est ce que vous )?(?:\w+ )?(?:m"
            r"|me )?(?:ecri|envo|contact|continu|insist|harcel)\w*|encore (?:vous|un "
            r"(?:sms|message|texto))|(?:continu|insist)(?:ez|er|es) (?:a|de)|vous (?:me |m)?derang\w*",
        ),
        rule(
            "fr_degage",
            "They tell you to go away (French)",
            "va allez dega fout merd casse chie conn cons encu barr tire ferm taise gueu niqu",
            r"degag\w*|foute?z? (?:le camp|moi)|(?:va|allez|aller)(?: \w+){0,3} (?:voir|diable"
            r"|foutre|chier|faire|enculer|diable)|merde|cass(?:e|ez) (?:toi|vous)|fermez? la|"
            r"ta gueule|vos gueules|tais(?:ez)? (?:toi|vous)|faites? chier|connards?|encul\w*"
            r"|nique\w*|barrez vous|tirez vous",
        ),
        rule(
            "fr_decede",
            "They say the person has died (French)",
            "dece mort mour defu disp nous",
            r"deced\w*|(?:est|etait) (?:mort|morte|defunte?)|defunte?|nous a quittes|(?:son|de"
            r"|du) deces",
        ),
        rule(
            "fr_mineur",
            "They say it is the phone of a child (French)",
            "mine ans enfant fils fille",
            r"mineure?s?|(?:j ?ai|il a|elle a|a|de) (?:[5-9]|1[0-7]) ans|(?:telephone|numero"
            r"|portable|cell) de (?:mon|ma) (?:enfant|fils|fille)",
        ),
        rule(
            "fr_autre_voie",
            "They ask not to be reached this way (French)",
            "prof trav urge pref",
            r"(?:numero|telephone|ligne|tel|portable) (?:professionnel\w*|de travail|d ?urgence"
            r"|du travail|prive)|prefere (?:ne pas|pas|les (?:mails|courriels))",
        ),
        rule(
            "fr_qui_a_donne",
            "They ask where you have the number from (French)",
            "nume cont coor",
            r"(?:qui|comment|ou|pourquoi|d ?ou)(?: \w+){0,6} (?:mon|mes|ce) (?:numero|contact"
            r"|coordonnees)",
            weight=1,
        ),
        rule(
            "fr_textos",
            "They speak of the texts (French)",
            "mess text sms list",
            r"(?:ces|vos|les|tes|votre|plus de|cette) (?:messages|textos|sms|liste)",
            weight=1,
        ),
        rule(
            "fr_non",
            "They refuse (French)",
            "non pas plus",
            r"^non(?= \.|$| merci| je)|non merci|ne (?:m|me )?\w+ (?:plus|pas)",
            weight=1,
        ),
        rule(
            "fr_d_autres",
            "They speak of a candidate or a cause (French)",
            "gouv taxe minis trump poli pres maire impo guer mens corr loi libe cons",
            r"(?:gouvernement|taxes?|ministres?|trump|politicien\w*|president|maire|impots?|guerre"
            r"|mensonges?|corruption|loi)",
            weight=-3,
        ),
        rule(
            "fr_aime",
            "They like the texts (French)",
            "merci aime cont content ravi volo derang",
            r"merci (?:de|d|pour) (?:m|me |mavoir |votre |le |l|ce |vos )?(?:avoir )?(?:ecri\w*"
            r"|contact\w*|message\w*|inform\w*|rappel\w*|sms|texto)|jaime|j ?adore|"
            r"continuez (?:comme|le bon|svp|s)|(?:content|ravi|heureu)\w*|ne (?:me )?derange\w* pas"
            r"|pas de (?:souci|probleme)|comptez sur moi|avec plaisir",
            weight=-3,
        ),
    )
)

WELCOME = Rules(
    (
        rule(
            "fr_par_texto",
            "They say that texts are welcome (French)",
            "appe mapp dapp ma courr lettr tele mail cour rapp",
            r"(?:textos?|sms|messages?)(?: \w+)? (?:ca va|va bien|ok|cest (?:bon|ok|mieux|parfait)"
            r"|oui|suffit|suffisent)|(?:prefere|plutot|mieux|seulement|juste|que|uniquement) "
            r"(?:(?:les|des|par|un|de|d|vos) ){0,2}(?:textos?|sms|messages?)|par (?:sms|textos?"
            r"|messages?|ecrit)|(?:ecrivez|textez)(?: moi)? plutot",
        ),
    )
)
"""Calls or letters are refused, and texts are not."""
