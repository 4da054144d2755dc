#include "core/text/normalizer.h"

#include <QtTest/QtTest>

#include <QString>

using namespace sinkscope;

class TestNormalizer : public QObject {
  Q_OBJECT

 private slots:
  void equalsQt_data() {
    QTest::addColumn<NormalForm>("form");
    QTest::addColumn<QString::NormalizationForm>("qt");
    QTest::newRow("NFC") << NormalForm::nfc << QString::NormalizationForm_C;
    QTest::newRow("NFD") << NormalForm::nfd << QString::NormalizationForm_D;
    QTest::newRow("NFKC") << NormalForm::nfkc << QString::NormalizationForm_KC;
    QTest::newRow("NFKD") << NormalForm::nfkd << QString::NormalizationForm_KD;
  }

  void equalsQt() {
    QFETCH(NormalForm, form);
    QFETCH(QString::NormalizationForm, qt);
    for (char32_t code = 1; code < 0x30000; ++code) {
      if (code >= 0xD800 && code < 0xE000) continue;
      const QString text = "a" + QString::fromUcs4(&code, 1) + QChar(0x301) + QChar(0x323) + "\u00E9e\u0301";
      const QChar::UnicodeVersion version = QChar::unicodeVersion(code);
      // Tables differ in what is newer.
      if (version == QChar::Unicode_Unassigned || version > QChar::Unicode_14_0) continue;
      QCOMPARE(QString::fromStdString(NormalText(text.toStdString(), form).text()), text.normalized(qt));
    }
  }

  void knowsWhereTextComesFrom() {
    const std::string original = "xe\u0301y\xFFz\u00E9";  // 1 + 3 + 1 + 1 + 1 + 2 bytes
    const NormalText composed(original, NormalForm::nfc);
    QCOMPARE(composed.text(), std::string("x\u00E9y\xFFz\u00E9"));
    const std::size_t origins[] = {0, 1, 2, 4, 5, 6, 7, 8, 9};
    for (std::size_t end = 0; end < std::size(origins); ++end) QCOMPARE(composed.originOf(end), origins[end]);
    const NormalText kept(original, NormalForm::none);
    QCOMPARE(kept.text(), original);
    QCOMPARE(kept.originOf(4), std::size_t(4));
    const NormalText apart("\u00E9y", NormalForm::nfd);
    QCOMPARE(apart.originOf(1), std::size_t(1));
    QCOMPARE(apart.originOf(3), std::size_t(2));
    QCOMPARE(apart.originOf(4), std::size_t(3));
  }
};

QTEST_GUILESS_MAIN(TestNormalizer)
#include "tst_normalizer.moc"
