#include <QApplication>
#include <QDoubleSpinBox>
#include <QSignalSpy>
#include <QTest>
#include <cmath>

#include "widgets/eps_slider.h"
#include "widgets/eps_track.h"
#include "widgets/theme.h"

using namespace sinkscope;

class TestEpsSlider : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() { applyAppStyle(*qApp, false); }
  void scaleGoesThereAndBack();
  void snapsLightlyToTheMarks();
  void setsAndClamps();
  void dragging();
  void clickingAMark();
  void keyboard();
  void wheel();
  void spinBox();
  void sinkSideIsAmber();
  void labelsDoNotMeet();
};

void TestEpsSlider::scaleGoesThereAndBack() {
  const EpsScale scale{10, 1010};
  for (double value : {0.0, 0.125, 0.5, 0.995, 1.0})
    QVERIFY(std::abs(scale.toValue(scale.toPixel(value)) - value) < 1e-9);
  QCOMPARE(scale.toValue(-100), 0.0);
  QCOMPARE(scale.toValue(5000), 1.0);
  QCOMPARE((EpsScale{5, 5}.toValue(5)), 0.0);
}

void TestEpsSlider::snapsLightlyToTheMarks() {
  const EpsScale scale{0, 200};
  QCOMPARE(scale.toValue(60 + 4), 0.3);
  QCOMPARE(scale.toValue(60 - 4), 0.3);
  QVERIFY(scale.toValue(60 + 5) > 0.3);
  QCOMPARE(scale.toValue(160 + 3), 0.8);
}

void TestEpsSlider::setsAndClamps() {
  EpsSlider slider;
  QCOMPARE(slider.epsilon(), 0.3);
  QSignalSpy changed(&slider, &EpsSlider::epsilonChanged);
  slider.setEpsilon(0.3);
  QCOMPARE(changed.size(), 0);
  slider.setEpsilon(0.12345);  // finer than the box shows
  QCOMPARE(slider.epsilon(), 0.12345);
  slider.setEpsilon(7);
  QCOMPARE(slider.epsilon(), 1.0);
  slider.setEpsilon(std::numeric_limits<double>::quiet_NaN());
  QCOMPARE(slider.epsilon(), 1.0);
  QCOMPARE(changed.size(), 2);
}

void TestEpsSlider::dragging() {
  EpsSlider slider;
  slider.resize(400, slider.sizeHint().height());
  slider.show();
  auto *track = slider.findChild<EpsTrack *>();
  QSignalSpy changed(&slider, &EpsSlider::epsilonChanged);
  const auto at = [&](double value) { return QPoint(qRound(track->scale().toPixel(value)), 8); };
  QTest::mousePress(track, Qt::LeftButton, {}, at(0.5));
  QVERIFY(std::abs(slider.epsilon() - 0.5) < 0.01);
  QTest::mouseMove(track, at(0.6));
  QVERIFY(std::abs(slider.epsilon() - 0.6) < 0.01);
  QTest::mouseMove(track, at(0.81));
  QCOMPARE(slider.epsilon(), 0.8);
  QTest::mouseRelease(track, Qt::LeftButton, {}, at(0.81));
  QCOMPARE(changed.size(), 3);
  QTest::mouseMove(track, at(0.1));
  QCOMPARE(slider.epsilon(), 0.8);
}

void TestEpsSlider::clickingAMark() {
  EpsSlider slider;
  slider.resize(400, slider.sizeHint().height());
  slider.show();
  auto *track = slider.findChild<EpsTrack *>();
  QTest::mouseClick(track, Qt::LeftButton, {}, track->markRect(1).toRect().adjusted(2, 2, -2, -2).topLeft());
  QCOMPARE(slider.epsilon(), 0.8);
  QTest::mouseClick(track, Qt::LeftButton, {}, track->markRect(0).toRect().adjusted(2, 2, -2, -2).bottomRight());
  QCOMPARE(slider.epsilon(), 0.3);
}

void TestEpsSlider::keyboard() {
  EpsSlider slider;
  auto *track = slider.findChild<EpsTrack *>();
  for (int i = 0; i < 10; ++i) QTest::keyClick(track, Qt::Key_Right);
  QCOMPARE(slider.epsilon(), 0.4);
  QTest::keyClick(track, Qt::Key_PageUp);
  QCOMPARE(slider.epsilon(), 0.5);
  QTest::keyClick(track, Qt::Key_Left);
  QCOMPARE(slider.epsilon(), 0.49);
  QTest::keyClick(track, Qt::Key_End);
  QCOMPARE(slider.epsilon(), 1.0);
  QTest::keyClick(track, Qt::Key_Home);
  QTest::keyClick(track, Qt::Key_Down);
  QCOMPARE(slider.epsilon(), 0.0);
}

void TestEpsSlider::wheel() {
  EpsSlider slider;
  auto *track = slider.findChild<EpsTrack *>();
  QWheelEvent up(QPointF(20, 8), track->mapToGlobal(QPointF(20, 8)), {}, QPoint(0, 120), Qt::NoButton, {},
                 Qt::NoScrollPhase, false);
  QApplication::sendEvent(track, &up);
  QCOMPARE(slider.epsilon(), 0.31);
}

void TestEpsSlider::spinBox() {
  EpsSlider slider;
  auto *box = slider.findChild<QDoubleSpinBox *>();
  QSignalSpy changed(&slider, &EpsSlider::epsilonChanged);
  box->setValue(0.55);
  QCOMPARE(slider.epsilon(), 0.55);
  QCOMPARE(slider.findChild<EpsTrack *>()->value(), 0.55);
  QCOMPARE(changed.size(), 1);
  slider.setEpsilon(0.8);
  QCOMPARE(box->value(), 0.8);
}

void TestEpsSlider::sinkSideIsAmber() {
  EpsSlider slider;
  slider.resize(400, slider.sizeHint().height());
  slider.setEpsilon(0.5);
  auto *track = slider.findChild<EpsTrack *>();
  const QImage image = track->grab().toImage();
  const auto at = [&](double value) { return image.pixelColor(qRound(track->scale().toPixel(value)), 10); };
  QCOMPARE(at(0.65), themeFor(track).accent);
  QCOMPARE(at(0.2), themeFor(track).line);
}

void TestEpsSlider::labelsDoNotMeet() {
  EpsSlider slider;
  slider.resize(slider.minimumSizeHint());
  slider.show();
  auto *track = slider.findChild<EpsTrack *>();
  QVERIFY(track->markRect(0).right() < track->markRect(1).left());
  QVERIFY(track->rect().contains(track->markRect(1).toRect()));
}

QTEST_MAIN(TestEpsSlider)
#include "tst_eps_slider.moc"
