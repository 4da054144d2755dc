#pragma once

#include "app/document.h"

#include <QObject>
#include <optional>

class QMenu;

namespace sinkscope {

class HelpPane;
class Page;
class Settings;
class TourPanel;
class WelcomePage;
class Window;

/// What helps in the window: the page of welcome, the help beside the pages, hints on pages without a result, and the
/// tour of the paper. The window gives its parts their places and asks whether the welcome is to be shown.
class Guide : public QObject {
  Q_OBJECT

 public:
  Guide(Window& window, Settings& settings, Document& document);

  WelcomePage* welcome() const { return welcome_; }
  TourPanel* tour() const { return tour_; }
  HelpPane* help() const { return help_; }  ///< null before it was first asked for

  void addTo(QMenu& help);
  /// Puts a hint on every page that has one.
  void addHints();

  /// The help on a topic; empty: on the page that is shown, or closes it where it is that already.
  void showHelp(const QString& topic = {});
  /// Another page is turned to: help on the page before it makes way for help on this one.
  void followPage();

  void showWelcome();
  void leaveWelcome();
  bool showsWelcome() const { return showsWelcome_; }

  void startTour();
  void leaveTour();
  int step() const { return step_; }  ///< of the tour; -1: there is none

 signals:
  void welcomeChanged();

 private:
  struct Before {
    Inputs inputs;
    Page* page;
  };
  void look(Page* page);
  /// Beside the page where there is room for both, else in a window of its own over the right edge.
  void placeHelp();
  void turnTo(int step);

  Window& window_;
  Settings& settings_;
  Document& document_;
  WelcomePage* welcome_;
  TourPanel* tour_;
  HelpPane* help_ = nullptr;
  bool helpLeftWindow_ = false;  ///< there was no room for it
  QString pageTopic_;            ///< of the page that was last turned to
  bool showsWelcome_ = false;
  int step_ = -1;
  std::optional<Before> before_;  // the tour
};

}  // namespace sinkscope
