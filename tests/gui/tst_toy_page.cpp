#include "app/pages/collapse_tabs.h"
#include "app/pages/toy_page.h"
#include "tests/gui/window_fixture.h"
#include "widgets/curve_plot.h"
#include "widgets/layer_map_row.h"

#include <QSlider>

using namespace sinkscope;

/// The Toy tab; it needs no model.
class TestToyPage : public QObject {
  Q_OBJECT

 private slots:
  void slidersLeadToTheKnownNumbers() {
    WindowFixture f;
    f.window = std::make_unique<Window>(f.settings, f.appearance);
    f.window->show();
    ToyPage* toy = f.window->collapseTabs()->toy();
    f.window->turnTo(toy);
    f.find<QSlider>("toyTokens")->setValue(6);
    f.find<QSlider>("toyLayers")->setValue(4);
    f.find<QSlider>("toyPerturbed")->setValue(2);
    f.find<QSlider>("toyShare")->setValue(80);
    QVERIFY2(f.label("toyWords").contains("4.41 times less"), qPrintable(f.label("toyWords")));
    QCOMPARE(toy->maps()->count(), 2);
    const LayerMapData& with = toy->maps()->map(1)->data();
    QCOMPARE(with.values.rows, 5);
    QCOMPARE(with.values.columns, 6);
    QVERIFY(std::abs(with.values.at(4, 5) - 0.195f) < 5e-4f);
    QCOMPARE(with.marked, 2);
    QVERIFY(std::abs(toy->curves()->curves().curves[0].y.back() - 1.001) < 5e-4);
    f.find<QSlider>("toyShare")->setValue(100);
    QVERIFY(f.label("toyWords").contains("stays where it is"));
    f.find<QSlider>("toyTokens")->setValue(3);  // the changed token gives way
    QCOMPARE(f.find<QSlider>("toyPerturbed")->value(), 1);
    QCOMPARE(toy->maps()->map(0)->data().marked, 1);
    QStringList names;
    for (const PageFigure& figure : toy->figures()) names << figure.name;
    QCOMPARE(names, (QStringList{"toy-maps", "toy-curves"}));
  }
};

QTEST_MAIN(TestToyPage)
#include "tst_toy_page.moc"
