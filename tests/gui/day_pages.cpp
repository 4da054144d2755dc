// Every page that asks the model something: swaps, influences, collapse, heads, interventions, robustness, the report.
#include "tests/gui/day.h"
#include "widgets/curve_plot.h"
#include "widgets/layer_map.h"
#include "widgets/scatter_plot.h"
#include "widgets/token_strip.h"

#include <QComboBox>
#include <QLineEdit>
#include <QListWidget>
#include <QSlider>
#include <QSpinBox>
#include <QTableView>

namespace sinkscope {
namespace {

void clickToken(const Day& day, int token) {
  const TokenStrip& strip = day.the<TokenStrip>("Tokens");
  Day::click(*strip.viewport(), strip.chipRect(token).center());
}

}  // namespace

void perturbing(Day& day) {
  day.step("turn to the Perturb page", [&] {
    Day::key(Qt::Key_2, Qt::AltModifier);
    day.reads("activityText", "conditions of 27 tokens compared");
    day.reads("swapFrom", "becomes");
  });
  day.step("swap a token and watch the change spread", [&] {
    QWidget& maps = day.the<QWidget>("changeMaps");
    Day::changes(maps, [&] {
      clickToken(day, 5);
      day.reads("swapFrom", "q becomes");
    });
    Day::changes(maps, [&] {
      Day::write(day.the<QLineEdit>("swapToken"), "Z");
      Day::key(Qt::Key_Return);
    });
    Day::see(day.the<QLineEdit>("swapToken").text() == "Z", "the token is not taken");
  });
  day.step("measure the change otherwise", [&] {
    auto& norm = day.the<QComboBox>("changeNorm");
    const QString other = norm.itemText((norm.currentIndex() + 1) % norm.count());
    Day::changes(day.the<QWidget>("changeMaps"), [&] { Day::choose(norm, other); });
  });
  day.step("play the change layer by layer", [&] {
    const auto& place = day.the<QSlider>("place");
    day.press("play");
    Day::see(place.value() < place.maximum(), "it begins at the end");
    Day::await([&] { return place.value() == place.maximum() && day.isInSight("Play"); }, "it does not end");
  });
  day.step("hide the sink as a third condition", [&] {
    Day::changes(day.the<QWidget>("changeMaps"), [&] { day.press("hidden"); });
    day.reads("activityText", "3 conditions of 27 tokens compared");
  });
  day.step("sweep over every position", [&] {
    Day::enter(day.the<QSpinBox>("tokenLimit"), 10);
    day.reads("activityText", "of 10 tokens");
    day.press("everyPosition");
    Day::await([&] { return day.isInSight("sweepMaps"); }, "there is no sweep");
    day.reads("conventions", "4 replacements");
    clickToken(day, 3);
    day.reads("sweepReadout", "swapped 4 times changes");
  });
  day.step("go back to one swap", [&] {
    day.press("oneSwap");
    Day::await([&] { return day.isInSight("changeMaps") && !day.isInSight("sweepMaps"); }, "the sweep stays");
  });
}

void otherPages(Day& day) {
  day.step("ask what influences a token", [&] {
    Day::key(Qt::Key_3, Qt::AltModifier);
    day.reads("influencedToken", "Influence on “");
    clickToken(day, 4);
    day.reads("influencedToken", "Influence on “·”");
    Day::see(!day.the<CurvePlot>("influenceTokens").curves().curves.empty(), "there are no curves");
  });
  day.step("measure it exactly", [&] {
    Day::choose(day.the<QComboBox>("probes"), "exact");
    day.reads("conventions", "exact");
  });
  day.step("see the tokens become alike", [&] {
    Day::key(Qt::Key_4, Qt::AltModifier);
    day.reads("activityText", "collapse of 10 tokens measured");
    auto& measure = day.the<QComboBox>("collapseMeasure");
    const QString last = measure.itemText(measure.count() - 1);
    Day::changes(day.the<QWidget>("measureCurves"), [&] { Day::choose(measure, last); });
  });
  day.step("scan the heads for resting ones", [&] {
    day.menu({"Go", "Collapse: Heads"});
    day.reads("activityText", "62 prompts scanned");
    day.reads("scanTitle", "over 62 prompts");
    Day::see(day.the<QTableView>("wakers").model()->rowCount() > 0, "there is no waker");
  });
  day.step("open a resting head on the Explore page", [&] {
    const auto& wakers = day.the<QTableView>("wakers");
    const QRect cell = wakers.visualRect(wakers.model()->index(0, 0));
    Day::doubleClick(*wakers.viewport(), cell.center());
    Day::await([&] { return day.isInSight("headMap"); }, "the Explore page does not come");
    day.reads("headHeading", "Layer ");
  });
  day.step("run the probes", [&] {
    day.palette("collapse probes", "Go › Collapse: Probes");
    Day::write(day.the<QLineEdit>("probeLengths"), "4, 8, 16");
    day.press("runProbes");
    Day::await([&] { return !day.the<CurvePlot>("lengthCurves").curves().curves.empty(); }, "no curve comes");
  });
  day.step("remove heads and see what it costs", [&] {
    Day::key(Qt::Key_5, Qt::AltModifier);
    const QAbstractItemModel& rows = *day.the<QTableView>("outcomes").model();
    Day::await([&] { return rows.rowCount() > 1; }, "no outcome comes");
    const int before = rows.rowCount();
    Day::write(day.the<QLineEdit>("interventionHeads"), "1.2, 2.*");
    day.press("addIntervention");
    Day::await([&] { return rows.rowCount() == before + 1; }, "the intervention does not come");
    const QString words = rows.index(before, 0).data().toString();
    Day::see(words.contains("heads 1.2, 2.*"), "it is called " + words);
  });
  day.step("take the intervention out again", [&] {
    const auto& table = day.the<QTableView>("outcomes");
    const int last = table.model()->rowCount() - 1;
    Day::click(*table.viewport(), table.visualRect(table.model()->index(0, 0)).center());
    Day::key(Qt::Key_End, Qt::ControlModifier);
    Day::see(table.currentIndex().row() == last, "another row is chosen");
    Day::key(Qt::Key_Delete);
    Day::await([&] { return table.model()->rowCount() == last; }, "it stays");
  });
  day.step("swap random tokens of a few prompts", [&] {
    day.palette("intervene robustness", "Go › Intervene: Robustness");
    Day::enter(day.the<QSpinBox>("robustnessCount"), 2);
    Day::enter(day.the<QSpinBox>("robustnessSwaps"), 2);
    day.press("runRobustness");
    Day::await([&] { return day.isInSight("Measure again"); }, "it does not end");
    Day::see(!day.the<CurvePlot>("lossChangeAtPosition").curves().curves.empty(), "no curve comes");
  });
  day.step("put the model beside the published ones", [&] {
    Day::key(Qt::Key_7, Qt::AltModifier);
    auto& models = day.the<QListWidget>("reportModels");
    // The built-in model is ticked, the one of the day is not.
    Day::see(models.count() == 2, "there are other models than two");
    for (int row = 0; row < 2; ++row) {
      Day::click(*models.viewport(), models.visualItemRect(models.item(row)).center());
      Day::key(Qt::Key_Space);
    }
    Day::enter(day.the<QSpinBox>("reportCount"), 2);
    Day::enter(day.the<QSpinBox>("reportTokens"), 12);
    day.press("reportRun");
    day.reads("activityText", "1 of 1 models measured on 2 prompts");
    day.reads("conventions", "2 prompts");
  });
}

}  // namespace sinkscope
