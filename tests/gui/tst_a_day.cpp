#include "tests/gui/day.h"

#include <QApplication>

using namespace sinkscope;

/// A researcher's day in the window, from the first start to the next one.
class TestADay : public QObject {
  Q_OBJECT

 public:
  explicit TestADay(Day& day) : day_(day) {}

 private slots:
  void aDay();
  void cleanupTestCase() { day_.abandon(); }

 private:
  Day& day_;
};

void TestADay::aDay() {
  for (const auto part :
       {morning, exploring, perturbing, otherPages, training, saving, runs, comparing, figures, desktop, evening})
    part(day_);
  QVERIFY2(day_.ended() || day_.steps() >= 60, qPrintable(QString::number(day_.steps()) + " steps"));
}

int main(int argc, char** argv) {
  Day day;  // before the application, which looks into the home
  QApplication application(argc, argv);
  QApplication::setApplicationName("sinkscope");
  TestADay test(day);
  return QTest::qExec(&test, argc, argv);
}

#include "tst_a_day.moc"
