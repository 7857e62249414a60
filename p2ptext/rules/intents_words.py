"""Labels of what a reply is about, and ready-made answers to it.

An answer is a script: {volunteer_name} and {organization} are put in by the caller. Every one is
plain GSM-7 and leaves room for both names within one text of 160 characters.
"""

TITLES: dict[str, str] = {
    "wrong_number": "Wrong number",
    "who_is_this": "Who is this?",
    "how_got_number": "How did you get my number?",
    "moved": "Moved away",
    "already_voted": "Already voted",
    "where_to_vote": "Where to vote?",
    "when_where": "When and where?",
    "cannot_talk": "Not now",
    "angry": "Angry",
    "not_interested": "Not interested",
    "supportive": "Supportive",
    "question": "A question",
    "thanks": "Thanks",
    "other_language_es": "Writes Spanish",
    "other_language_fr": "Writes French",
}
"""Short label of each intent."""

SUGGESTIONS: dict[str, dict[str, str]] = {
    "wrong_number": {
        "en": "Sorry about that, and thank you for telling me. I will note that this number is not "
        "theirs. Have a good day.",
        "es": "Disculpe la molestia, y gracias por avisarme. Voy a anotar que este teléfono no es de "
        "esa persona.",
        "fr": "Désolé, et merci de me le dire. Je note que ce numéro n'est pas le bon. Bonne journée.",
    },
    "who_is_this": {
        "en": "My name is {volunteer_name}. I am a volunteer with {organization}, and I am writing "
        "to you myself.",
        "es": "Me llamo {volunteer_name}. Soy voluntario de {organization} y le escribo personalmente.",
        "fr": "Je m'appelle {volunteer_name}. Je suis bénévole pour {organization} et je vous écris "
        "en personne.",
    },
    "how_got_number": {
        "en": "Fair question. {organization} gave me a list of people to write to. I can take you "
        "off it if you like.",
        "es": "Buena pregunta. {organization} me dio una lista de contactos. Si quiere, le quito de "
        "la lista.",
        "fr": "Bonne question. {organization} m'a donné une liste de contacts. Je peux vous en retirer.",
    },
    "moved": {
        "en": "Thank you for telling me. I will note that you have moved. All the best in your new "
        "home.",
        "es": "Gracias por avisarme, lo voy a anotar. Le deseo lo mejor en su nuevo hogar.",
        "fr": "Merci de me le dire. Je note que vous avez déménagé. Bonne continuation.",
    },
    "already_voted": {
        "en": "That is great, thank you for voting. I will note it. Could you remind a friend or two "
        "to vote as well?",
        "es": "Qué bien, gracias por votar. Lo anoto. ¿Puede recordarle a un amigo que vote?",
        "fr": "Bravo, et merci d'avoir voté. Je le note. Pourriez-vous le rappeler à un proche?",
    },
    "where_to_vote": {
        "en": "Good question. You find your polling place and its hours at vote.gov. May I help with "
        "anything else?",
        "es": "Buena pregunta. En vote.gov/es encuentra su casilla y el horario. ¿Le ayudo con otra "
        "cosa?",
    },
    "when_where": {
        "en": "Good question. Let me look that up, and I will write back with the time and the place.",
        "es": "Buena pregunta. Déjeme revisar y le escribo con la hora y el lugar.",
        "fr": "Bonne question. Je vérifie, puis je vous écris l'heure et le lieu.",
    },
    "cannot_talk": {
        "en": "No problem. Answer whenever it suits you, and thank you for your time.",
        "es": "No hay problema. Responda cuando pueda, y gracias por su tiempo.",
        "fr": "Pas de souci. Répondez quand cela vous convient, et merci.",
    },
    "angry": {
        "en": "I am sorry to have bothered you. Would you like me to take you off our list?",
        "es": "Disculpe la molestia. ¿Quiere que le quite de nuestra lista?",
        "fr": "Je suis désolé de vous avoir dérangé. Voulez-vous que je vous retire de notre liste?",
    },
    "not_interested": {
        "en": "Understood, thank you for answering. If you would rather get no more texts from us, "
        "just tell me.",
        "es": "Entiendo, gracias por responder. Si prefiere no recibir otros mensajes, me avisa.",
        "fr": "Je comprends, merci d'avoir répondu. Si vous ne voulez plus de messages, dites-le-moi.",
    },
    "supportive": {
        "en": "Thank you so much, that means a lot to all of us at {organization}. Would you like to "
        "help out as well?",
        "es": "Muchas gracias, significa mucho para {organization}. ¿Quiere ayudar usted también?",
        "fr": "Merci beaucoup, cela compte pour nous tous. Voulez-vous aussi donner un coup de main?",
    },
    "question": {
        "en": "Good question. Let me find out, and I will write back to you.",
        "es": "Buena pregunta. Déjeme averiguar y le escribo.",
        "fr": "Bonne question. Je me renseigne et je vous écris.",
    },
    "thanks": {
        "en": "You are welcome. Thank you for writing back, and have a good day.",
        "es": "De nada. Gracias por responder, que le vaya bien.",
        "fr": "De rien. Merci d'avoir répondu, et bonne journée.",
    },
    "other_language_es": {
        "en": "Would you rather talk with somebody who speaks Spanish? I can ask a colleague to "
        "write to you.",
        "es": "¿Prefiere hablar con alguien en español? Puedo pedir que le escriba un compañero.",
    },
    "other_language_fr": {
        "en": "Would you rather talk with somebody who speaks French? I can ask a colleague to write "
        "to you.",
        "fr": "Voulez-vous parler avec quelqu'un dans votre langue? Je peux demander à un collègue "
        "de vous écrire.",
    },
}
"""Answers by intent and language ("en" always)."""
