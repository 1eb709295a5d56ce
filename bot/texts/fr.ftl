## La conversation

-ask = /ask
-help = /help

about =
    Bienvenue. Je suis Dalil.
    Posez-moi une question dans n'importe quelle langue : je réponds avec les mots mêmes des articles, le passage qui contient la réponse, les mots décisifs en gras et un lien vers la source.
    Si les articles n'y répondent pas, je le dis.

    Écrivez votre question, ou envoyez { -help } pour en savoir plus.
help =
    Comment poser une question
    • Dans cette discussion : écrivez simplement votre question, dans n'importe quelle langue.
    • Dans un groupe : écrivez { -ask } et votre question, mentionnez { $bot }, ou répondez à l'un de mes messages. Je ne me mêle de rien d'autre.
    • Les mots entre guillemets, «…» ou "…", doivent figurer tels quels dans le passage ou son titre.
    • Pour restreindre la recherche, écrivez : depuis:2017, until:2018-03, source:Nom.
    • Dans n'importe quelle discussion : écrivez { $bot } et votre question, puis choisissez le passage à envoyer.
    • Modifiez votre question et j'y réponds de nouveau.

    Comment lire une réponse
    • Tout ce qui est cité est le texte des articles ; la phrase la plus proche de votre question est en gras, et vos mots y sont soulignés.
    • Touchez un passage pour le voir en entier, et le lien pour lire l'article à sa source.
    • Les boutons montrent d'autres passages, ce qui entoure un passage et pourquoi je l'ai choisi.
ask-empty = Écrivez votre question après { -ask }, dans le même message.
question-too-long =
    { $limit ->
        [one] Votre question est trop longue pour ma recherche. Réduisez-la à { $limit } caractère au plus et renvoyez-la.
       *[other] Votre question est trop longue pour ma recherche. Réduisez-la à { $limit } caractères au plus et renvoyez-la.
    }
text-only = Je ne comprends que les messages écrits. Écrivez votre question, s'il vous plaît.
unknown-command = Je ne connais pas cette commande. Écrivez votre question, ou envoyez { -help }.
answer-failed = Je n'ai pas pu répondre cette fois ; l'erreur vient de moi. Reposez la question dans un moment, s'il vous plaît.

## La réponse

not-found = Ces articles ne répondent pas à votre question.
not-found-advice = Essayez d'autres mots, ou appelez ce que vous cherchez par son nom.
unsure = Je ne suis pas sûr que ces articles répondent à votre question. Ce qui s'en approche le plus :
not-held = Aucun passage ne contient exactement ces mots : { $phrases }
not-held-advice = Vérifiez leur orthographe, mettez moins de mots entre guillemets, ou retirez les guillemets pour chercher par le sens.
nearest = Ce qui s'en approche le plus, sans être une réponse :
undated =
    { $count ->
        [one] Laissé de côté faute de date : un article.
       *[other] Laissés de côté faute de date : { $count } articles.
    }
published = { DATETIME($day, dateStyle: "long") }
published-about = vers le { DATETIME($day, dateStyle: "long") }
open-source = Ouvrir la source
source-number = Source { $number }
no-date = Sans date
no-link = Pas de lien vers cette source
untitled = Sans titre
also = aussi dans :
also-others =
    { $count ->
        [one] { $count } autre article
       *[other] { $count } autres articles
    }

## Votes et vie privée

-privacy = /privacy
-forget = /forget

vote-taken = Merci, c'est noté.
vote-too-late = Cette réponse est si ancienne que je ne la connais plus. Posez votre question de nouveau.
consent-asked = Puis-je garder votre question avec votre vote ? Cela aide à améliorer les réponses, et vous pouvez revenir sur votre choix à tout moment avec { -privacy }.
consent-yes = Oui, gardez-la
consent-no = Non
consent-given = Merci. À partir de maintenant, je garde votre question avec votre vote.
consent-none = Je ne garde pas vos questions ; celles qui étaient gardées avec vos votes sont effacées.
privacy =
    Ce qui est gardé sur vous
    • Votre question : sur le disque jusqu'à ma réponse, puis effacée. Elle n'est pas écrite dans le journal.
    • Avec chaque réponse : votre identifiant Telegram, les articles qui ont répondu et le degré de confiance, sans vos mots, pendant quatre-vingt-dix jours.
    • Votre vote par 👍 ou 👎 ; votre question avec lui seulement si vous le permettez.
    • Les questions que vous m'avez demandé de suivre, jusqu'à ce que vous y mettiez fin.
    • La langue que vous avez choisie, et quel message répond auquel des vôtres.
    Tout ce que nous écrivons ici passe par les serveurs de Telegram. Pour effacer tout ce que je garde sur vous, envoyez { -forget }.
privacy-logged =
    Ce qui est gardé sur vous
    • Votre question : le propriétaire de ce bot a choisi d'écrire le texte des questions dans son journal.
    • Avec chaque réponse : votre identifiant Telegram, les articles qui ont répondu et le degré de confiance, pendant quatre-vingt-dix jours.
    • Votre vote par 👍 ou 👎 ; votre question avec lui seulement si vous le permettez.
    • Les questions que vous m'avez demandé de suivre, jusqu'à ce que vous y mettiez fin.
    • La langue que vous avez choisie, et quel message répond auquel des vôtres.
    Tout ce que nous écrivons ici passe par les serveurs de Telegram. Pour effacer ce que je garde sur vous hors du journal, envoyez { -forget }.
privacy-consented = Vous m'avez permis de garder vos questions avec vos votes. Dois-je continuer ?
privacy-not-consented = Vos questions ne sont pas gardées avec vos votes. Puis-je les garder ?
forgotten = J'ai effacé tout ce que je gardais sur vous. Votes : { $votes }. Questions suivies : { $watches }. Si vous étiez invité à ce bot, vous l'êtes toujours.

## À qui l'on répond, et combien de fois

not-admitted = Ce bot est réservé à ceux qui y ont été invités. Pour y avoir accès, donnez votre identifiant Telegram à son propriétaire : { $person }
too-many-questions =
    Cela fait beaucoup ! Je réponds à { $most ->
        [one] { $most } question
       *[other] { $most } questions
    } par minute et par personne. Posez votre question de nouveau dans { $wait ->
        [one] { $wait } seconde
       *[other] { $wait } secondes
    }.
busy = Il y a en ce moment plus de questions que je ne peux en traiter. Reposez la vôtre dans une minute, s'il vous plaît.

## Questions suivies

-watch = /watch
-watches = /watches

watch-empty = Écrivez la question à suivre après { -watch }, dans le même message.
watch-kept = Je suivrai cette question et vous annoncerai une fois chaque nouvel article qui y répond. Envoyez { -watches } pour voir vos questions suivies ou y mettre fin.
watch-too-many =
    { $most ->
        [0] Ce bot ne suit aucune question.
        [one] Vous avez déjà { $most } question suivie, et je ne peux en suivre davantage. Mettez-y d'abord fin avec { -watches }.
       *[other] Vous avez déjà { $most } questions suivies, et je ne peux en suivre davantage. Mettez d'abord fin à l'une d'elles avec { -watches }.
    }
watch-list = Vos questions suivies. Touchez un numéro pour y mettre fin :
watch-none = Vous n'avez aucune question suivie. Pour en faire suivre une, envoyez { -watch } et la question.
watch-ended = C'est fini.
watch-unknown = Je ne suivais déjà plus cette question.
watch-news = Du nouveau sur une question que vous suivez : { $question }

## Pour ceux qui gèrent le bot

stats =
    Depuis le démarrage :
    • avec réponse : { $found }
    • avec réponse, mais sans certitude : { $unsure }
    • sans réponse : { $missed }
    • en échec : { $failed }
    • refusées : { $limited }
    • en attente : { $waiting }
    Gardé : 👍 { $good } · 👎 { $bad } · questions suivies { $watches } · invités { $guests }
version =
    Dalil { $version }
    Index : { $generation }
    Passages : { $passages }
    Modèle : { $model }
reloaded = Les réponses viennent maintenant de l'index { $generation }. Personnes averties : { $told }
nothing-new = Il n'y a pas d'index plus récent que { $generation }.
invitation =
    { $places ->
        [one] Un lien qui fait entrer { $places } personne, valable une semaine :
       *[other] Un lien qui fait entrer { $places } personnes, valable une semaine :
    }
    { $link }

## Boutons et filtres

more = Plus
around = Contexte
around-number = Contexte de { $number }
why = Pourquoi ?
page-back = Précédent
page-on = Suivant
show-nearest = Montrer les passages les plus proches
drop-filters = Chercher partout

understood = Cherché seulement dans ce qui a été publié :
filter-since = depuis le { DATETIME($since, dateStyle: "long") }
filter-until = jusqu'au { DATETIME($until, dateStyle: "long") }
filter-between = du { DATETIME($since, dateStyle: "long") } au { DATETIME($until, dateStyle: "long") }
filter-source = par { $source }
not-found-filtered = Cherchez plutôt partout, ou essayez d'autres mots.
source-unknown = Aucun article ne vient de la source { $source }.
sources-near = Peut-être : { $sources }

why-sure = À mon avis, il y a { NUMBER($percent) } % de chances que les articles répondent à votre question.
why-unsure = Je n'en suis pas sûr : à mon avis, il n'y a que { NUMBER($percent) } % de chances que les articles répondent à votre question.
why-exact = Il contient exactement ces mots : { $phrases }
why-words = Il contient des mots de votre question : { $words }
why-no-words = Il ne contient aucun mot de votre question ; c'est le sens qui y a conduit.
why-meaning =
    { $passages ->
        [one] Par le sens, il est numéro { $rank } sur { $passages } passage.
       *[other] Par le sens, il est numéro { $rank } sur { $passages } passages.
    }
why-no-meaning = Il n'est pas parmi les plus proches par le sens ; ce sont ses mots qui y ont conduit.
why-spelling = Par les mots, il est numéro { $rank }.
comma = { ", " }
quote-open = { "« " }
quote-close = { " »" }

question-gone = Je ne trouve plus la question à laquelle j'ai répondu ici ; elle a peut-être été supprimée. Écrivez-la de nouveau.
asked-again = Les articles ou la question ont changé depuis cette réponse. Voici la réponse actuelle :
article-gone = Cet article n'est plus parmi les articles.
already-pressed = C'est déjà dans la discussion.
press-unknown = Ce bouton vient d'une ancienne version. Écrivez votre question de nouveau.
no-more = C'est tout ce que j'ai trouvé.
you-asked = Votre question : { $question }

language-choose = Quelle langue dois-je parler ? Les passages restent dans la langue de leurs articles.
language-chosen = Désormais, je parle français.
language-name = Français
command-language = La langue du bot

inline-hint = Écrivez votre question après mon nom
inline-not-found = Pas de réponse. Demandez-moi ici
inline-unsure = Pas sûr. Ce qui s'en approche le plus
inline-read = Lire l'article ici

## Ce que Telegram montre du bot

bot-description =
    Posez vos questions dans n'importe quelle langue : Dalil répond avec les mots mêmes des articles, le passage qui contient la réponse et un lien vers la source.
    S'il n'y a pas de réponse, il le dit.
bot-short-description = Répond à vos questions avec les mots mêmes des articles et un lien vers la source.
command-start = Ce que fait ce bot
command-help = Comment poser une question et lire une réponse
command-ask = Poser une question
command-watch = Suivre une question et m'avertir du nouveau
command-watches = Les questions suivies, à voir ou à arrêter
command-privacy = Ce qui est gardé sur vous
command-forget = Effacer tout ce qui est gardé sur moi

## Le terminal

console-start = Dalil : écrivez votre question puis Entrée. { -help } pour l'aide, Ctrl-D pour quitter.
console-prompt = Votre question
console-help =
    Écrivez votre question sur une ligne, dans n'importe quelle langue. La réponse est faite de passages des articles, dans leurs propres mots ; les plus proches de votre question y sont marqués.
    Ctrl-D pour quitter.
