#include "core/text/sentencepiece_tokenizer.h"

#include "tests/text/token_goldens.h"

using namespace sinkscope;
using namespace token_goldens;

namespace {

std::shared_ptr<const Tokenizer> load(const QString& name) {
  return loadTokenizer(dataPath("tokens/" + name).toStdString());
}

}  // namespace

class TestSentencepieceTokenizer : public QObject {
  Q_OBJECT

 private slots:
  void idsEqualSentencepiece() { compareGoldens(*load("plain.model"), "plain.model"); }
  void idsOfFoldedText() { compareGoldens(*load("folding.model"), "folding.model"); }
  void idsFromGguf() { compareGoldens(*load("plain.gguf"), "plain.model"); }

  void ownEncoderAgreesWithTheLibrary() {
    QFile file(dataPath("tokens/plain.model"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const SentencepieceTokenizer library(file.readAll().toStdString(), "plain.model", std::nullopt);
    const auto own = load("plain.model");
    QVERIFY(dynamic_cast<const SentencepieceTokenizer*>(own.get()) == nullptr);
    QCOMPARE(own->bos(), library.bos());
    QCOMPARE(own->eos(), library.eos());
    QCOMPARE(own->addsBos(), library.addsBos());
    QCOMPARE(own->size(), library.size());
    for (std::int64_t id = 0; id < own->size(); ++id) {
      QCOMPARE(own->bytesOf(id), library.bytesOf(id));
      QCOMPARE(own->isSpecial(id), library.isSpecial(id));
    }
    const std::string texts[] = {"the river", " two  spaces ",  "<table>first",           "a<table> b\n\n\n",
                                 "<s>x</s>",  "\u2581 \u2581a", "ab\xFF\xFE the\xE2\x96", "\n\n"};
    for (const std::string& prompt : texts) {
      QCOMPARE(own->encode(prompt), library.encode(prompt));
      QCOMPARE(own->encode(prompt, {.addBos = true, .parseSpecial = true}),
               library.encode(prompt, {.addBos = true, .parseSpecial = true}));
    }
  }

  void facts() {
    for (const char* name : {"plain.model", "plain.gguf"}) {
      const auto tokenizer = load(name);
      QCOMPARE(tokenizer->kind(), std::string("sentencepiece"));
      QCOMPARE(tokenizer->bos(), std::optional<std::int64_t>(1));
      QCOMPARE(tokenizer->eos(), std::optional<std::int64_t>(2));
      QVERIFY(tokenizer->addsBos());
      QCOMPARE(tokenizer->bytesOf(0), std::string("<unk>"));
      QVERIFY(tokenizer->isSpecial(1) && !tokenizer->isSpecial(3));
      COMPARE_ERROR(tokenizer->bytesOf(-1), "outside the vocabulary");
      COMPARE_ERROR(tokenizer->bytesOf(tokenizer->size()), "outside the vocabulary");
    }
  }

  void bytesAndSpans() {
    const auto tokenizer = load("plain.model");
    const std::string prompt = "river  é<table>\n\n한x";
    const auto tokens = tokenizer->encode(prompt, {.addBos = true});
    comparePartition(tokens, prompt.size());
    QVERIFY(tokens[0].special);
    QCOMPARE(tokens[0].bytes, std::string("<s>"));
    std::string joined;
    for (std::size_t i = 1; i < tokens.size(); ++i) joined += tokens[i].bytes;
    QCOMPARE(joined, " " + prompt);  // LLaMa's space before the text
    const auto table = std::find_if(tokens.begin(), tokens.end(), [](const Token& t) { return t.bytes == "<table>"; });
    QVERIFY(table != tokens.end());
    QCOMPARE(prompt.substr(table->begin, table->end - table->begin), std::string("<table>"));
    for (const Token& token : tokens) {  // a character's bytes have one byte of the prompt each
      if (token.bytes.size() == 1 && static_cast<unsigned char>(token.bytes[0]) >= 0x80) {
        QCOMPARE(token.end - token.begin, std::size_t(1));
        QCOMPARE(token.bytes[0], prompt[token.begin]);
      }
    }
  }

  void invalidBytes() {
    const auto tokenizer = load("plain.model");
    const std::string prompt = "ab\xFF\xFE the\xE2\x96";
    const auto tokens = tokenizer->encode(prompt);
    comparePartition(tokens, prompt.size());
    QCOMPARE(tokenizer->decode(idsOf(tokens)), " " + prompt);
    const auto folded = load("folding.model")->encode(prompt);  // no bytes in this vocabulary: unknown
    comparePartition(folded, prompt.size());
    QVERIFY(std::any_of(folded.begin(), folded.end(), [](const Token& t) { return t.id == 0 && t.special; }));
  }

  void specialTokensAreTextUnlessAskedFor() {
    const auto tokenizer = load("plain.model");
    const std::string prompt = "a <s> b</s>";
    for (const Token& token : tokenizer->encode(prompt)) QVERIFY(!token.special);
    const auto tokens = tokenizer->encode(prompt, {.parseSpecial = true});
    comparePartition(tokens, prompt.size());
    const auto ids = idsOf(tokens);
    QCOMPARE(std::count(ids.begin(), ids.end(), 1), 1);
    QCOMPARE(ids.back(), 2);
    QVERIFY(tokens.back().special);
    QCOMPARE(tokens.back().begin, std::size_t(7));
  }

  void limit() {
    const auto tokenizer = load("plain.model");
    const auto all = tokenizer->encode("the river rises", {.addBos = true});
    const auto cut = tokenizer->encode("the river rises", {.addBos = true, .limit = 3});
    QCOMPARE(cut, std::vector<Token>(all.begin(), all.begin() + 3));
    QCOMPARE(tokenizer->encode("", {}), std::vector<Token>());
  }

  void brokenModels() {
    COMPARE_ERROR(SentencepieceTokenizer(std::string("\x0A\x7F"), "broken.model", true), "broken.model");
    COMPARE_ERROR(SentencepieceTokenizer(std::string(), "empty.model", true), "no pieces");
    COMPARE_ERROR(SentencepieceTokenizer(std::string(40, '\xFF'), "broken.model", true), "broken.model");
    SentencepieceModel twice;
    twice.pieces = {{"<unk>", 0, PieceType::unknown}, {"a", 0, PieceType::normal}, {"a", 0, PieceType::normal}};
    COMPARE_ERROR(SentencepieceTokenizer(twice, "twice.gguf", true), "twice.gguf: sentencepiece rejects");
    SentencepieceModel noBos;
    noBos.pieces = {{"<unk>", 0, PieceType::unknown}, {"a", 0, PieceType::normal}};
    noBos.bos = -1;
    const SentencepieceTokenizer tokenizer(noBos, "no bos", false);
    COMPARE_ERROR(tokenizer.encode("a", {.addBos = true}), "no <bos>");
  }

  void everyCutOfAModelIsRejectedOrRead() {
    QFile file(dataPath("tokens/plain.model"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const std::string whole = file.readAll().toStdString();
    int rejected = 0;
    for (std::size_t size = 0; size < whole.size(); size += 37) {
      const std::string cut = whole.substr(0, size);
      rejected += !errorOf([&] { SentencepieceTokenizer(cut, "cut.model", true).encode("the river"); }).empty();
    }
    QVERIFY(rejected > 100);
  }
};

QTEST_GUILESS_MAIN(TestSentencepieceTokenizer)
#include "tst_sentencepiece_tokenizer.moc"
