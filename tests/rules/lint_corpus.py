"""Texts for the lint: good ones in which it must find nothing, bad ones with the code it must find."""

INNOCENT = """
Hi {first_name|there}, this is {volunteer_name}, a volunteer with Ohio Votes. Can we count on you to vote for the library levy? Reply STOP to opt out.
Hi {first_name}, it's {volunteer_name} with Ohio Votes. Election Day is Tuesday, November 3. Do you have a plan to vote? Reply STOP to opt out.
Hello {first_name}! {volunteer_name} here with Ohio Votes. Early voting runs from Oct 6 to Nov 2. Will you vote early? Text STOP to quit.
Hi {first_name}, Ohio Votes here. The deadline to register to vote is October 5. Are you registered? Stop to opt out.
{first_name}, it's {volunteer_name} from Ohio Votes. Polls are open on Nov 3rd. See hours at https://ohiovotes.example.org/hours. Reply STOP to end.
Hi {first_name|friend}, thank you for signing the petition for safer streets. Would you come to the council meeting on Oct 20? Ohio Votes. Reply STOP to stop.
Hi, it's Ohio Votes. Your shift at the food bank is on Saturday, October 17 at 9 am. Can you make it? Reply STOP to opt out.
Ohio Votes: thank you for coming to the town hall last night. What mattered most to you? Send STOP to opt out.
Hi {first_name}, Ohio Votes is knocking on doors in {city|your town} this weekend. Can you join us? Reply STOP to opt out
Hi {first_name}, {volunteer_name} with Ohio Votes. Do you support the school levy, oppose it, or are you unsure? Reply stop to opt out.
Hi {first_name}, did you get your absentee ballot? It must be postmarked by Nov 2. Ohio Votes. Reply STOP to opt out.
Good evening {first_name}, the Ohio Votes team is calling voters tonight. Can you help from 6 to 8 pm? Reply STOP to opt out.
Hi {first_name}, Ohio Votes is asking neighbors what they think of the new bus line on Route 23. Do you use it? Reply STOP to opt out.
Hey {first_name}, {volunteer_name} with Ohio Votes! We have free rides to the polls. Do you need one? Reply STOP to opt out.
Feel free to call me with questions. Ohio Votes. Reply STOP to opt out.
Hi {first_name}, Ohio Votes needs 24 more volunteers by 10/30. Half of them, 1/2, are already here. Can you help? Reply STOP to opt out.
Hi {first_name}, we are open 24/7 at the shelter. Do you need a bed tonight? Ohio Votes. Reply STOP to opt out.
Hi {first_name}, Ohio Votes works to end gun violence. Will you sign our letter? Reply STOP to opt out.
Hi {first_name}, do you support gun safety laws? Ohio Votes. Reply STOP to opt out.
Ohio Votes wants student debt to be cancelled. Do you have student loans? Reply STOP to opt out.
Hi {first_name}, it's {volunteer_name} from Ohio Votes. Should the state raise the minimum wage to $15? Reply STOP to opt out.
Hi {first_name}, would you give $25 to Ohio Votes today? https://ohiovotes.example.org/give Reply STOP to opt out.
Hi {first_name}, can Ohio Votes count you in as a monthly donor at $10 a month? Reply STOP to opt out.
The ACLU and the NAACP of Ohio are with us at Ohio Votes. Will you come on Oct 21? Reply STOP to opt out.
Hi {first_name}, can you come to our event with AOC in Dayton OH? Ohio Votes. Reply STOP to opt out.
Hi {first_name}, U.S. Senator Brown speaks on Monday, Oct. 12. Ohio Votes. Reply STOP to opt out.
Hi {first_name}, Dr. Lee from St. Mary's asked us to say thank you. Ohio Votes. Reply STOP to opt out.
OK, thank you {first_name}! Ohio Votes. Reply STOP to opt out.
Hi {first_name}, vote YES on Issue 2 on November 3. Ohio Votes. Reply STOP to opt out.
Hi {first_name}, please vote NO on Issue 1. Ohio Votes. Reply STOP to opt out.
Hi {first_name}, Election Day is Nov 3, 2026. Ohio Votes. Reply STOP to opt out.
Hi {first_name}, Election Day is 11/3. Ohio Votes. Reply STOP to opt out.
Hi {first_name}, Election Day is 11/03/2026. Ohio Votes. Reply STOP to opt out.
Hi {first_name}, the election is on 2026-11-03. Ohio Votes. Reply STOP to opt out.
Hi {first_name}, the election is on Tues., Nov. 3rd, 2026. Ohio Votes. Reply STOP to opt out.
Hi {first_name}, vote on November 3 (Tuesday). Ohio Votes. Reply STOP to opt out.
Hi {first_name}, remember to vote this Tuesday. Ohio Votes. Reply STOP to opt out.
Hi {first_name}, in 2022 you voted in the August primary. Ohio Votes hopes you will vote again. Reply STOP to opt out.
Hi {first_name}, volunteers vote on our new logo at the meeting on Oct 15. Ohio Votes. Reply STOP to opt out.
Hi {first_name}, canvass with us before the election on Sunday, Oct 18? Ohio Votes. Reply STOP to opt out.
Hi {first_name}, may 5 of us come by to collect your yard sign? Ohio Votes. Reply STOP to opt out.
Hi {first_name}, your polling place is {polling_place}. Ohio Votes. Reply STOP to opt out.
Hi {first_name}, find your polling place at https://vote.example.gov. Ohio Votes. Reply STOP to opt out.
Hola {first_name}, soy {volunteer_name} de Ohio Votes. ¿Podemos contar con su voto? Responda STOP para no recibir más mensajes.
Hola {first_name}, le escribe {volunteer_name} de Ohio Votes. Las elecciones son el martes 3 de noviembre. Responda ALTO para salir.
Hola {first_name}, soy {volunteer_name}, de Ohio Votes. ¿Ya tiene un plan para votar? Envíe PARAR para no recibir más.
Hola, somos Ohio Votes. El último día para inscribirse es el 5 de octubre. Responda ALTO para cancelar.
Bonjour {first_name}, c'est {volunteer_name} d'Ohio Votes. Voterez-vous le mardi 3 novembre ? Répondez STOP pour ne plus recevoir de messages.
Bonjour {first_name}, ici Ohio Votes. Merci pour votre aide samedi. Répondez ARRÊT pour arrêter.
Hi {first_name}, Ohio Votes emergency food boxes are ready on Friday, Oct 16. Need one? Reply STOP to opt out.
Hi {first_name}, the emergency room at Mercy may close. Will you write to the board? Ohio Votes. Reply STOP to opt out.
Hi {first_name}, clean water matters to Ohio Votes. Would you share your story at https://www.ohiovotes.example.org/story? Reply STOP to opt out.
Hi {first_name}, questions? Write to hello@ohiovotes.example.org. Ohio Votes. Reply STOP to opt out.
Hi {first_name}, we meet at 7 p.m. at the library on Main St. Ohio Votes. Reply STOP to opt out.
Hi {first_name}, it's our member Ana (she/her) from Ohio Votes. Can you talk? Reply STOP to opt out.
Hi {first_name}, we reached 85% of our goal! Ohio Votes thanks you. Reply STOP to opt out.
Hi {first_name}, I'm a mom of 3 with Ohio Votes. Do you have kids at Lincoln School? Reply STOP to opt out.
Hi {first_name}, this is {volunteer_name} with OHIO VOTES. Can we count on you? Reply STOP to opt out.
Hi {first_name}, should children pay for lunch? Ohio Votes says no. Reply STOP to opt out.
Hi {first_name}, the bus leaves at 8 on Tues 11/3 from {stop|the school}. Ohio Votes. Reply STOP to opt out.
Hi {first_name}, your union is voting on the contract on Oct 22. Ohio Votes. Reply STOP to opt out.
Ohio Votes here. Our phone bank is on Zoom, Wednesday Oct 14 at 6. Coming? Reply STOP to opt out.
Hi {first_name}, sex education is on the school board's agenda on Oct 19. Ohio Votes. Reply STOP to opt out.
Hi {first_name}, have you had the chance to win over a neighbor? Ohio Votes. Reply STOP to opt out.
Hi {first_name}, thanks for your order of 2 yard signs! Ohio Votes. Reply STOP to opt out.
Hi {first_name}, reply 1 for yes, 2 for no, 3 for maybe. Ohio Votes. Reply STOP to opt out.
Hi {first_name}, our address is 12 N. High St., Columbus, OH 43215. Ohio Votes. Reply STOP to opt out.
""".strip().splitlines()

BAD = [
    ("no_opt_out", "Hi {first_name}, this is {volunteer_name} with Ohio Votes. Can we count on you?"),
    ("no_opt_out", "Hi from Ohio Votes. Don't stop now, vote!"),
    ("no_opt_out", "Hi from Ohio Votes in Palo Alto. Will you vote?"),
    ("no_opt_out", "Hi from Ohio Votes. Stop2Quit"),
    ("no_opt_out", "Hi from Ohio Votes. remove2quit"),
    ("no_opt_out", "Ohio Votes here. Help us stop the landfill."),
    ("no_sender", "Hi {first_name}, this is {volunteer_name}. Will you vote? Reply STOP to opt out."),
    ("no_sender", "Hi, it's the Ohio team. Will you vote? Reply STOP to opt out."),
    ("placeholder", "Hi from Ohio Votes. Join us on [EVENT DATE]. Reply STOP to opt out."),
    ("placeholder", "Hi [Name], Ohio Votes here. Reply STOP to opt out."),
    ("placeholder", "Hi from Ohio Votes. Meet at [location]. Reply STOP to opt out."),
    ("placeholder", "Hi <first name>, Ohio Votes here. Reply STOP to opt out."),
    ("placeholder", "Ohio Votes meets at ____ on Monday. Reply STOP to opt out."),
    ("placeholder", "Ohio Votes meets at XXXX. Reply STOP to opt out."),
    ("placeholder", "Ohio Votes meets on (date). Reply STOP to opt out."),
    ("placeholder", "Ohio Votes rally, place TBD. Reply STOP to opt out."),
    ("raw_token", "Hi {{first_name}}, Ohio Votes here. Reply STOP to opt out."),
    ("raw_token", "Hi %FIRSTNAME%, Ohio Votes here. Reply STOP to opt out."),
    ("raw_token", "Hi *|FNAME|*, Ohio Votes here. Reply STOP to opt out."),
    ("raw_token", "Hi ${name}, Ohio Votes here. Reply STOP to opt out."),
    ("raw_token", "Hi FIRST_NAME, Ohio Votes here. Reply STOP to opt out."),
    ("raw_token", "Hi undefined, Ohio Votes here. Reply STOP to opt out."),
    ("short_link", "Ohio Votes: sign at https://bit.ly/abc. Reply STOP to opt out."),
    ("short_link", "Ohio Votes: sign at tinyurl.com/abc. Reply STOP to opt out."),
    ("short_link", "Ohio Votes: sign at t.co/abc. Reply STOP to opt out."),
    ("short_link", "Ohio Votes: sign at goo.gl/abc. Reply STOP to opt out."),
    ("bare_link", "Ohio Votes: sign at ohiovotes.org. Reply STOP to opt out."),
    ("bare_link", "Ohio Votes: sign at www.ohiovotes.org/sign. Reply STOP to opt out."),
    ("plain_link", "Ohio Votes: sign at http://ohiovotes.org/sign. Reply STOP to opt out."),
    ("odd_link", "Ohio Votes: sign at https://ohiovotes.xyz/sign. Reply STOP to opt out."),
    ("odd_link", "Ohio Votes: sign at http://203.0.113.9/sign. Reply STOP to opt out."),
    ("odd_link", "Ohio Votes: sign at https://xn--hio-9na.org. Reply STOP to opt out."),
    ("sells_cannabis", "Ohio Votes: get your CBD gummies at 20% off. Reply STOP to opt out."),
    ("sells_cannabis", "Ohio Votes: cannabis for sale, best prices. Reply STOP to opt out."),
    ("sells_tobacco", "Ohio Votes: buy vapes, 2 for 1. Reply STOP to opt out."),
    ("sells_alcohol", "Ohio Votes: free beer for voters tonight. Reply STOP to opt out."),
    ("sells_firearms", "Ohio Votes: win an AR-15 in our gun raffle. Reply STOP to opt out."),
    ("sexual", "Ohio Votes: hot singles near you. Reply STOP to opt out."),
    ("curse", "Ohio Votes: tell these assholes no. Reply STOP to opt out."),
    ("gambling", "Ohio Votes: play our casino bonus. Reply STOP to opt out."),
    ("gambling", "Ohio Votes: raffle tickets are $5. Reply STOP to opt out."),
    ("loans", "Ohio Votes: you are approved for a $5,000 loan. Reply STOP to opt out."),
    ("loans", "Ohio Votes: payday loans in minutes. Reply STOP to opt out."),
    ("loans", "Ohio Votes: double your bitcoin now. Reply STOP to opt out."),
    ("debt_relief", "Ohio Votes: you may qualify for student loan forgiveness. Reply STOP to opt out."),
    ("debt_relief", "Ohio Votes: debt relief for you. Reply STOP to opt out."),
    ("get_rich", "Ohio Votes: work from home and earn $500 a day. Reply STOP to opt out."),
    ("drugs", "Ohio Votes: order Ozempic online, no prescription. Reply STOP to opt out."),
    ("phishing", "Ohio Votes: reply with your Social Security number. Reply STOP to opt out."),
    ("phishing", "Ohio Votes: your account has been suspended. Reply STOP to opt out."),
    ("phishing", "Ohio Votes: verify your identity at https://ohiovotes.org. Reply STOP to opt out."),
    ("phishing", "Ohio Votes: send us your credit card number. Reply STOP to opt out."),
    ("phishing", "Ohio Votes: claim your free $50 gift card. Reply STOP to opt out."),
    ("prize", "Ohio Votes: you have won! Reply STOP to opt out."),
    ("prize", "Ohio Votes: claim your prize. Reply STOP to opt out."),
    ("false_voting", "Ohio Votes: vote by text this year. Reply STOP to opt out."),
    ("false_voting", "Ohio Votes: text HILLARY to vote from home. Reply STOP to opt out."),
    ("false_voting", "Ohio Votes: Democrats vote on Wednesday. Reply STOP to opt out."),
    ("voter_threat", "Ohio Votes: police will be at the polls. Reply STOP to opt out."),
    ("voter_threat", "Ohio Votes: you could be arrested if you vote. Reply STOP to opt out."),
    ("about_cannabis", "Ohio Votes: will you vote to legalize marijuana? Reply STOP to opt out."),
    ("about_alcohol", "Ohio Votes: wine and cheese with us on Oct 20. Reply STOP to opt out."),
    ("about_tobacco", "Ohio Votes: should vaping be banned? Reply STOP to opt out."),
    ("about_firearms", "Ohio Votes: do you own a gun? Reply STOP to opt out."),
    ("filtered", "Ohio Votes: click here to help. Reply STOP to opt out."),
    ("filtered", "Ohio Votes: 100% free, guaranteed. Reply STOP to opt out."),
    ("urgent", "Ohio Votes: URGENT, we need you. Reply STOP to opt out."),
    ("urgent", "Ohio Votes: act now. Reply STOP to opt out."),
    ("urgent", "Ohio Votes: final notice before the deadline. Reply STOP to opt out."),
    ("urgent", "Ohio Votes: 500% match until midnight. Reply STOP to opt out."),
    ("capitals", "OHIO VOTES NEEDS YOU TO COME TONIGHT. Reply STOP to opt out."),
    ("capitals", "Hi from Ohio Votes. PLEASE HELP NOW or we lose the library. Reply STOP to opt out."),
    ("exclamation", "Ohio Votes! Vote! Today! Reply STOP to opt out."),
    ("exclamation", "Hi from Ohio Votes!! Reply STOP to opt out."),
    ("disguised", "Ohio Votes: V O T E for us. Reply STOP to opt out."),
    ("disguised", "Ohio Votes: get fr33 stuff. Reply STOP to opt out."),
    ("election_date", "Ohio Votes: Election Day is November 4. Reply STOP to opt out."),
    ("election_date", "Ohio Votes: vote on 11/5. Reply STOP to opt out."),
    ("election_date", "Ohio Votes: the election is on 2026-11-10. Reply STOP to opt out."),
    ("election_date", "Ohio Votes: the election is Nov. 3, 2028. Reply STOP to opt out."),
    ("election_date", "Ohio Votes: las elecciones son el 4 de noviembre. Responda ALTO."),
    ("election_date", "Ohio Votes: votez le 5 novembre. Répondez STOP."),
    ("weekday_date", "Ohio Votes: Election Day is Tuesday, Nov 4. Reply STOP to opt out."),
    ("weekday_date", "Ohio Votes: meet us on Friday, October 17. Reply STOP to opt out."),
    ("weekday_date", "Ohio Votes: nos vemos el lunes 13 de octubre. Responda ALTO."),
    ("weekday_date", "Ohio Votes: meet us Wed 10/15. Reply STOP to opt out."),
    ("weekday_date", "Ohio Votes: meet us on October 15 (Wednesday). Reply STOP to opt out."),
    ("election_weekday", "Ohio Votes: Election Day is this Wednesday. Reply STOP to opt out."),
    ("impossible_date", "Ohio Votes: meet us on November 31. Reply STOP to opt out."),
    ("polling_place", "Ohio Votes: your polling place is Lincoln School. Reply STOP to opt out."),
    ("polling_hours", "Ohio Votes: polls are open 6:30 am to 7:30 pm. Reply STOP to opt out."),
]
