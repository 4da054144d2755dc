#include "core/text/byte_level_bpe.h"

#include "tests/text/json_vocabulary.h"
#include "tests/text/token_goldens.h"

#include <chrono>
#include <thread>

using namespace sinkscope;
using namespace token_goldens;

class TestByteLevelBpe : public QObject, private JsonVocabulary {
  Q_OBJECT

 public:
  TestByteLevelBpe() : JsonVocabulary("tokenizer.json") {}

 private slots:
  void init() {
    json_ = readObject(dataPath("tokens/bytes.json"));
    QVERIFY(!json_.isEmpty());
  }

  void idsEqualHuggingFace_data() {
    QTest::addColumn<QJsonObject>("preTokenizer");
    const QJsonObject variants = readObject(dataPath("tokens/goldens.json"))["pre_tokenizers"].toObject();
    for (const QString& name : variants.keys()) QTest::newRow(qPrintable(name)) << variants[name].toObject();
  }

  void idsEqualHuggingFace() {
    QFETCH(QJsonObject, preTokenizer);
    json_["pre_tokenizer"] = preTokenizer;
    compareGoldens(*read(), QStringLiteral("bytes.json ") + QTest::currentDataTag());
  }

  void normalizersAndAddedTokens_data() {
    QTest::addColumn<QJsonObject>("change");
    const QJsonObject changes = readObject(dataPath("tokens/goldens.json"))["changes"].toObject();
    QVERIFY(changes.size() >= 7);
    for (const QString& name : changes.keys()) QTest::newRow(qPrintable(name)) << changes[name].toObject();
  }

  void normalizersAndAddedTokens() {
    QFETCH(QJsonObject, change);
    for (const QString& key : change.keys()) json_[key] = change[key];
    compareGoldens(*read(), QStringLiteral("bytes.json ") + QTest::currentDataTag());
  }

  void idsWithSpecialTokens() { compareGoldens(*read(), "bytes.json with special tokens", {.parseSpecial = true}); }

  void vocabularyWithMergesBeside() {
    writeFile("vocab.json", QJsonDocument(json_["model"].toObject()["vocab"].toObject()).toJson());
    QByteArray merges = "#version: 0.2\n";
    for (const auto& merge : json_["model"].toObject()["merges"].toArray()) {
      merges += merge.isArray() ? (merge.toArray()[0].toString() + " " + merge.toArray()[1].toString()).toUtf8()
                                : merge.toString().toUtf8();
      merges += "\n";
    }
    writeFile("merges.txt", merges);
    writeFile("added_tokens.json", R"({"<table>": 420, "\n\n": 421})");
    writeFile("tokenizer_config.json", R"({"bos_token": "<|end|>", "eos_token": "<|end|>", "add_bos_token": true})");
    QFile::remove(folder_.filePath("tokenizer.json"));
    const auto tokenizer = loadTokenizer(folder_.path().toStdString());
    compareGoldens(*tokenizer, "bytes.json gpt-2");
    QCOMPARE(tokenizer->bos(), std::optional<std::int64_t>(0));
    QVERIFY(tokenizer->addsBos() && tokenizer->isSpecial(0) && !tokenizer->isSpecial(420));
    for (const char* name : {"vocab.json", "merges.txt", "added_tokens.json", "tokenizer_config.json"}) {
      QVERIFY(QFile::remove(folder_.filePath(name)));
    }
  }

  void gguf() {
    const auto tokenizer = loadTokenizer(dataPath("tokens/bytes.gguf").toStdString());
    compareGoldens(*tokenizer, "bytes.json gpt-2");
    QCOMPARE(tokenizer->kind(), std::string("byte-level BPE"));
    QCOMPARE(tokenizer->bos(), std::optional<std::int64_t>(1));
    QCOMPARE(tokenizer->eos(), std::optional<std::int64_t>(0));
    QVERIFY(tokenizer->addsBos());
  }

  void preTokenizersByName_data() {
    QTest::addColumn<QString>("golden");
    for (const char* name : {"gpt-2", "smollm", "llama-bpe", "qwen2"}) QTest::newRow(name) << name;
    QTest::newRow("default") << "gpt-2";
  }

  void preTokenizersByName() {
    QFETCH(QString, golden);
    const QJsonObject variant = readObject(dataPath("tokens/goldens.json"))["pre_tokenizers"].toObject();
    json_["pre_tokenizer"] = variant[golden].toObject();
    const auto expected = read();
    const auto named = PreTokenizer::named(QTest::currentDataTag(), "test");
    const std::string prompt = "It's 1234½ o'clock,\n\n   don'T\tstop!! \u3000x\u00A0 y  ";
    std::vector<TextSpan> words;
    named.appendWords(words, prompt);
    std::size_t at = 0;
    std::vector<std::int64_t> ids;
    for (const TextSpan& word : words) {
      QCOMPARE(word.begin, at);
      at = word.end;
      const auto tokens = expected->encode(prompt.substr(word.begin, word.end - word.begin));
      for (const auto id : idsOf(tokens)) ids.push_back(id);
    }
    QCOMPARE(at, prompt.size());
    QCOMPARE(text(ids), text(idsOf(expected->encode(prompt))));
  }

  void unknownPreTokenizer() {
    COMPARE_ERROR(PreTokenizer::named("whatever", "file.gguf"), "file.gguf: the pre-tokenizer \"whatever\"");
  }

  void ends() {
    const auto tokenizer = read();
    QCOMPARE(tokenizer->bos(), std::optional<std::int64_t>(1));  // the post-processor puts it first
    QVERIFY(tokenizer->addsBos());
    QCOMPARE(tokenizer->eos(), std::optional<std::int64_t>());
    writeFile("tokenizer_config.json", R"({"bos_token": {"content": "<|end|>"}, "eos_token": "<|im_start|>"})");
    QCOMPARE(read()->bos(), std::optional<std::int64_t>(0));
    QCOMPARE(read()->eos(), std::optional<std::int64_t>(1));
    QVERIFY(!read()->addsBos());
    QVERIFY(QFile::remove(folder_.filePath("tokenizer_config.json")));
  }

  void invalidBytes() {
    const auto tokenizer = read();
    std::string prompt = "ab\xFF\xFE the\xE2\x96";
    for (int byte = 255; byte >= 0; --byte) prompt += static_cast<char>(byte);
    const auto tokens = tokenizer->encode(prompt);
    comparePartition(tokens, prompt.size());
    compareBytes(tokens, prompt);
    QCOMPARE(tokenizer->decode(idsOf(tokens)), prompt);
  }

  void vocabularyWithoutSomeBytes() {
    BpeVocabulary vocabulary{.source = "few", .tokens = {"a", "b", "ab", "?"}, .merges = {{"a", "b"}}};
    const auto left = ByteLevelBpe(vocabulary).encode("xaxbz");  // as Hugging Face: what is left out joins the rest
    QCOMPARE(idsOf(left), std::vector<std::int64_t>({2}));
    comparePartition(left, 5);
    vocabulary.unknown = 3;
    QCOMPARE(idsOf(ByteLevelBpe(vocabulary).encode("xabb")), std::vector<std::int64_t>({3, 2, 1}));
  }

  void mergesGoByRankThenFromTheLeft() {
    const BpeVocabulary vocabulary{.source = "ranks",
                                   .tokens = {"a", "b", "c", "bc", "ab", "aa", "aaa"},
                                   .merges = {{"b", "c"}, {"a", "b"}, {"a", "a"}, {"aa", "a"}}};
    const ByteLevelBpe bpe(vocabulary);
    QCOMPARE(idsOf(bpe.encode("abc")), std::vector<std::int64_t>({0, 3}));
    QCOMPARE(idsOf(bpe.encode("abb")), std::vector<std::int64_t>({4, 1}));
    QCOMPARE(idsOf(bpe.encode("aaaaa")), std::vector<std::int64_t>({5, 6}));
  }

  void brokenFiles() {
    COMPARE_ERROR(readText("{"), "is not a tokenizer.json as expected");
    COMPARE_ERROR(readText("{}"), "model");
    COMPARE_ERROR(readText(R"({"model": {"type": "WordPiece"}})"), "\"WordPiece\" is not supported");
    COMPARE_ERROR(
        readWith("pre_tokenizer", QJsonObject{{"type", "Sequence"},
                                              {"pretokenizers", QJsonArray{QJsonObject{{"type", "Bert"}},
                                                                           QJsonObject{{"type", "ByteLevel"}}}}}),
        "the pre-tokenizer \"Bert\"");
    COMPARE_ERROR(readWith("normalizer", QJsonObject{{"type", "Lowercase"}}), "the normalizer \"Lowercase\"");
    QJsonObject model = json_["model"].toObject();
    model["merges"] = QJsonArray{"a nowhere"};
    COMPARE_ERROR(readWith("model", model), "names \"nowhere\", which is not in the vocabulary");
    model["merges"] = QJsonArray{"nospace"};
    COMPARE_ERROR(readWith("model", model), "\"nospace\" is not two tokens");
    model["vocab"] = QJsonObject{{"a", 1e9}};
    COMPARE_ERROR(readWith("model", model), "1000000000");
    COMPARE_ERROR(loadTokenizer(folder_.filePath("nothing.gguf").toStdString()), "does not exist");
    COMPARE_ERROR(loadTokenizer(dataPath("models").toStdString()), "has no tokenizer");
  }

  void longWordsAreFast() {
    const auto tokenizer = read();
    std::string prompt;
    for (int i = 0; i < 200'000; ++i) prompt += static_cast<char>('a' + i * 7 % 23 % 19);
    prompt += std::string(200'000, ' ');
    const auto start = std::chrono::steady_clock::now();
    const auto tokens = tokenizer->encode(prompt);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    comparePartition(tokens, prompt.size());
    QVERIFY2(seconds.count() < 5, "a quadratic encoder takes minutes here");
  }

  void threadsShareATokenizer() {
    const auto tokenizer = read();
    const std::string prompt = "The river rises in the mountains, 1234 times.";
    const auto expected = tokenizer->encode(prompt);
    std::array<int, 4> differences{};
    std::vector<std::thread> threads;
    for (int& count : differences) {
      threads.emplace_back([&] {
        for (int i = 0; i < 200; ++i) count += tokenizer->encode(prompt) != expected;
      });
    }
    for (auto& thread : threads) thread.join();
    for (const int count : differences) QCOMPARE(count, 0);
  }
};

QTEST_GUILESS_MAIN(TestByteLevelBpe)
#include "tst_byte_level_bpe.moc"
