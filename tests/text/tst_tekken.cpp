#include "core/text/tekken.h"

#include "tests/text/json_vocabulary.h"
#include "tests/text/token_goldens.h"

using namespace sinkscope;
using namespace token_goldens;

/// A tekken.json in small; the published ones are in tst_real_tokenizers.
class TestTekken : public QObject, private JsonVocabulary {
  Q_OBJECT

 public:
  TestTekken() : JsonVocabulary("tekken.json") {}

 private slots:
  void init() {
    QJsonArray vocabulary;
    for (int byte = 0; byte < 256; ++byte) vocabulary.append(entry(byte, QByteArray(1, static_cast<char>(byte))));
    for (const char* token : {"aa", "bc", "ab", "abc", "unused"}) vocabulary.append(entry(vocabulary.size(), token));
    json_ = {{"vocab", vocabulary},
             {"config", QJsonObject{{"pattern", R"( ?\p{L}+|[^\p{L}]+)"},
                                    {"default_vocab_size", 10 + 256 + 4},
                                    {"default_num_special_tokens", 10},
                                    {"version", "v3"}}}};
  }

  void lowestRankFirst() {
    const auto tokenizer = read();
    QCOMPARE(tokenizer->size(), std::int64_t(270));
    QCOMPARE(idsOf(tokenizer->encode("aaa")), std::vector<std::int64_t>({266, 10 + 'a'}));  // the leftmost of its rank
    QCOMPARE(idsOf(tokenizer->encode("aabc")), std::vector<std::int64_t>({266, 267}));
    QCOMPARE(idsOf(tokenizer->encode("xabb")), std::vector<std::int64_t>({10 + 'x', 268, 10 + 'b'}));
    QCOMPARE(idsOf(tokenizer->encode("abc")), std::vector<std::int64_t>({269}));  // a word that is a token
    QCOMPARE(tokenizer->encode("unused").size(), std::size_t(6));                 // beyond the vocabulary's size
  }

  void specialTokens() {
    const auto unnamed = read();
    QCOMPARE(unnamed->bos(), std::optional<std::int64_t>(1));
    QCOMPARE(unnamed->eos(), std::optional<std::int64_t>(2));
    QVERIFY(unnamed->addsBos());
    QCOMPARE(unnamed->bytesOf(9), std::string("[TOOL_CALLS]"));
    QVERIFY(unnamed->isSpecial(9) && !unnamed->isSpecial(10));
    QCOMPARE(idsOf(unnamed->encode("[INST]a", {.parseSpecial = true})), std::vector<std::int64_t>({3, 10 + 'a'}));
    QCOMPARE(unnamed->encode("[INST]a").size(), std::size_t(7));
    json_["special_tokens"] = QJsonArray{QJsonObject{{"rank", 4}, {"token_str", "<s>"}, {"is_control", true}}};
    QCOMPARE(read()->bos(), std::optional<std::int64_t>(4));
    QCOMPARE(read()->bytesOf(9), std::string("<SPECIAL_9>"));
    QCOMPARE(read()->eos(), std::optional<std::int64_t>());
  }

  void invalidBytes() {
    const std::string prompt = "a\xFF\xC3z";
    const auto tokens = read()->encode(prompt);
    comparePartition(tokens, prompt.size());
    compareBytes(tokens, prompt);
  }

  void brokenFiles() {
    COMPARE_ERROR(readText("{"), "it is no JSON");
    COMPARE_ERROR(readText("{}"), "config");
    QJsonObject config = json_["config"].toObject();
    config["default_vocab_size"] = 10;
    COMPARE_ERROR(readWith("config", config), "expected more tokens than special ones");
    config["default_vocab_size"] = 300;
    COMPARE_ERROR(readWith("config", config), "no token of rank 261");
    QJsonArray vocabulary = json_["vocab"].toArray();
    vocabulary[7] = QJsonObject{{"rank", 7}, {"token_bytes", "?"}};
    COMPARE_ERROR(readWith("vocab", vocabulary), "token_bytes of the token of rank 7 is not base64");
    COMPARE_ERROR(readWith("special_tokens", QJsonArray{QJsonObject{{"rank", 10}, {"token_str", "x"}}}),
                  "special_tokens has the rank 10");
  }

 private:
  static QJsonObject entry(qsizetype rank, const QByteArray& bytes) {
    return {{"rank", rank}, {"token_bytes", QString::fromLatin1(bytes.toBase64())}};
  }
};

QTEST_GUILESS_MAIN(TestTekken)
#include "tst_tekken.moc"
