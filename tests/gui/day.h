#pragma once

#include "app/appearance.h"
#include "app/settings.h"
#include "app/single_window.h"
#include "app/window.h"
#include "tests/app/tiny_folder.h"

#include <QAbstractButton>
#include <QLabel>
#include <QTemporaryDir>
#include <QTest>
#include <functional>
#include <memory>
#include <source_location>

class QComboBox;
class QSpinBox;

namespace sinkscope {

/// What a step of the day did not find as it should be.
struct Amiss {
  QString what;
};

/// Somebody who works with the program, in a home of their own: what they can do with keys and mouse, and what they can
/// see. All of it goes to the windows as the desktop would send it, so that what is covered, disabled or without the
/// focus cannot be used.
class Day {
 public:
  static constexpr int kPatienceMs = 60000;

  Day();
  ~Day();

  /// The program as its main function starts it, but for the reading of the command line.
  void start();
  /// By the File menu; then all of it is gone.
  void quit();
  /// What is left of it when the day ended early.
  void abandon();
  Window* window() const { return window_.get(); }
  QString home(const QString& path) const { return home_.filePath(path); }
  QString run(const QString& name) const { return home("sinkscope/runs/" + name); }
  QString model() const { return model_.path(); }
  QString texts() const { return home("texts.jsonl"); }

  /// One thing that somebody does, and sees done. At the first that goes amiss the day ends: the test fails with that
  /// step's number and title, and nothing that follows is tried.
  void step(const char* title, const std::function<void()>& action,
            const std::source_location& at = std::source_location::current());
  int steps() const { return steps_; }
  bool ended() const { return ended_; }

  // What is seen.
  static void see(bool condition, const QString& what);
  /// The same a little later.
  static void await(const std::function<bool()>& condition, const QString& what);
  /// The widget of that object name, accessible name, text or label that is in sight, in `in` or the window.
  template <typename T>
  T& the(const QString& name, const QWidget* in = nullptr) const {
    T* found = nullptr;
    const auto look = [&] {
      for (T* one : (in ? in : window_.get())->findChildren<T*>())
        if (!found && one->isVisible() && (isCalled(*one, name) || isLabelled(*one, name))) found = one;
      return found != nullptr;
    };
    await(look, QStringLiteral("there is no %1 in sight").arg(name));
    return *found;
  }
  bool isInSight(const QString& name) const;
  QString text(const QString& label) const { return the<QLabel>(label).text(); }
  void reads(const QString& label, const QString& words) const;
  /// Another picture than before of the same widget.
  static void changes(QWidget& view, const std::function<void()>& action);
  /// The sentence of the one error that is shown; it is closed then.
  void refused(const QStringList& words);

  // What is done.
  static void click(const QWidget& on, const QPoint& at, Qt::KeyboardModifiers with = {});
  static void click(const QWidget& on);
  static void doubleClick(const QWidget& on, const QPoint& at);
  void press(const QString& button, const QWidget* in = nullptr) const { click(the<QAbstractButton>(button, in)); }
  static void key(int key, Qt::KeyboardModifiers with = {});
  static void type(const QString& text);
  /// Into a field in place of what stands there.
  static void write(QWidget& field, const QString& text);
  static void enter(QSpinBox& box, int number);
  static void paste(QWidget& field, const QString& text);
  static void choose(QComboBox& box, const QString& entry);
  /// An entry of the menu bar, by what is written there.
  void menu(const QStringList& path) const;
  /// An entry of the menu that a button opens.
  static void menuOf(const QWidget& button, const QString& entry);
  /// Types into the command palette and takes the first entry, which must be of this name.
  void palette(const QString& typed, const QString& entry) const;
  /// Does what opens a dialog, and in it what closes it.
  static void inDialog(const std::function<void()>& open, const std::function<void(QWidget&)>& act);
  /// Answers the desktop's file dialog.
  static void chooseFile(const std::function<void()>& open, const QString& path);
  /// Drags files of another program's window to a place of this one.
  void dropFiles(const QStringList& files, const QWidget& to, const QPoint& at) const;
  /// When a window went: the offscreen platform does not give the keyboard to the one behind, as window managers do.
  static void giveKeyboardTo(QWidget* window);
  QPoint besideTheWindow() const;

 private:
  static bool isCalled(const QWidget& widget, const QString& name);
  static bool isLabelled(const QWidget& widget, const QString& name);
  static void whenThere(const std::function<void()>& open, const std::function<QWidget*()>& there,
                        const std::function<void(QWidget&)>& act);
  QStringList errors() const;
  void lookForErrors() const;

  QTemporaryDir home_;
  TinyFolder model_;
  std::unique_ptr<Settings> settings_;
  std::unique_ptr<Appearance> appearance_;
  std::unique_ptr<SingleWindow> single_;
  std::unique_ptr<Window> window_;
  int steps_ = 0;
  bool ended_ = false;
};

// The parts of the day, in their order.
void morning(Day& day);
void exploring(Day& day);
void perturbing(Day& day);
void otherPages(Day& day);
void training(Day& day);
void saving(Day& day);
void runs(Day& day);
void comparing(Day& day);
void figures(Day& day);
void desktop(Day& day);
void evening(Day& day);

}  // namespace sinkscope
