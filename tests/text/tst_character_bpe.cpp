#include "core/text/character_bpe.h"

#include "tests/text/json_vocabulary.h"
#include "tests/text/token_goldens.h"

using namespace sinkscope;
using namespace token_goldens;

class TestCharacterBpe : public QObject, private JsonVocabulary {
  Q_OBJECT

 public:
  TestCharacterBpe() : JsonVocabulary("tokenizer.json") {}

 private slots:
  void init() {
    json_ = readObject(dataPath("tokens/characters.json"));
    QVERIFY(!json_.isEmpty());
    QJsonArray added = json_["added_tokens"].toArray();
    added.append(QJsonObject{{"id", 3}, {"content", "<table>"}, {"special", false}});
    json_["added_tokens"] = added;
  }

  void idsEqualHuggingFace_data() {
    QTest::addColumn<QJsonObject>("writing");
    const QJsonObject writings = readObject(dataPath("tokens/goldens.json"))["writings"].toObject();
    QVERIFY(writings.size() >= 7);
    for (const QString& name : writings.keys()) QTest::newRow(qPrintable(name)) << writings[name].toObject();
  }

  void idsEqualHuggingFace() {
    QFETCH(QJsonObject, writing);
    for (const QString& key : writing.keys()) json_[key] = writing[key];
    const QString tag = QTest::currentDataTag();
    QJsonObject model = json_["model"].toObject();
    if (tag.startsWith("unknown") || tag == "left out") model["byte_fallback"] = false;
    if (tag == "unknown") model["fuse_unk"] = false;
    if (tag == "left out") model["unk_token"] = QJsonValue();
    json_["model"] = model;
    compareGoldens(*read(), "characters.json " + tag);
  }

  void agreesWithSentencepiece() {
    const auto characters = read();
    const auto pieces = loadTokenizer(dataPath("tokens/plain.model").toStdString());
    QCOMPARE(characters->kind(), pieces->kind());
    for (const std::string prompt : {"The river rises", " two  spaces ", "한 \xE2\x96\x81 é", "a\xFF\xC3z"}) {
      QCOMPARE(characters->encode(prompt), pieces->encode(prompt));
    }
  }

  void bytesAndSpans() {
    json_["normalizer"] =
        QJsonObject{{"type", "Replace"}, {"pattern", QJsonObject{{"String", " "}}}, {"content", "\u2581"}};
    const auto tokenizer = read();
    const std::string prompt = "the river\n\n  한<table>é\xFF\x80.";
    const auto tokens = tokenizer->encode(prompt);
    comparePartition(tokens, prompt.size());
    compareBytes(tokens, prompt);
    QCOMPARE(tokenizer->decode(idsOf(tokens)), prompt);
  }

  void spaceWithoutAPiece() {  // becomes the bytes of the mark that stands for it
    BpeVocabulary vocabulary{.source = "bytes only", .byteFallback = true};
    for (int byte = 0; byte < 256; ++byte) {
      vocabulary.tokens.push_back(QString::asprintf("<0x%02X>", byte).toStdString());
    }
    const auto tokens = CharacterBpe(vocabulary).encode("a b");
    QCOMPARE(idsOf(tokens), std::vector<std::int64_t>({'a', 0xE2, 0x96, 0x81, 'b'}));
    comparePartition(tokens, 3);
  }

  void unsupported() {
    COMPARE_ERROR(readWith("normalizer", QJsonObject{{"type", "Lowercase"}}),
                  "the normalizer \"Lowercase\" is not supported");
    COMPARE_ERROR(readWith("normalizer", QJsonValue()), "how spaces are written");
    COMPARE_ERROR(readWith("pre_tokenizer", QJsonObject{{"type", "Bert"}}), "the pre-tokenizer \"Bert\"");
    QJsonObject model = json_["model"].toObject();
    model["ignore_merges"] = true;
    COMPARE_ERROR(readWith("model", model), "ignore_merges");
  }
};

QTEST_GUILESS_MAIN(TestCharacterBpe)
#include "tst_character_bpe.moc"
