// A training, and what is done with saved runs.
#include "tests/app/training_run.h"
#include "tests/gui/day.h"
#include "tests/gui/mouse_drag.h"
#include "widgets/curve_plot.h"
#include "widgets/head_grid.h"

#include <QComboBox>
#include <QFileInfo>
#include <QHeaderView>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QRegularExpression>
#include <QTableView>
#include <QTreeWidget>

namespace sinkscope {
namespace {

constexpr std::int64_t kLong = 1000000;  // steps of a training that does not end by itself

QTableView& list(const Day& day) {
  return day.the<QTableView>("Saved runs");
}

QString cell(const Day& day, int row, const QString& column) {
  const QAbstractItemModel& runs = *list(day).model();
  for (int section = 0; section < runs.columnCount(); ++section)
    if (runs.headerData(section, Qt::Horizontal).toString() == column)
      return runs.index(row, section).data().toString();
  throw Amiss{"there is no column " + column};
}

QString names(const Day& day) {
  QStringList names;
  for (int row = 0; row < list(day).model()->rowCount(); ++row) names << cell(day, row, "Name");
  return names.join(", ");
}

void lists(const Day& day, const QString& wanted) {
  const bool found = QTest::qWaitFor([&] { return names(day) == wanted; }, Day::kPatienceMs);
  Day::see(found, QStringLiteral("%1 are listed, not %2").arg(names(day), wanted));
}

QPoint placeOf(const Day& day, int row) {
  return list(day).visualRect(list(day).model()->index(row, 0)).center();
}

void clickRow(const Day& day, int row, Qt::KeyboardModifiers with = {}) {
  Day::click(*list(day).viewport(), placeOf(day, row), with);
}

/// The step that a training's line tells of.
int stepOf(const Day& day) {
  static const QRegularExpression number("step ([0-9,]+)");
  return number.match(day.text("trainingState")).captured(1).remove(',').toInt();
}

}  // namespace

void training(Day& day) {
  day.step("start a training from a recipe", [&] {
    Day::key(Qt::Key_6, Qt::AltModifier);
    auto& list = day.the<QListWidget>("trainings");
    Day::click(*list.viewport(), list.visualItemRect(list.item(0)).center());
    const std::string recipe = toJson(tinyRecipe("short", day.texts().toStdString(), kLong));
    Day::paste(day.the<QPlainTextEdit>("recipeText"), QString::fromStdString(recipe));
    day.press("startTraining");
    day.reads("trainingState", "running");
  });
  day.step("watch its curve grow", [&] {
    const auto& plot = day.the<CurvePlot>("lossCurves");
    const auto points = [&] { return plot.curves().curves.empty() ? 0 : plot.curves().curves.back().y.size(); };
    Day::await([&] { return points() > 5; }, "there is no curve");
    const std::size_t before = points();
    Day::await([&] { return points() > before; }, "it does not grow");
  });
  day.step("pause it", [&] {
    day.press("pauseTraining");
    day.reads("trainingState", "paused");
    Day::see(stepOf(day) > 0, "it says " + day.text("trainingState"));
  });
  day.step("go on", [&] {
    const int paused = stepOf(day);
    day.press("resumeTraining");
    Day::await([&] { return stepOf(day) > paused; }, "it stays at its step");
  });
  day.step("stop it for good", [&] {
    day.press("stopTraining");
    day.reads("trainingState", "stopped");
    Day::await([&] { return day.isInSight("openTrained"); }, "its model cannot be opened");
  });
  day.step("look into the model that it made", [&] {
    day.press("openTrained");
    Day::await(
        [&] {
          return day.isInSight("headMap") &&
                 day.the<HeadGrid>("Attention to the first token, by layer and head").shares().rows == 2;
        },
        "it is not looked into");
  });
}

void saving(Day& day) {
  const auto prompt = [&](const QString& text, int tokens) {
    Day::write(day.the<QPlainTextEdit>("Prompt"), text);
    day.reads("tokenCount", QString::number(tokens) + " tokens");
    day.reads("activityText", QString::number(tokens) + " tokens analysed");
  };
  day.step("take the first model again", [&] {
    day.palette(QFileInfo(day.model()).fileName(), "Model › " + QFileInfo(day.model()).fileName());
    Day::await([&] { return day.the<HeadGrid>("Attention to the first token, by layer and head").shares().rows == 3; },
               "its heads do not come");
  });
  day.step("save a run", [&] {
    prompt("river", 6);
    Day::chooseFile([] { Day::key(Qt::Key_S, Qt::ControlModifier); }, day.run("b river.h5"));
    day.reads("activityText", "Saved " + day.run("b river.h5"));
  });
  day.step("save it again where it is", [&] {
    Day::key(Qt::Key_S, Qt::ControlModifier);
    day.reads("activityText", "Saved " + day.run("b river.h5"));
  });
  day.step("save another one under another name", [&] {
    prompt("the mill", 9);
    Day::chooseFile([&] { day.menu({"File", "Save the run as…"}); }, day.run("a mill.h5"));
    day.reads("activityText", "Saved " + day.run("a mill.h5"));
  });
  day.step("open the first one", [&] {
    Day::chooseFile([] { Day::key(Qt::Key_O, Qt::ControlModifier); }, day.run("b river.h5"));
    day.reads("activityText", "Opened " + day.run("b river.h5"));
    Day::see(day.the<QPlainTextEdit>("Prompt").toPlainText() == "river", "it is another prompt");
  });
  day.step("drop the other one on the window", [&] {
    day.dropFiles({day.run("a mill.h5")}, day.the<QPlainTextEdit>("Prompt"), {20, 10});
    day.reads("activityText", "Opened " + day.run("a mill.h5"));
    Day::see(day.the<QPlainTextEdit>("Prompt").toPlainText() == "the mill", "it is another prompt");
  });
}

void runs(Day& day) {
  day.step("find the runs in the library", [&] {
    Day::key(Qt::Key_8, Qt::AltModifier);
    Day::write(day.the<QLineEdit>("Search the runs"), "folder!=Samples");
    Day::await([&] { return names(day).contains("a mill") && names(day).contains("b river"); }, "they are not there");
    Day::see(names(day).contains("short"), "the training is not there");
  });
  day.step("filter them by their kind", [&] {
    Day::write(day.the<QLineEdit>("Search the runs"), "kind=explore folder!=Samples");
    Day::await([&] { return !names(day).contains("short"); }, "the training is there");
  });
  day.step("sort them by a column", [&] {
    QHeaderView& header = *list(day).horizontalHeader();
    const auto sorts = [&] {
      Day::click(*header.viewport(), {header.sectionViewportPosition(0) + 20, header.height() / 2});
      return names(day);
    };
    const QString first = sorts();
    lists(day, "a mill, b river");
    sorts();
    lists(day, "b river, a mill");
    sorts();
    lists(day, "a mill, b river");
  });
  day.step("search a prompt's words", [&] {
    Day::write(day.the<QLineEdit>("Search the runs"), "mill kind=explore");
    lists(day, "a mill");
    Day::write(day.the<QLineEdit>("Search the runs"), "kind=explore folder!=Samples");
    lists(day, "a mill, b river");
  });
  day.step("put them together by model", [&] {
    Day::choose(day.the<QComboBox>("groupRuns"), "model");
    Day::await([&] { return day.isInSight("runGroups"); }, "there are no groups");
    Day::choose(day.the<QComboBox>("groupRuns"), "nothing");
    Day::await([&] { return !day.isInSight("runGroups"); }, "the groups stay");
  });
  day.step("give a run a name", [&] {
    clickRow(day, 0);
    Day::key(Qt::Key_F2);
    Day::type("mill one");
    Day::key(Qt::Key_Return);
    lists(day, "b river, mill one");
  });
  day.step("give it tags and a note", [&] {
    Day::write(day.the<QLineEdit>("runTags"), "x, deep");
    Day::key(Qt::Key_Return);
    Day::await([&] { return cell(day, 1, "Tags") == "deep, x"; }, "it has no tags");
    Day::write(day.the<QPlainTextEdit>("runNote"), "my own words");
    clickRow(day, 0);
    Day::write(day.the<QLineEdit>("Search the runs"), "own words tags=deep");
    lists(day, "mill one");
    Day::write(day.the<QLineEdit>("Search the runs"), "kind=explore folder!=Samples");
    lists(day, "b river, mill one");
  });
  day.step("run it again: do the numbers agree?", [&] {
    clickRow(day, 1);
    day.press("runAgain");
    day.reads("rerunWords", "The numbers agree to the last bit.");
  });
  day.step("look into the file", [&] {
    day.press("runContents");
    auto& tree = day.the<QTreeWidget>("contents");
    const auto shares = tree.findItems("share", Qt::MatchExactly | Qt::MatchRecursive);
    Day::see(shares.size() == 1, "there is no dataset of shares");
    for (QTreeWidgetItem* item = shares[0]->parent(); item; item = item->parent()) item->setExpanded(true);
    tree.scrollToItem(shares[0]);
    Day::click(*tree.viewport(), tree.visualItemRect(shares[0]).center());
    const auto& table = day.the<QTableView>("previewTable");
    Day::await([&] { return table.model()->rowCount() > 0; }, "no values come");
    Day::key(Qt::Key_Escape);
    Day::await([&] { return !day.isInSight("contents"); }, "it stays");
  });
  day.step("drag a run out of the window", [&] {
    OtherWindow manager(day.besideTheWindow());
    Day::see(QTest::qWaitForWindowExposed(&manager), "the other window does not come");
    const QList<QUrl> carried = dragTo(*list(day).viewport(), placeOf(day, 1), manager, {50, 50});
    Day::see(carried == QList<QUrl>{QUrl::fromLocalFile(day.run("a mill.h5"))}, "the drag carries something else");
    Day::see(manager.received == carried, "nothing arrives");
    manager.hide();
    Day::giveKeyboardTo(day.window());
  });
  day.step("drag a run into the library", [&] {
    Day::see(QFile::copy(day.run("b river.h5"), day.home("c brought.h5")), "the file cannot be copied");
    day.dropFiles({day.home("c brought.h5")}, *list(day).viewport(), placeOf(day, 0));
    lists(day, "b river, c brought, mill one");
    Day::see(QFile::exists(day.run("c brought.h5")) && QFile::exists(day.home("c brought.h5")), "it is not copied");
  });
  day.step("put it into the wastebasket", [&] {
    clickRow(day, 1);
    day.press("discardRun");
    lists(day, "b river, mill one");
    Day::see(!QFile::exists(day.run("c brought.h5")) && QFile::exists(day.home("data/Trash/files/c brought.h5")),
             "it is not in the wastebasket");
  });
}

void comparing(Day& day) {
  day.step("compare two runs", [&] {
    clickRow(day, 0);
    clickRow(day, 1, Qt::ControlModifier);
    day.press("compareRuns");
    Day::await([&] { return day.isInSight("leaveComparison"); }, "they are not compared");
    Day::await([&] { return day.isInSight("differenceMap"); }, "there is no difference");
  });
  day.step("read a head in both", [&] {
    auto* grid = day.the<QWidget>("leaveComparison").parentWidget()->parentWidget()->findChild<HeadGrid*>();
    pointAt(*grid, grid->cellRect(0, 0).center().toPoint());
    pointAt(*grid, grid->cellRect(1, 2).center().toPoint());
    day.reads("compareReadout", "layer 1, head 2:  A ");
  });
  day.step("compare by dropping one on the other", [&] {
    Day::key(Qt::Key_Escape);
    Day::await([&] { return !day.isInSight("leaveComparison"); }, "it stays");
    clickRow(day, 0);
    const QWidget& rows = *list(day).viewport();
    dragTo(rows, placeOf(day, 0), rows, placeOf(day, 1));
    Day::await([&] { return day.isInSight("leaveComparison"); }, "they are not compared");
    day.press("leaveComparison");
  });
  day.step("open a run by a double click", [&] {
    Day::doubleClick(*list(day).viewport(), placeOf(day, 0));
    day.reads("activityText", "Opened " + day.run("b river.h5"));
    Day::await([&] { return day.isInSight("headMap"); }, "it does not show");
  });
}

}  // namespace sinkscope
