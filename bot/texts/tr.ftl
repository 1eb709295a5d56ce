## Sohbet

-ask = /ask
-help = /help

about =
    Hoş geldiniz. Ben Dalil.
    Bana istediğiniz dilde sorun; makalelerin kendi sözleriyle yanıt veririm: yanıtın bulunduğu bölüm, belirleyici sözcükler kalın yazılmış olarak, yanında da kaynağın bağlantısı.
    Makalelerde yanıt yoksa bunu söylerim.

    Sorunuzu şimdi yazın ya da daha fazlası için { -help } gönderin.
help =
    Nasıl sorulur
    • Bu sohbette: sorunuzu istediğiniz dilde yazmanız yeter.
    • Bir grupta: { -ask } ve sorunuzu yazın, { $bot } yazarak benden bahsedin ya da bir mesajımı yanıtlayın. Bunların dışında hiçbir şeye karışmam.
    • Tırnak içindeki sözcükler, «…» veya "…", bölümde ya da başlığında aynen geçmelidir.
    • Aramayı daraltmak için yazın: since:2017, until:2018-03, kaynak:Ad.
    • Herhangi bir sohbette: { $bot } ve sorunuzu yazın, sonra gönderilecek bölümü seçin.
    • Sorunuzu düzenlerseniz yeniden yanıtlarım.

    Yanıt nasıl okunur
    • Alıntılanan her şey makalelerin kendi metnidir; sorunuza en yakın cümle kalın yazılır, içinde sizin sözcüklerinizin altı çizilidir.
    • Tamamını görmek için bölüme, makaleyi yerinde okumak için kaynak bağlantısına dokunun.
    • Düğmeler başka bölümleri, bir bölümün bağlamını ve neden seçildiğini gösterir.
ask-empty = Sorunuzu { -ask } komutundan sonra, aynı mesajda yazın.
question-too-long = Sorunuz arayabileceğimden uzun. Lütfen en çok { $limit } karaktere indirip yeniden gönderin.
text-only = Yalnızca yazılı mesajları anlıyorum. Lütfen sorunuzu yazın.
unknown-command = Bu komutu bilmiyorum. Sorunuzu yazın ya da { -help } gönderin.
answer-failed = Bu kez yanıt veremedim; hata bende. Lütfen biraz sonra yeniden sorun.

## Yanıt

not-found = Bu makaleler sorunuzu yanıtlamıyor.
not-found-advice = Başka sözcükler deneyin ya da sorduğunuz şeyi adıyla yazın.
unsure = Bu makalelerin sorunuzu yanıtladığından emin değilim. En yakını:
not-held = Bu sözcüklerin aynen geçtiği bir bölüm yok: { $phrases }
not-held-advice = Yazılışlarını denetleyin, tırnak içine daha az sözcük koyun ya da anlama göre aramak için tırnakları kaldırın.
nearest = En yakını, ama yanıt değil:
undated = Tarihi olmadığı için dışarıda bırakılan makale: { $count }
published = { DATETIME($day, dateStyle: "long") }
published-about = yaklaşık { DATETIME($day, dateStyle: "long") }
open-source = Kaynağı aç
source-number = Kaynak { $number }
no-date = Tarihsiz
no-link = Bu kaynağın bağlantısı yok
untitled = Başlıksız
also = ayrıca:
also-others =
    { $count ->
        [one] bir makale daha
       *[other] { $count } makale daha
    }

## Oylar ve gizlilik

-privacy = /privacy
-forget = /forget

vote-taken = Teşekkürler, not ettim.
vote-too-late = Bu yanıt artık hatırlamadığım kadar eski. Lütfen yeniden sorun.
consent-asked = Sorunuzu oyunuzla birlikte saklayabilir miyim? Bu, yanıtları iyileştirmeye yardım eder; { -privacy } ile istediğiniz zaman vazgeçebilirsiniz.
consent-yes = Evet, sakla
consent-no = Hayır
consent-given = Teşekkürler. Bundan sonra sorunuzu oyunuzla birlikte saklıyorum.
consent-none = Sorularınızı saklamıyorum; oylarınızla birlikte saklananlar silindi.
privacy =
    Hakkınızda ne saklanır?
    • Sorunuz: yanıtlayana kadar diskte durur, sonra silinir. Günlüğe yazılmaz.
    • Her yanıtla birlikte: Telegram kimlik numaranız, yanıtı veren makaleler ve güven derecesi; sözleriniz olmadan, doksan gün.
    • 👍 ve 👎 ile verdiğiniz oy; yanında sorunuz, yalnızca izin verirseniz.
    • İzlememi istediğiniz sorular, siz bitirene kadar.
    • Seçtiğiniz dil ve hangi mesajın sizin hangi mesajınıza yanıt olduğu.
    Burada yazdığımız her şey Telegram sunucularından geçer. Hakkınızda sakladığım her şeyi silmek için { -forget } gönderin.
privacy-logged =
    Hakkınızda ne saklanır?
    • Sorunuz: bu botun sahibi, soruların metnini günlüğüne yazmayı seçti.
    • Her yanıtla birlikte: Telegram kimlik numaranız, yanıtı veren makaleler ve güven derecesi; doksan gün.
    • 👍 ve 👎 ile verdiğiniz oy; yanında sorunuz, yalnızca izin verirseniz.
    • İzlememi istediğiniz sorular, siz bitirene kadar.
    • Seçtiğiniz dil ve hangi mesajın sizin hangi mesajınıza yanıt olduğu.
    Burada yazdığımız her şey Telegram sunucularından geçer. Hakkınızda günlük dışında sakladıklarımı silmek için { -forget } gönderin.
privacy-consented = Sorularınızı oylarınızla birlikte saklamama izin verdiniz. Devam edeyim mi?
privacy-not-consented = Sorularınız oylarınızla birlikte saklanmıyor. Saklayabilir miyim?
forgotten = Hakkınızda sakladığım her şeyi sildim. Oylar: { $votes }. İzlenen sorular: { $watches }. Bu bota davetliyseniz hâlâ davetlisiniz.

## Kime, ne sıklıkta yanıt verilir

not-admitted = Bu bot yalnızca davetliler içindir. Girmek için sahibine Telegram kimlik numaranızı verin: { $person }
too-many-questions = Çok hızlı sordunuz! Herkese dakikada { $most } soru yanıtlıyorum. Lütfen { $wait } saniye sonra yeniden sorun.
busy = Şu anda yanıtlayabileceğimden çok soru var. Lütfen bir dakika sonra yeniden sorun.

## İzlenen sorular

-watch = /watch
-watches = /watches

watch-empty = İzlenecek soruyu { -watch } komutundan sonra, aynı mesajda yazın.
watch-kept = Bu soruyu izleyeceğim ve onu yanıtlayan her yeni makaleyi size bir kez bildireceğim. Sizin için izlediklerimi görmek ya da bitirmek için { -watches } gönderin.
watch-too-many =
    { $most ->
        [0] Bu bot soru izlemez.
       *[other] Sizin için { $most } soru izliyorum, daha fazlasını izleyemem. Lütfen önce { -watches } ile birini bitirin.
    }
watch-list = Sizin için izlediğim sorular. Birini bitirmek için numarasına dokunun:
watch-none = Sizin için izlediğim soru yok. Bir soruyu izletmek için { -watch } ve soruyu gönderin.
watch-ended = İzlemeyi bitirdim.
watch-unknown = Bu soruyu artık izlemiyordum.
watch-news = Sizin için izlediğim soruyla ilgili yenilik var: { $question }

## Botu işletenler için

stats =
    Başlangıçtan beri:
    • yanıtlanan: { $found }
    • emin olunmadan yanıtlanan: { $unsure }
    • yanıtsız: { $missed }
    • başarısız: { $failed }
    • alınmayan: { $limited }
    • şu anda bekleyen: { $waiting }
    Saklanan: 👍 { $good } · 👎 { $bad } · izlenen soru { $watches } · davetli { $guests }
version =
    Dalil { $version }
    Dizin: { $generation }
    Bölüm: { $passages }
    Model: { $model }
reloaded = Yanıtlar artık { $generation } dizininden geliyor. Yenilik bildirilen: { $told }
nothing-new = { $generation } dizininden yenisi yok.
invitation =
    Bir hafta geçerli, { $places } kişiyi içeri alan bağlantı:
    { $link }

## Düğmeler ve süzgeçler

more = Daha fazla
around = Bağlam
around-number = Bağlam { $number }
why = Neden bu?
page-back = Önceki
page-on = Sonraki
show-nearest = En yakın bölümleri göster
drop-filters = Her yerde ara

understood = Arama şununla sınırlandı:
filter-since = { DATETIME($since, dateStyle: "long") } tarihinden beri
filter-until = { DATETIME($until, dateStyle: "long") } tarihine kadar
filter-between = { DATETIME($since, dateStyle: "long") } – { DATETIME($until, dateStyle: "long") } arası
filter-source = kaynak: { $source }
not-found-filtered = Bunun yerine her yerde arayın ya da başka sözcükler deneyin.
source-unknown = { $source } kaynağından hiç makale yok.
sources-near = Belki: { $sources }

why-sure = Bence makalelerin sorunuzu yanıtlama olasılığı %{ NUMBER($percent) }.
why-unsure = Emin değilim: bence makalelerin sorunuzu yanıtlama olasılığı yalnızca %{ NUMBER($percent) }.
why-exact = Şu sözcükler aynen geçiyor: { $phrases }
why-words = Sorunuzun şu sözcükleri geçiyor: { $words }
why-no-words = Sorunuzun hiçbir sözcüğü geçmiyor; bölümü anlamından buldum.
why-meaning =
    { $passages ->
        [one] Anlam yakınlığında tek bölüm içinde { $rank }. sırada.
       *[other] Anlam yakınlığında { $passages } bölüm içinde { $rank }. sırada.
    }
why-no-meaning = Anlamca en yakınlar arasında değil; bölümü sözcüklerinden buldum.
why-spelling = Sözcük eşleşmesinde { $rank }. sırada.
comma = { ", " }
quote-open = “
quote-close = ”

question-gone = Burada yanıtladığım soruyu bulamıyorum; silinmiş olabilir. Lütfen yeniden yazın.
asked-again = O yanıttan sonra makaleler ya da soru değişti. Şimdiki yanıt:
article-gone = Bu makale artık makaleler arasında değil.
already-pressed = Bu zaten sohbette.
press-unknown = Bu düğme eski bir sürümden kalma. Lütfen sorunuzu yeniden yazın.
no-more = Bulduklarımın hepsi bu.
you-asked = Sorunuz: { $question }

language-choose = Hangi dilde konuşayım? Bölümler, makalelerin kendi dilinde kalır.
language-chosen = Bundan sonra Türkçe konuşuyorum.
language-name = Türkçe
command-language = Botun dili

inline-hint = Sorunuzu adımdan sonra yazın
inline-not-found = Makalelerde yanıt yok. Bana burada sorun
inline-unsure = Emin değilim. Makalelerdeki en yakını
inline-read = Makaleyi burada oku

## Telegram'ın bot hakkında gösterdikleri

bot-description =
    İstediğiniz dilde sorun: Dalil makalelerin kendi sözleriyle, yanıtın bulunduğu bölüm ve kaynağının bağlantısıyla yanıt verir.
    Yanıt yoksa bunu söyler.
bot-short-description = Sorularınızı makalelerin kendi sözleriyle ve kaynak bağlantısıyla yanıtlar.
command-start = Bu bot ne yapar
command-help = Nasıl sorulur, yanıt nasıl okunur
command-ask = Bir soru sor
command-watch = Bir soruyu izle ve yenilikleri bildir
command-watches = İzlenen sorular: gör ya da bitir
command-privacy = Hakkınızda ne saklanır
command-forget = Hakkımda saklanan her şeyi sil

## Uçbirim

console-start = Dalil: sorunuzu yazıp Enter'a basın. Yardım için { -help }, çıkmak için Ctrl-D.
console-prompt = Sorunuz
console-help =
    Sorunuzu istediğiniz dilde, tek satırda yazın. Yanıt, makalelerden kendi sözleriyle alınmış bölümlerdir; sorunuza en yakın sözcükler işaretlidir.
    Çıkmak için Ctrl-D.
