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

    How to read an answer
    • Everything quoted is the articles' own text; the sentence nearest to your question is in bold, with your own words underlined in it.
    • Tap a passage to see all of it, and the source link to read the article where it stands.
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

## What Telegram shows about the bot

bot-description =
    Ask in any language: Dalil answers from the articles in their own words, with the passage that holds the answer and a link to its source.
    Where they hold no answer, it says so.
bot-short-description = Answers your questions from the articles in their own words, with a link to the source.
command-start = What this bot does
command-help = How to ask and how to read an answer
command-ask = Ask a question

## The terminal

console-start = Dalil: type your question and press Enter. { -help } for help, Ctrl-D to leave.
console-prompt = Your question
console-help =
    Type your question in any language, on one line. The answer is passages of the articles in their own words, the nearest words marked.
    Ctrl-D to leave.
