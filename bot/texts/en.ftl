## The conversation

-ask = /ask
-help = /help

about =
    Welcome. I am Dalil.
    Ask me in any language and I answer from the articles in their own words: the passage that holds the answer, the deciding words in bold, and a link to its source.
    Where the articles hold no answer, I say so.

    Write your question now, or send { -help } to learn more.
help =
    How to ask
    • In this chat: just write your question, in any language.
    • In a group: write { -ask } and your question, mention me as { $bot }, or reply to one of my messages. I stay out of everything else.
    • Words in quotation marks, «…» or "…", must stand in the passage or its title exactly so.
    • To narrow the search, write: since:2017, until:2018-03, source:Name, last 3 months.
    • In any chat: write { $bot } and your question, and choose the passage to send.
    • Edit your question and I answer it anew.

    How to read an answer
    • Everything quoted is the articles' own text; the sentence nearest to your question is in bold, with your own words underlined in it.
    • Tap a passage to see all of it, and the source link to read the article where it stands.
    • The buttons bring more passages, what stands around one, and why I chose it.
ask-empty = Write your question after { -ask }, in the same message.
question-too-long = Your question is longer than I can search for. Please put it in { $limit } characters or fewer and send it again.
text-only = I only understand written messages. Please type your question.
unknown-command = I do not know this command. Just write your question, or send { -help }.
answer-failed = I could not answer this time; the fault is mine. Please ask again in a little while.

## The answer

not-found = These articles do not answer your question.
not-found-advice = Try other words, or call what you ask about by its name.
unsure = I am not sure that these articles answer your question. The closest they have:
not-held = No passage holds these exact words: { $phrases }
not-held-advice = Check how they are spelt, put fewer words in quotation marks, or leave the marks out to search by meaning.
nearest = Closest, but not an answer:
undated =
    { $count ->
        [one] Left out for having no date: one article.
       *[other] Left out for having no date: { $count } articles.
    }
published = { DATETIME($day, dateStyle: "long") }
published-about = about { DATETIME($day, dateStyle: "long") }
open-source = Open the source
source-number = Source { $number }
no-date = No date
no-link = No link to this source
untitled = Untitled
also = also in:
also-others =
    { $count ->
        [one] one more article
       *[other] { $count } more articles
    }

## Votes and privacy

-privacy = /privacy
-forget = /forget

vote-taken = Thank you, noted.
vote-too-late = This answer is so old that I no longer know it. Please ask again.
consent-asked = May I keep your question with your vote? It helps to improve the answers, and you can take it back at any time with { -privacy }.
consent-yes = Yes, keep it
consent-no = No
consent-given = Thank you. From now on I keep your question with your vote.
consent-none = I do not keep your questions; what was kept of them with your votes is deleted.
privacy =
    What is kept about you
    • Your question: on disk until I have answered it, then wiped. It is not written to the log.
    • With each answer: your Telegram ID, the articles that answered and the confidence, without your words, for ninety days.
    • Your vote by 👍 and 👎; your question with it only if you allow that.
    • The questions you asked me to watch, until you end them.
    • The language you chose, and which message answers which of yours.
    All we write here passes through Telegram's servers. To delete all that I keep about you, send { -forget }.
privacy-logged =
    What is kept about you
    • Your question: the owner of this bot chose to write the text of questions to its log.
    • With each answer: your Telegram ID, the articles that answered and the confidence, for ninety days.
    • Your vote by 👍 and 👎; your question with it only if you allow that.
    • The questions you asked me to watch, until you end them.
    • The language you chose, and which message answers which of yours.
    All we write here passes through Telegram's servers. To delete what I keep about you outside the log, send { -forget }.
privacy-consented = You allowed me to keep your questions with your votes. Shall I go on?
privacy-not-consented = Your questions are not kept with your votes. May I keep them?
forgotten = I deleted all that I kept about you. Votes: { $votes }. Watched questions: { $watches }. If you were invited to this bot, you still are.

## Who is answered, and how often

not-admitted = This bot is for those who were invited. To be let in, give its owner your Telegram ID: { $person }
too-many-questions =
    That was a lot! I answer { $most ->
        [one] { $most } question
       *[other] { $most } questions
    } a minute to each person. Please ask again in { $wait ->
        [one] { $wait } second
       *[other] { $wait } seconds
    }.
busy = More people are asking than I can answer just now. Please ask again in a minute.

## Watched questions

-watch = /watch
-watches = /watches

watch-empty = Write the question to watch after { -watch }, in the same message.
watch-kept = I will watch this question, and tell you once of every new article that answers it. Send { -watches } to see or end what I watch for you.
watch-too-many =
    { $most ->
        [0] This bot watches no questions.
        [one] I watch { $most } question for you, and cannot watch more. Please end it with { -watches } first.
       *[other] I watch { $most } questions for you, and cannot watch more. Please end some with { -watches } first.
    }
watch-list = The questions I watch for you. Tap a number to end one:
watch-none = I watch no question for you. To have one watched, send { -watch } and the question.
watch-ended = Ended.
watch-unknown = I no longer watched this question.
watch-news = News on the question I watch for you: { $question }

## For those who run the bot

stats =
    Since the start:
    • answered: { $found }
    • answered, but not sure: { $unsure }
    • no answer: { $missed }
    • failed: { $failed }
    • not taken: { $limited }
    • waiting now: { $waiting }
    Kept: 👍 { $good } · 👎 { $bad } · watched questions { $watches } · guests { $guests }
version =
    Dalil { $version }
    Index: { $generation }
    Passages: { $passages }
    Model: { $model }
reloaded = Answers now come from the index { $generation }. Told of something new: { $told }
nothing-new = There is no newer index than { $generation }.
invitation =
    { $places ->
        [one] A link that lets { $places } person in, for a week:
       *[other] A link that lets { $places } people in, for a week:
    }
    { $link }

## Buttons and filters

more = More
around = Around it
around-number = Around { $number }
why = Why this?
page-back = Back
page-on = Read on
show-nearest = Show the nearest passages
drop-filters = Search everywhere

understood = Searched only in what was published:
filter-since = since { DATETIME($since, dateStyle: "long") }
filter-until = until { DATETIME($until, dateStyle: "long") }
filter-between = from { DATETIME($since, dateStyle: "long") } to { DATETIME($until, dateStyle: "long") }
filter-source = by { $source }
not-found-filtered = Search everywhere instead, or try other words.
source-unknown = No article is of the source { $source }.
sources-near = Perhaps: { $sources }

why-sure = I put it at { NUMBER($percent) }% that the articles answer your question.
why-unsure = I am not sure: I put it at only { NUMBER($percent) }% that the articles answer your question.
why-exact = It holds these exact words: { $phrases }
why-words = It holds words of your question: { $words }
why-no-words = It holds no word of your question; its meaning led to it.
why-meaning =
    { $passages ->
        [one] In nearness of meaning it is number { $rank } of one passage.
       *[other] In nearness of meaning it is number { $rank } of { $passages } passages.
    }
why-no-meaning = It is not among the nearest in meaning; its words led to it.
why-spelling = In matching words it is number { $rank }.
comma = { ", " }
quote-open = “
quote-close = ”

question-gone = I cannot find the question I answered here; it may have been deleted. Please write it again.
asked-again = The articles or the question have changed since that answer. This is the answer now:
article-gone = This article is no longer among the articles.
already-pressed = This is already in the chat.
press-unknown = This button is from an older version. Please write your question again.
no-more = This is all I found.
you-asked = Your question: { $question }

language-choose = Which language shall I speak? Passages stay in the language of their articles.
language-chosen = I speak English from now on.
language-name = English
command-language = The bot's language

inline-hint = Write your question after my name
inline-not-found = No answer in the articles. Ask me here
inline-unsure = Not sure: the closest the articles have
inline-read = Read the article here

## What Telegram shows about the bot

bot-description =
    Ask in any language: Dalil answers from the articles in their own words, with the passage that holds the answer and a link to its source.
    Where they hold no answer, it says so.
bot-short-description = Answers your questions from the articles in their own words, with a link to the source.
command-start = What this bot does
command-help = How to ask and how to read an answer
command-ask = Ask a question
command-watch = Watch a question and tell me what is new
command-watches = Watched questions, to see or end
command-privacy = What is kept about you
command-forget = Delete all that is kept about me

## The terminal

console-start = Dalil: type your question and press Enter. { -help } for help, Ctrl-D to leave.
console-prompt = Your question
console-help =
    Type your question in any language, on one line. The answer is passages of the articles in their own words, the nearest words marked.
    Ctrl-D to leave.
