## Das Gespräch

-ask = /ask
-help = /help

about =
    Willkommen. Ich bin Dalil.
    Fragen Sie mich in jeder Sprache: Ich antworte mit den Worten der Artikel selbst, mit der Stelle, an der die Antwort steht, den entscheidenden Worten in Fettschrift und einem Link zur Quelle.
    Wo die Artikel keine Antwort haben, sage ich es.

    Schreiben Sie jetzt Ihre Frage, oder senden Sie { -help }, um mehr zu erfahren.
help =
    So fragen Sie
    • In diesem Chat: Schreiben Sie einfach Ihre Frage, in jeder Sprache.
    • In einer Gruppe: Schreiben Sie { -ask } und Ihre Frage, erwähnen Sie mich als { $bot }, oder antworten Sie auf eine meiner Nachrichten. Aus allem anderen halte ich mich heraus.
    • Wörter in Anführungszeichen, «…» oder "…", müssen genau so in der Stelle oder ihrem Titel stehen.
    • Um die Suche einzugrenzen, schreiben Sie: seit:2017, bis:2018-03, quelle:Name.
    • In jedem anderen Chat: Schreiben Sie { $bot } und Ihre Frage, und wählen Sie die Stelle, die gesendet wird.
    • Bearbeiten Sie Ihre Frage, so antworte ich neu.

    So lesen Sie eine Antwort
    • Alles Zitierte ist der Text der Artikel; der Satz, der Ihrer Frage am nächsten kommt, ist fett, Ihre eigenen Wörter sind darin unterstrichen.
    • Tippen Sie auf eine Stelle, um sie ganz zu sehen, und auf den Link, um den Artikel in seiner Quelle zu lesen.
    • Die Schaltflächen zeigen weitere Stellen, was um eine Stelle herum steht und warum ich sie gewählt habe.
ask-empty = Schreiben Sie Ihre Frage hinter { -ask } in dieselbe Nachricht.
question-too-long = Ihre Frage ist zu lang für meine Suche. Bitte kürzen Sie sie auf höchstens { $limit } Zeichen und senden Sie sie noch einmal.
text-only = Ich verstehe nur geschriebene Nachrichten. Bitte schreiben Sie Ihre Frage.
unknown-command = Diesen Befehl kenne ich nicht. Schreiben Sie Ihre Frage, oder senden Sie { -help }.
answer-failed = Diesmal konnte ich nicht antworten; der Fehler liegt bei mir. Bitte fragen Sie etwas später noch einmal.

## Die Antwort

not-found = Diese Artikel beantworten Ihre Frage nicht.
not-found-advice = Versuchen Sie andere Wörter, oder nennen Sie das Gesuchte beim Namen.
unsure = Ich bin nicht sicher, ob diese Artikel Ihre Frage beantworten. Am nächsten kommt:
not-held = An keiner Stelle stehen genau diese Wörter: { $phrases }
not-held-advice = Prüfen Sie die Schreibweise, setzen Sie weniger Wörter in Anführungszeichen, oder lassen Sie diese weg, um nach dem Sinn zu suchen.
nearest = Kommt am nächsten, ist aber keine Antwort:
undated =
    { $count ->
        [one] Ausgelassen, weil ohne Datum: ein Artikel.
       *[other] Ausgelassen, weil ohne Datum: { $count } Artikel.
    }
published = { DATETIME($day, dateStyle: "long") }
published-about = um den { DATETIME($day, dateStyle: "long") }
open-source = Quelle öffnen
source-number = Quelle { $number }
no-date = Ohne Datum
no-link = Kein Link zu dieser Quelle
untitled = Ohne Titel
also = auch in:
also-others =
    { $count ->
        [one] ein weiterer Artikel
       *[other] { $count } weitere Artikel
    }

## Bewertungen und Datenschutz

-privacy = /privacy
-forget = /forget

vote-taken = Danke, notiert.
vote-too-late = Diese Antwort ist so alt, dass ich sie nicht mehr kenne. Bitte fragen Sie noch einmal.
consent-asked = Darf ich Ihre Frage mit Ihrer Bewertung aufbewahren? Das hilft, die Antworten zu verbessern, und Sie können es mit { -privacy } jederzeit widerrufen.
consent-yes = Ja, aufbewahren
consent-no = Nein
consent-given = Danke. Von jetzt an bewahre ich Ihre Frage mit Ihrer Bewertung auf.
consent-none = Ich bewahre Ihre Fragen nicht auf; was davon mit Ihren Bewertungen aufbewahrt war, ist gelöscht.
privacy =
    Was über Sie aufbewahrt wird
    • Ihre Frage: auf der Festplatte, bis ich sie beantwortet habe, dann gelöscht. Sie wird nicht ins Protokoll geschrieben.
    • Zu jeder Antwort: Ihre Telegram-ID, die Artikel, aus denen sie stammt, und wie sicher sie war; ohne Ihre Worte, neunzig Tage lang.
    • Ihre Bewertung mit 👍 oder 👎; Ihre Frage dazu nur, wenn Sie es erlauben.
    • Die Fragen, die ich für Sie beobachten soll, bis Sie sie beenden.
    • Die Sprache, die Sie gewählt haben, und welche Nachricht welche von Ihnen beantwortet.
    Alles, was wir hier schreiben, geht über die Server von Telegram. Um alles zu löschen, was ich über Sie aufbewahre, senden Sie { -forget }.
privacy-logged =
    Was über Sie aufbewahrt wird
    • Ihre Frage: Wer diesen Bot betreibt, lässt den Text der Fragen ins Protokoll schreiben.
    • Zu jeder Antwort: Ihre Telegram-ID, die Artikel, aus denen sie stammt, und wie sicher sie war; neunzig Tage lang.
    • Ihre Bewertung mit 👍 oder 👎; Ihre Frage dazu nur, wenn Sie es erlauben.
    • Die Fragen, die ich für Sie beobachten soll, bis Sie sie beenden.
    • Die Sprache, die Sie gewählt haben, und welche Nachricht welche von Ihnen beantwortet.
    Alles, was wir hier schreiben, geht über die Server von Telegram. Um zu löschen, was ich außerhalb des Protokolls über Sie aufbewahre, senden Sie { -forget }.
privacy-consented = Sie haben erlaubt, dass ich Ihre Fragen mit Ihren Bewertungen aufbewahre. Soll ich das weiterhin tun?
privacy-not-consented = Ihre Fragen werden nicht mit Ihren Bewertungen aufbewahrt. Darf ich sie aufbewahren?
forgotten = Ich habe alles gelöscht, was ich über Sie aufbewahrt habe. Bewertungen: { $votes }. Beobachtete Fragen: { $watches }. Wenn Sie zu diesem Bot eingeladen waren, sind Sie es weiterhin.

## Wem geantwortet wird, und wie oft

not-admitted = Dieser Bot ist für Eingeladene. Um Zugang zu erhalten, nennen Sie dem Betreiber Ihre Telegram-ID: { $person }
too-many-questions =
    Das war viel! Ich beantworte jedem { $most ->
        [one] { $most } Frage
       *[other] { $most } Fragen
    } pro Minute. Bitte fragen Sie in { $wait ->
        [one] { $wait } Sekunde
       *[other] { $wait } Sekunden
    } noch einmal.
busy = Gerade kommen mehr Fragen, als ich beantworten kann. Bitte fragen Sie in einer Minute noch einmal.

## Beobachtete Fragen

-watch = /watch
-watches = /watches

watch-empty = Schreiben Sie die Frage, die ich beobachten soll, hinter { -watch } in dieselbe Nachricht.
watch-kept = Ich beobachte diese Frage und melde Ihnen jeden neuen Artikel, der sie beantwortet, einmal. Mit { -watches } sehen und beenden Sie, was ich für Sie beobachte.
watch-too-many =
    { $most ->
        [0] Dieser Bot beobachtet keine Fragen.
        [one] Ich beobachte { $most } Frage für Sie und kann nicht mehr beobachten. Bitte beenden Sie sie zuerst mit { -watches }.
       *[other] Ich beobachte { $most } Fragen für Sie und kann nicht mehr beobachten. Bitte beenden Sie zuerst eine mit { -watches }.
    }
watch-list = Die Fragen, die ich für Sie beobachte. Tippen Sie auf eine Nummer, um eine zu beenden:
watch-none = Ich beobachte keine Frage für Sie. Um eine beobachten zu lassen, senden Sie { -watch } und die Frage.
watch-ended = Beendet.
watch-unknown = Diese Frage habe ich schon nicht mehr beobachtet.
watch-news = Neues zu der Frage, die ich für Sie beobachte: { $question }

## Für die Betreiber

stats =
    Seit dem Start:
    • beantwortet: { $found }
    • unsicher beantwortet: { $unsure }
    • keine Antwort: { $missed }
    • gescheitert: { $failed }
    • nicht angenommen: { $limited }
    • warten gerade: { $waiting }
    Aufbewahrt: 👍 { $good } · 👎 { $bad } · beobachtete Fragen { $watches } · Eingeladene { $guests }
version =
    Dalil { $version }
    Index: { $generation }
    Stellen: { $passages }
    Modell: { $model }
reloaded = Die Antworten kommen jetzt aus dem Index { $generation }. Über Neues benachrichtigt: { $told }
nothing-new = Es gibt keinen neueren Index als { $generation }.
invitation =
    { $places ->
        [one] Ein Link, der { $places } Person Zugang gibt, eine Woche gültig:
       *[other] Ein Link, der { $places } Personen Zugang gibt, eine Woche gültig:
    }
    { $link }

## Schaltflächen und Filter

more = Mehr
around = Kontext
around-number = Kontext zu { $number }
why = Warum das?
page-back = Zurück
page-on = Weiter
show-nearest = Ähnlichste Stellen zeigen
drop-filters = Überall suchen

understood = Nur gesucht in dem, was erschienen ist:
filter-since = seit dem { DATETIME($since, dateStyle: "long") }
filter-until = bis zum { DATETIME($until, dateStyle: "long") }
filter-between = vom { DATETIME($since, dateStyle: "long") } bis zum { DATETIME($until, dateStyle: "long") }
filter-source = bei { $source }
not-found-filtered = Suchen Sie stattdessen überall, oder versuchen Sie andere Wörter.
source-unknown = Kein Artikel stammt aus der Quelle { $source }.
sources-near = Vielleicht: { $sources }

why-sure = Die Wahrscheinlichkeit, dass die Artikel Ihre Frage beantworten, schätze ich auf { NUMBER($percent) } %.
why-unsure = Ich bin nicht sicher: Die Wahrscheinlichkeit, dass die Artikel Ihre Frage beantworten, schätze ich nur auf { NUMBER($percent) } %.
why-exact = Hier stehen genau diese Wörter: { $phrases }
why-words = Hier stehen Wörter Ihrer Frage: { $words }
why-no-words = Hier steht kein Wort Ihrer Frage; der Sinn hat hierher geführt.
why-meaning =
    { $passages ->
        [one] Dem Sinn nach Nummer { $rank } von einer Stelle.
       *[other] Dem Sinn nach Nummer { $rank } von { $passages } Stellen.
    }
why-no-meaning = Dem Sinn nach nicht unter den ähnlichsten; die Wörter haben hierher geführt.
why-spelling = Den Wörtern nach Nummer { $rank }.
comma = { ", " }
quote-open = „
quote-close = “

question-gone = Ich finde die Frage nicht mehr, die ich hier beantwortet habe; vielleicht wurde sie gelöscht. Bitte schreiben Sie sie noch einmal.
asked-again = Die Artikel oder die Frage haben sich seit dieser Antwort geändert. Dies ist die Antwort jetzt:
article-gone = Dieser Artikel ist nicht mehr unter den Artikeln.
already-pressed = Das steht schon im Chat.
press-unknown = Diese Schaltfläche stammt aus einer älteren Version. Bitte schreiben Sie Ihre Frage noch einmal.
no-more = Das ist alles, was ich gefunden habe.
you-asked = Ihre Frage: { $question }

language-choose = Welche Sprache soll ich sprechen? Die Stellen bleiben in der Sprache ihrer Artikel.
language-chosen = Ab jetzt spreche ich Deutsch.
language-name = Deutsch
command-language = Die Sprache des Bots

inline-hint = Schreiben Sie Ihre Frage hinter meinen Namen
inline-not-found = Keine Antwort. Fragen Sie mich hier
inline-unsure = Nicht sicher. Das kommt am nächsten
inline-read = Den Artikel hier lesen

## Was Telegram über den Bot zeigt

bot-description =
    Fragen Sie in jeder Sprache: Dalil antwortet mit den Worten der Artikel selbst, mit der Stelle, an der die Antwort steht, und einem Link zur Quelle.
    Wo keine Antwort steht, sagt er es.
bot-short-description = Beantwortet Ihre Fragen mit den Worten der Artikel und einem Link zur Quelle.
command-start = Was dieser Bot tut
command-help = Wie man fragt und eine Antwort liest
command-ask = Eine Frage stellen
command-watch = Eine Frage beobachten und Neues melden
command-watches = Beobachtete Fragen sehen oder beenden
command-privacy = Was über Sie aufbewahrt wird
command-forget = Alles über mich löschen

## Das Terminal

console-start = Dalil: Frage eingeben, dann Enter. { -help } für Hilfe, Strg+D zum Beenden.
console-prompt = Ihre Frage
console-help =
    Schreiben Sie Ihre Frage in einer Zeile, in jeder Sprache. Die Antwort sind Stellen aus den Artikeln in deren eigenen Worten; was Ihrer Frage am nächsten kommt, ist darin markiert.
    Strg+D zum Beenden.
