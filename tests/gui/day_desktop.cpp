// Figures for a paper, and what the program is on a desktop: palette, preferences, help, jobs, other starts.
#include "tests/app/executable.h"
#include "tests/gui/day.h"
#include "widgets/head_grid.h"

#include <QClipboard>
#include <QComboBox>
#include <QDir>
#include <QDoubleSpinBox>
#include <QLineEdit>
#include <QListWidget>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPointer>
#include <QSpinBox>
#include <QTabBar>
#include <QTextBrowser>
#include <QToolButton>

namespace sinkscope {
namespace {

QByteArray contentOf(const QString& path) {
  QFile file(path);
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void fill(const QString& path, const QByteArray& content) {
  QFile file(path);
  Day::see(file.open(QIODevice::WriteOnly) && file.write(content) == content.size(), path + " cannot be written");
}

/// A window of the program's own besides the main one.
QWidget& dialogCalled(const Day& day, const QString& title) {
  QWidget* found = nullptr;
  Day::await(
      [&] {
        for (QWidget* one : QApplication::topLevelWidgets())
          if (one != day.window() && one->isVisible() && one->windowTitle() == title) found = one;
        return found != nullptr;
      },
      title + " does not open");
  return *found;
}

void closeDialog(const Day& day, QWidget& dialog) {
  const QPointer<QWidget> held = &dialog;
  const QString title = dialog.windowTitle();
  Day::key(Qt::Key_Escape);
  Day::await([&] { return !held || !held->isVisible(); }, title + " stays open");
  Day::giveKeyboardTo(day.window());
}

void exporting(const std::function<void(QWidget& dialog)>& act) {
  Day::inDialog([] { Day::key(Qt::Key_E, Qt::ControlModifier); }, act);
}

/// What the newest row of a job in the list of activities says; empty where there is none.
QString jobSays(const Day& day, const QString& title, const QString& label = "jobState") {
  const QWidget* newest = nullptr;
  for (const QLabel* one : day.window()->findChildren<QLabel*>("jobTitle")) {
    const QWidget* row = one->parentWidget();
    if (one->isVisible() && one->text().startsWith(title) && (!newest || row->y() < newest->y())) newest = row;
  }
  return newest ? newest->findChild<QLabel*>(label)->text() : QString();
}

void awaitJob(const Day& day, const QString& title, const QString& words, const QString& label = "jobState") {
  const bool found = QTest::qWaitFor([&] { return jobSays(day, title, label).contains(words); }, Day::kPatienceMs);
  Day::see(found, QStringLiteral("%1 is \"%2\", not \"%3\"").arg(title, jobSays(day, title, label), words));
}

/// An empty HDF5 file as h5py writes it, compressed.
const QByteArray kForeign =
    "AAADIHja6/RwcePlkuJiAAEODgYWBgEGZPAfChSYUfkw+QQozQilO6D0CiaYOCNYTgIqLgg1H11dSJCrK7L56PaMgpENPFwdA0B0BJTPAaVPMKGqg6"
    "XDACrZCwCkpCiI";

}  // namespace

void figures(Day& day) {
  const QString pdf = day.home("figures/grid.pdf"), svg = day.home("figures/grid.svg");
  const auto save = [&](QWidget& dialog, const QString& path) {
    Day::choose(day.the<QComboBox>("Format", &dialog), QFileInfo(path).suffix());
    Day::chooseFile([&] { day.press("Save", &dialog); }, path);
    Day::see(QFile::exists(path), path + " is not there");
  };
  day.step("save a figure of a column's width as PDF", [&] {
    exporting([&](QWidget& dialog) {
      Day::write(day.the<QDoubleSpinBox>("Width", &dialog), "84");
      Day::write(day.the<QDoubleSpinBox>("Font size", &dialog), "7");
      Day::choose(day.the<QComboBox>("Colour map", &dialog), "Cividis");
      save(dialog, pdf);
    });
    Day::see(contentOf(pdf).startsWith("%PDF-"), "it is no PDF");
  });
  day.step("save a part of it as SVG", [&] {
    exporting([&](QWidget& dialog) {
      Day::see(qRound(day.the<QDoubleSpinBox>("Width", &dialog).value()) == 84, "the width is forgotten");
      Day::changes(day.the<QLabel>("Preview of the figure", &dialog),
                   [&] { Day::write(day.the<QLineEdit>("Layers", &dialog), "1"); });
      save(dialog, svg);
    });
    Day::see(contentOf(svg).contains("<svg "), "it is no SVG");
  });
  day.step("save its numbers", [&] {
    const QString csv = day.home("figures/grid.csv");
    exporting([&](QWidget& dialog) { save(dialog, csv); });
    Day::see(contentOf(csv).startsWith("layer,head,") && contentOf(csv).count('\n') == 1 + 18, "it has other rows");
  });
  day.step("copy it", [&] {
    exporting([&](QWidget& dialog) {
      const auto& copy = day.the<QToolButton>("Copy", &dialog);
      Day::menuOf(copy, "As an image");
      Day::see(QGuiApplication::clipboard()->image().width() > 500, "there is no image");
      Day::menuOf(copy, "As SVG");
      Day::see(QGuiApplication::clipboard()->mimeData()->hasFormat("image/svg+xml"), "there is no SVG");
      Day::menuOf(copy, "The numbers as a table");
      Day::see(QGuiApplication::clipboard()->text().startsWith("layer,head,"), "there is no table");
      day.press("Close", &dialog);
    });
  });
  day.step("export all figures of the run", [&] {
    const QString folder = day.home("figures/all");
    QDir().mkpath(folder);
    exporting([&](QWidget& dialog) {
      Day::choose(day.the<QComboBox>("Format", &dialog), "pdf");
      Day::chooseFile([&] { day.press("saveAll", &dialog); }, folder);
    });
    const QStringList written = QDir(folder).entryList({"*.pdf"});
    Day::see(written.size() > 2, "there are only " + written.join(", "));
    for (const QString& name : written)
      Day::see(contentOf(folder + '/' + name).startsWith("%PDF-"), name + " is no PDF");
  });
}

void desktop(Day& day) {
  day.step("find an action in the palette", [&] {
    day.palette("hide sink", "Page › Hide the sink and renormalise");
    Day::await([&] { return day.the<QAbstractButton>("hideSink").isChecked(); }, "it is not done");
    day.palette("hide sink", "Page › Hide the sink and renormalise");
    Day::await([&] { return !day.the<QAbstractButton>("hideSink").isChecked(); }, "it is not undone");
  });
  day.step("look up the shortcuts", [&] {
    Day::key(Qt::Key_Slash, Qt::ControlModifier);
    QWidget& sheet = dialogCalled(day, "Keyboard shortcuts");
    QStringList words;
    for (const QLabel* label : sheet.findChildren<QLabel*>()) words << label->text();
    Day::see(words.contains("Ctrl+S") && words.contains("Save the run"), "it does not say how to save");
    closeDialog(day, sheet);
  });
  day.step("compute with one thread", [&] {
    Day::key(Qt::Key_Comma, Qt::ControlModifier);
    QWidget& preferences = dialogCalled(day, "Preferences");
    Day::enter(day.the<QSpinBox>("threads", &preferences), 1);
    closeDialog(day, preferences);
  });
  day.step("read that in the about box", [&] {
    day.menu({"Help", "About Sinkscope"});
    QWidget& about = dialogCalled(day, "About Sinkscope");
    QStringList words;
    for (const QLabel* label : about.findChildren<QLabel*>()) words << label->text();
    Day::see(words.filter("1 threads").size() == 1, "it says " + words.join(" / "));
    closeDialog(day, about);
  });
  day.step("choose a colour map, and that nothing moves by itself", [&] {
    Day::key(Qt::Key_Comma, Qt::ControlModifier);
    QWidget& preferences = dialogCalled(day, "Preferences");
    const auto& tabs = day.the<QTabBar>("qt_tabwidget_tabbar", &preferences);
    Day::click(tabs, tabs.tabRect(1).center());
    Day::choose(day.the<QComboBox>("preferredColours", &preferences), "Viridis");
    day.press("animated", &preferences);
    closeDialog(day, preferences);
    Day::see(day.the<QComboBox>("Colour map").currentText() == "Viridis", "the page has other colours");
    Day::key(Qt::Key_2, Qt::AltModifier);
    day.reads("swapFrom", "becomes");
    Day::see(!day.isInSight("play"), "there is a button that plays");
  });
  day.step("let it move again", [&] {
    Day::key(Qt::Key_Comma, Qt::ControlModifier);
    QWidget& preferences = dialogCalled(day, "Preferences");
    day.press("animated", &preferences);
    closeDialog(day, preferences);
    Day::await([&] { return day.isInSight("play"); }, "there is no button that plays");
  });
  day.step("ask for help on the page", [&] {
    Day::key(Qt::Key_F1);
    Day::await([&] { return day.the<QTextBrowser>("helpText").toPlainText().contains("Perturbation"); },
               "it is no help");
  });
  day.step("turn the page: the help follows", [&] {
    Day::key(Qt::Key_1, Qt::AltModifier);
    Day::await([&] { return day.the<QTextBrowser>("helpText").source().fileName() == "sink-share.md"; },
               "the help stays with the other page");
  });
  day.step("search the measures, and close the help", [&] {
    Day::write(day.the<QLineEdit>("helpSearch"), "effective rank");
    Day::see(day.the<QListWidget>("helpFound").count() > 0, "nothing is found");
    Day::key(Qt::Key_Return);
    Day::await([&] { return day.the<QTextBrowser>("helpText").toPlainText().contains("ffective rank"); },
               "it is no help");
    Day::key(Qt::Key_F1);
    Day::key(Qt::Key_F1);
    Day::see(!day.isInSight("helpText"), "the help stays");
  });
  day.step("watch a long job in the list of activities", [&] {
    Day::enter(day.the<QSpinBox>("tokenLimit"), 200);
    day.palette("intervene robustness", "Go › Intervene: Robustness");
    Day::enter(day.the<QSpinBox>("robustnessCount"), 170);
    Day::enter(day.the<QSpinBox>("robustnessSwaps"), 1000);
    day.press("runRobustness");
    Day::key(Qt::Key_J, Qt::ControlModifier);
    Day::await([&] { return day.isInSight("activityPanel"); }, "there is no list");
    Day::await([&] { return jobSays(day, "Robustness").contains(" left"); }, "it does not run");
  });
  day.step("ask something that has to wait", [&] {
    Day::key(Qt::Key_1, Qt::AltModifier);
    Day::write(day.the<QPlainTextEdit>("Prompt"), "one more");
    awaitJob(day, "Explore", "waiting");
  });
  day.step("cancel the long job from the list", [&] {
    QTest::qWait(1100);  // what is stopped within a second leaves no trace
    for (const auto* button : day.window()->findChildren<QToolButton*>())
      if (button->isVisible() && button->accessibleName().startsWith("Cancel Robustness")) {
        Day::click(*button);
        break;
      }
    awaitJob(day, "Robustness", "stopped after");
    awaitJob(day, "Explore", "done in");
  });
  day.step("open a model that is none", [&] {
    fill(day.home("broken.gguf"), "GGUF, but not really");
    day.dropFiles({day.home("broken.gguf")}, day.the<HeadGrid>("Attention to the first token, by layer and head"),
                  {20, 20});
    day.refused({"broken.gguf"});
    awaitJob(day, "Explore", "failed after");
    awaitJob(day, "Explore", "broken.gguf", "jobNow");
  });
  day.step("close the list and go on", [&] {
    Day::key(Qt::Key_J, Qt::ControlModifier);
    Day::see(!day.isInSight("activityPanel"), "the list stays");
    Day::key(Qt::Key_Z, Qt::ControlModifier);
    day.reads("activityText", "tokens analysed");
  });
}

void evening(Day& day) {
  const auto stays = [&] {
    Day::see(day.the<HeadGrid>("Attention to the first token, by layer and head").shares().rows == 3, "the heads go");
  };
  day.step("start the program a second time, with a run", [&] {
    QProcess second;
    second.start(SINKSCOPE_EXECUTABLE, {day.run("b river.h5")});
    Day::await([&] { return second.state() == QProcess::NotRunning; }, "the second start does not end");
    Day::see(second.exitStatus() == QProcess::NormalExit && second.exitCode() == 0, "the second start fails");
    day.reads("activityText", "Opened " + day.run("b river.h5"));
    Day::see(day.the<QPlainTextEdit>("Prompt").toPlainText() == "river", "it is another prompt");
  });
  day.step("open a text that is called a run", [&] {
    fill(day.home("text.h5"), "no run at all");
    Day::chooseFile([] { Day::key(Qt::Key_O, Qt::ControlModifier); }, day.home("text.h5"));
    day.refused({"text.h5", "is no HDF5 file, expected a Sinkscope run"});
    stays();
  });
  day.step("open half of a run", [&] {
    const QByteArray whole = contentOf(day.run("b river.h5"));
    fill(day.home("half.h5"), whole.left(whole.size() / 2));
    day.dropFiles({day.home("half.h5")}, day.the<HeadGrid>("Attention to the first token, by layer and head"),
                  {20, 20});
    day.refused({"half.h5", "truncated"});
    stays();
  });
  day.step("open another program's HDF5 file", [&] {
    fill(day.home("foreign.h5"), qUncompress(QByteArray::fromBase64(kForeign)));
    Day::chooseFile([&] { day.menu({"File", "Open a run…"}); }, day.home("foreign.h5"));
    day.refused({"foreign.h5", "no Sinkscope run"});
    stays();
  });
  day.step("type on as if nothing had been", [&] {
    Day::write(day.the<QPlainTextEdit>("Prompt"), "at last");
    day.reads("activityText", "8 tokens analysed");
  });
  day.step("leave at the Collapse page", [&] {
    day.menu({"Go", "Collapse: Layers"});
    day.reads("activityText", "collapse of 8 tokens measured");
    day.quit();
  });
  day.step("find all as it was on the next morning", [&] {
    day.start();
    Day::await([&] { return day.isInSight("measureCurves"); }, "it is another page");
    Day::see(day.the<QPlainTextEdit>("Prompt").toPlainText() == "at last", "it is another prompt");
    day.reads("activityText", "collapse of 8 tokens measured");
    Day::see(!day.isInSight("welcome"), "there is a welcome");
  });
  day.step("the settings too", [&] {
    Day::key(Qt::Key_Comma, Qt::ControlModifier);
    QWidget& preferences = dialogCalled(day, "Preferences");
    Day::see(day.the<QSpinBox>("threads", &preferences).value() == 1, "there are other threads");
    closeDialog(day, preferences);
    Day::key(Qt::Key_1, Qt::AltModifier);
    Day::see(day.the<QSpinBox>("tokenLimit").value() == 10, "there is another limit");  // the run's
    day.quit();
  });
}

}  // namespace sinkscope
