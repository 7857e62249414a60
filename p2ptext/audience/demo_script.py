"""What the practice campaign says: two first texts, three questions, and answers kept ready."""

from p2ptext.campaigns.writing import Canned
from p2ptext.rules.tree import Answer, Step

FIRST_MESSAGES = (
    "Hi {first_name|there}, this is {volunteer_name}, a volunteer with Ohio Votes. Can we count on "
    "you to vote for the library levy? Reply STOP to opt out.",
    "Hi {first_name|there}, {volunteer_name} from Ohio Votes here. The library levy is on the ballot. "
    "Will you vote yes? Reply STOP to opt out.",
)
QUESTIONS = (
    Step(
        "s1",
        "Can we count on your vote?",
        (
            Answer(
                "a1",
                "Yes",
                ("Great, thank you {first_name|so much}! Will you vote early or on Election Day?",),
                "s2",
            ),
            Answer(
                "a2", "Not sure", ("I understand. What would you want to know about the levy?",), "s3"
            ),
            Answer("a3", "No", ("Thank you for telling me, {first_name|friend}. Have a good evening.",)),
            Answer("a4", "Already voted", ("Wonderful, thank you for voting!",)),
        ),
    ),
    Step(
        "s2",
        "When will they vote?",
        (
            Answer(
                "a1",
                "Early",
                (
                    "Good plan. Your county's election board lists the early voting hours. Thank you!",
                    "Early is easiest. The hours are on your county election board's page. Thank you!",
                ),
            ),
            Answer(
                "a2",
                "Election Day",
                ("Polls are open 6:30 am to 7:30 pm. Thank you, {first_name|and see you}!",),
            ),
            Answer(
                "a3", "By mail", ("Good. Please send it early enough to arrive in time. Thank you!",)
            ),
        ),
    ),
    Step(
        "s3",
        "What do they care about?",
        (
            Answer(
                "a1", "Cost", ("The levy renews what is paid now; it is no new tax. Does that help?",)
            ),
            Answer(
                "a2",
                "Opening hours",
                ("With the levy all branches stay open on weekends. Does that help?",),
            ),
            Answer("a3", "Something else", ("Thank you, I will pass that on.",)),
        ),
    ),
)
CANNED = [
    Canned("Where to vote", "You can look up your polling place at your county's election board."),
    Canned("Thank you", "Wonderful, thank you {first_name|so much}!"),
    Canned("Wrong person", "Sorry about that! We will take this number off our list."),
]
