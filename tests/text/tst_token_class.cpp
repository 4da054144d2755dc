#include "core/text/token_class.h"

#include <QTest>

#include <set>

using namespace sinkscope;

class TestTokenClass : public QObject {
  Q_OBJECT

 private slots:
  void classes_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("expected");
    const auto add = [](TokenClass expected, std::initializer_list<const char*> texts) {
      for (const char* text : texts)
        QTest::addRow("%s: '%s'", name(expected), text) << QByteArray(text) << static_cast<int>(expected);
    };
    add(TokenClass::Newline, {"\n", " \n", "\r\n\t", "\n\n\n"});
    add(TokenClass::Space, {" ", "   ", "\t", ""});
    add(TokenClass::Apostrophe, {"'", "’", "'s", "’ll", " '", "'),", "n't", "n’t"});
    add(TokenClass::Quote, {"\"", " \"", "“", "”", " «", "»", "‘", "\",", "\"."});
    add(TokenClass::Digit, {"1", " 20", "007", "0x"});
    add(TokenClass::Punctuation, {",", ".", "!?", " (", ")", "...", "-", "–", " — ", "…", "@", "{", "~", "\n}"});
    add(TokenClass::SpaceWord, {" the", "  The", " été", "\tx", " 語"});
    add(TokenClass::Word, {"the", "ing", "Über", "語", "\xE2\x96", "n", "nt"});
  }
  void classes() {
    QFETCH(QByteArray, bytes);
    QFETCH(int, expected);
    QCOMPARE(static_cast<int>(tokenClass({0, bytes.toStdString(), 0, 0, false})), expected);
  }

  void namesOfSpecialTokensAreNoText() {
    for (const char* text : {"<bos>", "'", " the", "\n"})
      QCOMPARE(tokenClass({0, text, 0, 0, true}), TokenClass::Special);
  }

  void everyClassHasItsPlaceAndName() {
    std::set<std::string> names;
    for (std::size_t i = 0; i < kTokenClasses.size(); ++i) {
      QCOMPARE(static_cast<std::size_t>(kTokenClasses[i]), i);
      names.insert(name(kTokenClasses[i]));
    }
    QCOMPARE(names.size(), kTokenClasses.size());
    QVERIFY(!names.contains(""));
  }
};

QTEST_GUILESS_MAIN(TestTokenClass)
#include "tst_token_class.moc"
