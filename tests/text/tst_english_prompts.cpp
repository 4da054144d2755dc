#include "core/model/demo_models.h"
#include "core/text/english_prompts.h"
#include "core/text/prompts.h"
#include "core/text/tokenizer.h"

#include <QStringDecoder>
#include <QTest>

#include <set>
#include <sstream>

using namespace sinkscope;

/// The passages that a report measures by default.
class TestEnglishPrompts : public QObject {
  Q_OBJECT

  static std::set<std::string> wordsOf(const std::string& text) {
    std::istringstream words(text);
    return {std::istream_iterator<std::string>(words), {}};
  }

 private slots:
  void theFileIsInTheProgram() {
    QCOMPARE(englishPrompts().size(), std::size_t{170});
    QCOMPARE(englishPrompts(), readPrompts(SINKSCOPE_SOURCE "/resources/prompts/english.txt"));
  }

  void theyAreCleanText() {
    for (const std::string& prompt : englishPrompts()) {
      QStringDecoder decoder(QStringDecoder::Utf8);
      const QString text = decoder(QByteArray::fromStdString(prompt));
      QVERIFY2(!decoder.hasError(), prompt.c_str());
      QCOMPARE(text, text.simplified());
      QVERIFY2(text[0].isUpper() || text[0].isPunct(), prompt.c_str());
      QVERIFY2(QStringLiteral(".?!\"'").contains(text.back()), prompt.c_str());
    }
  }

  /// No two share half of their words: none is there twice, or nearly.
  void noTwoAreAlike() {
    std::vector<std::set<std::string>> words;
    for (const std::string& prompt : englishPrompts()) words.push_back(wordsOf(prompt));
    for (std::size_t i = 0; i < words.size(); ++i)
      for (std::size_t j = 0; j < i; ++j) {
        std::size_t common = 0;
        for (const std::string& word : words[i]) common += words[j].count(word);
        QVERIFY2(2 * common < std::min(words[i].size(), words[j].size()), englishPrompts()[i].c_str());
      }
  }

  /// With T = 64 none is the shorter for it, in either demo model's vocabulary.
  void theyAreLongEnough_data() {
    QTest::addColumn<QString>("model");
    for (const DemoModel& model : demoModels()) QTest::newRow(model.name.c_str()) << QString::fromStdString(model.name);
  }
  void theyAreLongEnough() {
    QFETCH(QString, model);
    const auto tokenizer = loadTokenizer(resolveModel(model.toStdString()));
    for (const std::string& prompt : englishPrompts()) {
      const std::size_t tokens = tokenizer->encode(prompt).size();
      QVERIFY2(tokens >= 75, (std::to_string(tokens) + " tokens: " + prompt).c_str());
    }
  }
};

QTEST_GUILESS_MAIN(TestEnglishPrompts)
#include "tst_english_prompts.moc"
