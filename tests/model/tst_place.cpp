#include "core/model/place.h"

#include <QTest>

#include <set>

using namespace sinkscope;

class TestPlace : public QObject {
  Q_OBJECT
 private slots:
  void namesOfKnownPlaces();
  void everyPlaceComesBack();
  void otherTextIsNoPlace_data();
  void otherTextIsNoPlace();
};

void TestPlace::namesOfKnownPlaces() {
  QCOMPARE(toString({Site::Query, 3, -1}), std::string("layer3.query"));
  QCOMPARE(toString({Site::Query, 3, 2}), std::string("layer3.query.head2"));
  QCOMPARE(toString({Site::Embedding, -1, -1}), std::string("embedding"));
  QCOMPARE(toString({Site::Logits, -1, -1}), std::string("logits"));
  QCOMPARE(toString({Site::LogSumExp, 0, 11}), std::string("layer0.logSumExp.head11"));
  QVERIFY(parsePlace("layer12.residual") == (Place{Site::Residual, 12, -1}));
}

void TestPlace::everyPlaceComesBack() {
  const std::set<Site> outside = {Site::Embedding, Site::FinalNorm, Site::Logits};
  const std::set<Site> perHead = {Site::Query, Site::Key, Site::Value, Site::LogSumExp, Site::HeadOutput};
  std::set<std::string> names;
  int places = 0;
  for (int site = 0; site <= static_cast<int>(Site::Logits); ++site) {
    for (const int layer : {-1, 0, 9, 10, 127}) {
      for (const int head : {-1, 0, 31, 100}) {
        const Place place{static_cast<Site>(site), layer, head};
        const bool exists = outside.contains(place.site) == (layer < 0) && (head < 0 || perHead.contains(place.site));
        const std::optional<Place> parsed = parsePlace(toString(place));
        QVERIFY2(parsed.has_value() == exists, toString(place).c_str());
        if (!exists) continue;
        QVERIFY2(*parsed == place, toString(place).c_str());
        names.insert(toString(place));
        ++places;
      }
    }
  }
  QCOMPARE(static_cast<int>(names.size()), places);
}

void TestPlace::otherTextIsNoPlace_data() {
  QTest::addColumn<std::string>("name");
  for (const char* name : {"",
                           ".",
                           "layer",
                           "layer3",
                           "layer3.",
                           "layer.query",
                           "layer-1.query",
                           "layer03.query",
                           "layer3.Query",
                           "layer3.query.",
                           "layer3.query.head",
                           "layer3.query.head-1",
                           "layer3.query.head2.",
                           "layer3.query.head2x",
                           "layer3.residual.head1",
                           "layer3.logits",
                           "query",
                           "logits.head0",
                           "embedding ",
                           " embedding",
                           "layer99999999999.query",
                           "layer3.query.head+1",
                           "layer 3.query"}) {
    QTest::newRow(name) << std::string(name);
  }
}

void TestPlace::otherTextIsNoPlace() {
  QFETCH(std::string, name);
  QVERIFY(!parsePlace(name).has_value());
}

QTEST_GUILESS_MAIN(TestPlace)
#include "tst_place.moc"
