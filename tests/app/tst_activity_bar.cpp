#include "app/activity_bar.h"

#include <QLabel>
#include <QProgressBar>
#include <QTest>
#include <QToolButton>

using namespace sinkscope;

class TestActivityBar : public QObject {
  Q_OBJECT

 private:
  static QString text(const ActivityBar& bar) { return bar.findChild<QLabel*>("activityText")->text(); }

 private slots:
  void shortWorkNeverShows() {
    ActivityBar bar;
    bar.setRest("at rest");
    bar.begin(1, "work", [] {});
    QTest::qWait(120);
    QVERIFY(!bar.isShowingActivity());
    bar.end(1);
    QTest::qWait(200);
    QVERIFY(!bar.isShowingActivity());
    QCOMPARE(text(bar), QString("at rest"));
  }

  void longWorkShowsAndCanBeCancelled() {
    ActivityBar bar;
    bar.show();
    int cancelled = 0;
    bar.begin(1, "work", [&] { ++cancelled; });
    bar.progress(1, "layer 7 of 18", 0.4);
    QTRY_VERIFY_WITH_TIMEOUT(bar.isShowingActivity(), 1000);
    QCOMPARE(text(bar), QString("layer 7 of 18"));
    QCOMPARE(bar.findChild<QProgressBar*>()->value(), 400);
    auto* cancel = bar.findChild<QToolButton*>("cancel");
    QVERIFY(cancel->isVisible());
    QTest::mouseClick(cancel, Qt::LeftButton);
    QCOMPARE(cancelled, 1);
    bar.end(1);
    QVERIFY(!bar.isShowingActivity());
    QVERIFY(!cancel->isVisible());
  }

  void timeLeftNeedsSomethingToGoBy() {
    QCOMPARE(ActivityBar::timeLeft(100, 0.5), QString());
    QCOMPARE(ActivityBar::timeLeft(5000, 0.0), QString());
    QCOMPARE(ActivityBar::timeLeft(5000, 0.5), QString("about 5 s left"));
    QCOMPARE(ActivityBar::timeLeft(5000, 0.95), QString("less than 1 s left"));
    QCOMPARE(ActivityBar::timeLeft(60000, 0.1), QString("about 9 min left"));
  }
};

QTEST_MAIN(TestActivityBar)
#include "tst_activity_bar.moc"
