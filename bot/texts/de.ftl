## The conversation

-ask = /ask
-help = /help

about =
    Willkommen. Ich bin Dalil.
    Fragen Sie mich in jeder Sprache: Ich antworte mit den Worten der Artikel selbst, mit der Stelle, an der die Antwort steht, den entscheidenden Worten in Fett und einem Link zur Quelle.
    Wo die Artikel keine Antwort haben, sage ich es.

    Schreiben Sie Ihre Frage, oder senden Sie { -help }, um mehr zu erfahren.
help =
    So fragen Sie
    • Hier: Schreiben Sie einfach Ihre Frage, in jeder Sprache.
    • In einer Gruppe: Schreiben Sie { -ask } und Ihre Frage, erwähnen Sie { $bot }, oder antworten Sie auf eine meiner Nachrichten. Aus allem anderen halte ich mich heraus.
    • Wörter in Anführungszeichen, «…» oder "…", müssen genau so in der Stelle oder ihrem Titel stehen.
    • Um die Suche einzugrenzen, schreiben Sie: since:2017, until:2018-03, source:Name.
    • In jedem Chat: Schreiben Sie { $bot } und Ihre Frage, und wählen Sie die Stelle, die gesendet wird.
    • Ändern Sie Ihre Frage, so antworte ich neu.

    So lesen Sie eine Antwort
    • Alles Zitierte ist der Text der Artikel; der Satz, der Ihrer Frage am nächsten kommt, ist fett, Ihre Wörter sind darin unterstrichen.
    • Tippen Sie auf eine Stelle, um sie ganz zu sehen, und auf den Link, um den Artikel an seinem Ort zu lesen.
    • Die Tasten bringen weitere Stellen, was um eine Stelle herum steht und warum ich sie gewählt habe.
ask-empty = Schreiben Sie Ihre Frage hinter { -ask }, in derselben Nachricht.
question-too-long = Ihre Frage ist länger, als ich suchen kann. Bitte kürzen Sie sie auf höchstens { $limit } Zeichen und senden Sie sie noch einmal.
text-only = Ich verstehe nur geschriebene Nachrichten. Bitte schreiben Sie Ihre Frage.
unknown-command = Diesen Befehl kenne ich nicht. Schreiben Sie Ihre Frage, oder senden Sie { -help }.
answer-failed = Diesmal konnte ich nicht antworten; der Fehler liegt bei mir. Bitte fragen Sie in einer Weile noch einmal.

## The answer

not-found = Diese Artikel beantworten Ihre Frage nicht.
not-found-advice = Versuchen Sie andere Wörter, oder nennen Sie das Gesuchte beim Namen.
unsure = Ich bin nicht sicher, ob diese Artikel Ihre Frage beantworten. Am nächsten kommt:
not-held = An keiner Stelle stehen genau diese Wörter: { $phrases }
not-held-advice = Prüfen Sie die Schreibweise, setzen Sie weniger Wörter in Anführungszeichen, oder lassen Sie diese weg, um nach dem Sinn zu suchen.
nearest = Am nächsten, aber keine Antwort:
published = { DATETIME($day, dateStyle: "long") }
open-source = Quelle öffnen
source-number = Quelle { $number }
no-link = Kein Link zu dieser Quelle
untitled = Ohne Titel
also = auch in:
also-others =
    { $count ->
        [one] ein weiterer Artikel
       *[other] { $count } weitere Artikel
    }

## Buttons and filters

more = Mehr
around = Umgebung
around-number = Um { $number }
why = Warum das?
page-back = Zurück
page-on = Weiter
show-nearest = Nächste Stellen zeigen
drop-filters = Überall suchen

understood = Nur gesucht in dem, was erschienen ist:
filter-since = seit { DATETIME($since, dateStyle: "long") }
filter-until = bis { DATETIME($until, dateStyle: "long") }
filter-between = vom { DATETIME($since, dateStyle: "long") } bis { DATETIME($until, dateStyle: "long") }
filter-source = bei { $source }
not-found-filtered = Suchen Sie stattdessen überall, oder versuchen Sie andere Wörter.

why-sure = Dass die Artikel Ihre Frage beantworten, schätze ich auf { NUMBER($percent) } %.
why-unsure = Ich bin nicht sicher: Dass die Artikel Ihre Frage beantworten, schätze ich nur auf { NUMBER($percent) } %.
why-exact = Hier stehen genau diese Wörter: { $phrases }
why-words = Hier stehen Wörter Ihrer Frage: { $words }
why-no-words = Hier steht kein Wort Ihrer Frage; der Sinn hat hierher geführt.
why-meaning =
    { $passages ->
        [one] Dem Sinn nach Nummer { $rank } von einer Stelle.
       *[other] Dem Sinn nach Nummer { $rank } von { $passages } Stellen.
    }
why-no-meaning = Dem Sinn nach nicht unter den nächsten; die Wörter haben hierher geführt.
why-spelling = Den Wörtern nach Nummer { $rank }.
comma = { ", " }

question-gone = Ich finde die Frage nicht mehr, die ich hier beantwortet habe; vielleicht wurde sie gelöscht. Bitte schreiben Sie sie noch einmal.
asked-again = Die Artikel oder die Frage haben sich seit dieser Antwort geändert. Dies ist die Antwort jetzt:
article-gone = Dieser Artikel ist nicht mehr unter den Artikeln.
already-pressed = Das steht schon im Chat.
press-unknown = Diese Taste stammt aus einer älteren Version. Bitte schreiben Sie Ihre Frage noch einmal.
no-more = Das ist alles, was ich gefunden habe.
you-asked = Ihre Frage: { $question }

language-choose = Welche Sprache soll ich sprechen? Die Stellen bleiben in der Sprache ihrer Artikel.
language-chosen = Ab jetzt spreche ich Deutsch.
language-name = Deutsch
command-language = Die Sprache des Bots

inline-hint = Schreiben Sie Ihre Frage hinter meinen Namen
inline-not-found = Keine Antwort. Fragen Sie mich hier
inline-unsure = Nicht sicher: am nächsten kommt
inline-read = Den Artikel hier lesen

## What Telegram shows about the bot

bot-description =
    Fragen Sie in jeder Sprache: Dalil antwortet mit den Worten der Artikel selbst, mit der Stelle, an der die Antwort steht, und einem Link zu ihrer Quelle.
    Wo keine Antwort steht, sagt er es.
bot-short-description = Beantwortet Ihre Fragen mit den Worten der Artikel und einem Link zur Quelle.
command-start = Was dieser Bot tut
command-help = Wie man fragt und eine Antwort liest
command-ask = Eine Frage stellen

## The terminal

console-start = Dalil: Frage eingeben, dann Enter. { -help } für Hilfe, Strg-D zum Beenden.
console-prompt = Ihre Frage
console-help =
    Schreiben Sie Ihre Frage in einer Zeile, in jeder Sprache. Die Antwort sind Stellen aus den Artikeln, die nächsten Wörter sind markiert.
    Strg-D zum Beenden.
