// The first start, and the Explore page.
#include "app/pages/head_map.h"
#include "tests/gui/day.h"
#include "tests/gui/mouse_drag.h"
#include "widgets/eps_track.h"
#include "widgets/head_grid.h"
#include "widgets/token_strip.h"

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QPlainTextEdit>
#include <QToolButton>
#include <QWheelEvent>
#include <algorithm>

namespace sinkscope {
namespace {

HeadGrid& grid(const Day& day) {
  return day.the<HeadGrid>("Attention to the first token, by layer and head");
}

HeatmapView& map(const Day& day) {
  return day.the<HeatmapView>("headMap");
}

void clickHead(const Day& day, int layer, int head) {
  Day::click(grid(day), grid(day).cellRect(layer, head).center().toPoint());
}

/// By a notch, away from oneself.
void turnWheel(const QWidget& over, const QPoint& at) {
  const QPoint place = over.mapTo(over.window(), at);
  QWheelEvent notch(place, over.mapToGlobal(at), {}, {0, 120}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
  QApplication::sendEvent(over.window()->windowHandle(), &notch);
}

/// What the map says of the attention of query 20 to the first token.
QString sinkReadout(const Day& day) {
  HeatmapView& view = map(day);
  const QRectF plot = view.plotRect();
  const double cell = plot.width() / view.window().tokens;
  const QPointF there = plot.topLeft() + QPointF(0.5 * cell, 20.5 * cell);
  pointAt(view, (there + QPointF(2 * cell, 0)).toPoint());
  pointAt(view, there.toPoint());
  Day::await([&] { return view.accessibleDescription().contains("query 20"); }, "the map reads nothing");
  return view.accessibleDescription();
}

}  // namespace

void morning(Day& day) {
  day.step("start the program for the first time", [&] {
    day.start();
    Day::see(day.isInSight("welcome") && !day.isInSight("headMap"), "there is no welcome");
  });
  day.step("open a sample run", [&] {
    day.press("sample-built-in");
    day.reads("trainingName", "built-in model");
    day.reads("trainingState", "finished");
  });
  day.step("call the welcome back", [&] {
    day.menu({"Help", "Welcome"});
    Day::await([&] { return day.isInSight("welcome"); }, "there is no welcome");
  });
  day.step("take the tour", [&] {
    day.press("tour");
    day.reads("tourTitle", "1 of 7");
    Day::await([&] { return day.isInSight("headMap"); }, "the first sight does not show");
  });
  day.step("go on to its next sight", [&] {
    day.press("tourNext");
    day.reads("tourTitle", "2 of 7");
    Day::await([&] { return day.isInSight("changeMaps"); }, "the second sight does not show");
    day.reads("prediction", "KL");
  });
  day.step("leave the tour", [&] {
    day.press("tourLeave");
    Day::see(!day.isInSight("tourTitle"), "the tour stays");
  });
  day.step("open a model's folder", [&] {
    day.key(Qt::Key_1, Qt::AltModifier);
    Day::chooseFile([&] { day.menu({"Model", "Open a model folder…"}); }, day.model());
    Day::await([&] { return grid(day).shares().rows == 3 && grid(day).shares().columns == 6; }, "no heads come");
    day.reads("activityText", "tokens analysed");
  });
  day.step("turn the window dark", [&] {
    day.menu({"View", "Dark"});
    Day::see(day.window()->grab().toImage().pixelColor(4, 300).lightnessF() < 0.4, "the window is light");
  });
  day.step("turn the window light", [&] {
    day.menu({"View", "Light"});
    Day::see(day.window()->grab().toImage().pixelColor(4, 300).lightnessF() > 0.6, "the window is dark");
  });
}

void exploring(Day& day) {
  day.step("type a prompt", [&] {
    Day::write(day.the<QPlainTextEdit>("Prompt"), "The quick brown fox sleeps");
    day.reads("tokenCount", "27 tokens");
    day.reads("activityText", "27 tokens analysed");
    day.reads("conventions", "T 27");
  });
  day.step("choose a head by a click", [&] {
    clickHead(day, 1, 4);
    day.reads("headHeading", "Layer 1, head 4");
  });
  day.step("choose its neighbours by the arrow keys", [&] {
    Day::key(Qt::Key_Down);
    day.reads("headHeading", "Layer 2, head 4");
    Day::key(Qt::Key_Left);
    day.reads("headHeading", "Layer 2, head 3");
  });
  day.step("drag eps", [&] {
    const EpsTrack& track = day.the<EpsTrack>("eps");
    const auto at = [&](double eps) { return QPoint(qRound(track.scale().toPixel(eps)), 10); };
    dragTo(track, at(0.3), track, at(0.0));
    day.reads("sinkRate", "18 of 18");
    Day::key(Qt::Key_Z, Qt::ControlModifier);
    day.reads("conventions", "ε 0.3 ");
    dragTo(track, at(0.3), track, at(1.0));
    day.reads("sinkRate", "0 of 18");
    day.reads("conventions", "ε 1 ");
  });
  day.step("take eps back", [&] {
    Day::key(Qt::Key_Z, Qt::ControlModifier);
    day.reads("conventions", "ε 0.3 ");
  });
  day.step("hide the sink", [&] {
    Day::see(!sinkReadout(day).contains("weight 0   "), "no attention goes to the first token");
    Day::changes(map(day), [&] { day.press("hideSink"); });
    Day::await([&] { return sinkReadout(day).contains("weight 0   "); }, "the sink is still there");
  });
  day.step("show it again by undo", [&] {
    Day::key(Qt::Key_Z, Qt::ControlModifier);
    Day::see(!day.the<QCheckBox>("hideSink").isChecked(), "the box is ticked");
    Day::await([&] { return !sinkReadout(day).contains("weight 0   "); }, "the sink is not there");
  });
  day.step("look at the weights on a log scale", [&] {
    Day::changes(map(day), [&] { day.press("logScale"); });
    Day::changes(map(day), [&] { day.press("logScale"); });
  });
  day.step("sort the heads", [&] {
    day.press("sortHeads");
    const Matrix& shares = grid(day).shares();
    const auto first = shares.values.begin();
    const int most = static_cast<int>(std::max_element(first, first + shares.columns) - first);
    for (int head = 0; head < shares.columns; ++head)
      Day::see(grid(day).cellRect(0, most).left() <= grid(day).cellRect(0, head).left(), "they are not sorted");
    day.press("sortHeads");
    Day::see(grid(day).cellRect(0, 0).left() < grid(day).cellRect(0, 1).left(), "they stay sorted");
  });
  day.step("zoom into the map and out", [&] {
    HeatmapView& view = map(day);
    const QPoint middle = view.plotRect().center().toPoint();
    Day::changes(view, [&] {
      for (int notch = 0; notch < 4; ++notch) turnWheel(view, middle);
    });
    Day::see(view.window().view.width() < 20, "it is not zoomed");
    const double left = view.window().view.left();
    dragTo(view, middle, view, middle - QPoint(60, 0));
    Day::see(view.window().view.left() > left, "it does not follow the mouse");
    view.setFocus();
    Day::key(Qt::Key_Escape);
    Day::await([&] { return view.window().view.width() > 26; }, "it stays zoomed");
  });
  day.step("read what a query attends to", [&] {
    Day::click(map(day), map(day).plotRect().center().toPoint());
    day.reads("headRow", "Query 13");
  });
  day.step("compare with <bos> and without", [&] {
    day.press("compareBos");
    Day::await([&] { return day.isInSight("comparisonMap"); }, "there is one map only");
    day.press("compareBos");
    Day::see(!day.isInSight("comparisonMap"), "there are two maps");
  });
  day.step("take <bos> away", [&] {
    day.press("bos");
    day.reads("activityText", "26 tokens analysed");
  });
  day.step("put it back by undo", [&] {
    Day::key(Qt::Key_Z, Qt::ControlModifier);
    Day::see(day.the<QToolButton>("bos").isChecked(), "<bos> is off");
    day.reads("activityText", "27 tokens analysed");
  });
  day.step("go on typing, undo and redo", [&] {
    auto& editor = day.the<QPlainTextEdit>("Prompt");
    QTest::qWait(1100);  // a pause begins a new step of undo
    Day::click(editor);
    Day::key(Qt::Key_End, Qt::ControlModifier);
    Day::type(" now");
    day.reads("activityText", "31 tokens analysed");
    Day::key(Qt::Key_Z, Qt::ControlModifier);
    day.reads("activityText", "27 tokens analysed");
    Day::see(editor.toPlainText() == "The quick brown fox sleeps", "the prompt is " + editor.toPlainText());
    Day::key(Qt::Key_Y, Qt::ControlModifier);
    day.reads("activityText", "31 tokens analysed");
    Day::key(Qt::Key_Z, Qt::ControlModifier);
    day.reads("activityText", "27 tokens analysed");
  });
  day.step("choose another colour map",
           [&] { Day::changes(map(day), [&] { Day::choose(day.the<QComboBox>("Colour map"), "Magma"); }); });
}

}  // namespace sinkscope
