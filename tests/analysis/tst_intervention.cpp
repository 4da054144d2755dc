#include "core/analysis/intervention.h"
#include "core/error.h"
#include "tests/compare.h"

#include <QTest>

using namespace sinkscope;

/// The notation of interventions: what stands in requests, run files and on the command line.
class TestIntervention : public QObject {
  Q_OBJECT

 private slots:
  void notationGoesThereAndBack_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("title");
    const auto row = [](const char* text, const char* title) {
      QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(title);
    };
    row("remove", "output of all heads set to 0");
    row("remove=mean:3.2,5.*", "output of heads 3.2, 5.* replaced by the mean");
    row("remove=noise:0-2.1@4-9,12", "output of heads 0-2.1 replaced by noise, queries 4-9, 12");
    row("remove=shuffle:*.0", "output of heads *.0 replaced by another token's");
    row("hide:2.7", "<bos> hidden from heads 2.7");
    row("value", "value of <bos> set to 0");
    row("value=0.5:*.1@0,3", "value of tokens 0, 3 times 0.5, heads *.1");
    row("value=-1", "value of <bos> times -1");
    row("off-by-one", "softmax-off-by-one");
    row("first= and", "\"·and\" in the place of <bos>");
    row("prepend=a=b:c@1", "\"a=b:c@1\" before <bos>");
    row("window=64", "cache of the last 64 keys");
    row("window=64+4", "cache of the last 64 keys and the first 4");
  }
  void notationGoesThereAndBack() {
    QFETCH(QString, text);
    QFETCH(QString, title);
    const Intervention parsed = parseIntervention(text.toStdString());
    QCOMPARE(QString::fromStdString(toString(parsed)), text);
    QVERIFY(parseIntervention(toString(parsed)) == parsed);
    QCOMPARE(QString::fromStdString(interventionTitle(parsed, "<bos>")), title);
  }

  void headsAreFound() {
    const Intervention some = parseIntervention("remove:3.2,5-6.*,*.0");
    QVERIFY(some.contains(3, 2) && some.contains(5, 7) && some.contains(6, 1) && some.contains(11, 0));
    QVERIFY(!some.contains(3, 1) && !some.contains(4, 2) && !some.contains(7, 1));
    QVERIFY(parseIntervention("remove").contains(40, 40) && parseIntervention("remove:*").contains(0, 0));
  }

  void wrongOnesGetASentence_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char* text, const char* expected) { QTest::newRow(text) << text << expected; };
    row("", "expected remove, hide");
    row("drop", "expected remove, hide");
    row("remove=half", "expected zero, mean, noise or shuffle");
    row("remove=0.5", "expected zero, mean, noise or shuffle");
    row("value=half", "expected zero, mean, noise, shuffle or a factor");
    row("remove:3", "expected heads such as 3.2");
    row("remove:3.x", "expected heads such as 3.2");
    row("remove:5-3.1", "expected heads such as 3.2");
    row("hide@-2", "expected positions such as 0, 4-9");
    row("hide=zero", "expected no =");
    row("first", "expected a token behind first=");
    row("first=", "expected a token behind first=");
    row("window", "expected window=LAST or window=LAST+FIRST");
    row("window=0", "expected the number of last keys");
    row("window=8+", "expected the number of last keys");
    row("window=8:1.1", "expected no heads and no positions");
  }
  void wrongOnesGetASentence() {
    QFETCH(QString, text);
    QFETCH(QString, expected);
    try {
      parseIntervention(text.toStdString());
      QFAIL("was taken");
    } catch (const Error& error) {
      const QString sentence = QString::fromUtf8(error.what());
      QVERIFY2(sentence.contains("\"" + text + "\"") && sentence.contains(expected), qPrintable(sentence));
    }
  }

  void headsThatAreNotThereGetASentence() {
    ModelConfig config;
    config.layers = 4;
    config.heads = 2;
    checkHeads(parseIntervention("remove:3.1,*.0"), config);
    for (const char* wrong : {"remove:4.0", "remove:0.2", "remove:2-4.*"}) {
      try {
        checkHeads(parseIntervention(wrong), config);
        QFAIL("was taken");
      } catch (const Error& error) {
        QVERIFY2(QString::fromUtf8(error.what()).contains("layers 0 to 3 with heads 0 to 1"), error.what());
      }
    }
  }
};

QTEST_APPLESS_MAIN(TestIntervention)
#include "tst_intervention.moc"
