#pragma once

#include "app/appearance.h"
#include "app/document.h"
#include "app/explored.h"
#include "app/settings.h"

#include <QHash>
#include <QMainWindow>
#include <QString>
#include <filesystem>
#include <memory>
#include <optional>

class QStackedWidget;
class QTimer;

namespace sinkscope {

class ActivityBar;
class ActivityPanel;
class Announcer;
class CollapseTabs;
class CommandPalette;
class ExplorePage;
class Guide;
class InfluencePage;
class InterveneTabs;
class JobLog;
class ModelFetcher;
class ModelsDialog;
class Notice;
class Page;
class PerturbPage;
class Preferences;
class Rail;
class Recovery;
class ReportPage;
class RunsPage;
class Session;
class ShortcutSheet;
class TabbedPages;
class TopBar;
class TrainPage;
struct WindowState;

/// The window: wires the pages to the session, the menus and what is remembered, and nothing else.
class Window : public QMainWindow {
  Q_OBJECT

 public:
  Window(Settings& settings, Appearance& appearance, QWidget* parent = nullptr);
  ~Window() override;

  /// Opens a run file, or analyses the remembered prompt with a model (empty: the last one, else a fetched demo model,
  /// else none).
  void start(const QString& what);

  /// Has run files read by that executable before they are opened (see `CardReader`).
  void setRunReader(const std::filesystem::path& executable);

  /// Keeps what the window is at in that folder; what one that died was at is put in place, or offered, at the start.
  void keepRecovery(const std::filesystem::path& folder);

  void chooseModel(const QString& model);
  /// Opens a run file or a model.
  void openAny(const QString& path);
  /// The same (empty: nothing), and comes to the front.
  void openFromOutside(const QString& what);
  void fetchModel(const QString& demoModel);
  void openRun(const QString& path);
  void saveRun(const QString& path);
  void exportFigure();
  /// Shows a page: of the rail, or of one of its tabs.
  void turnTo(Page* page);
  /// Opens the list of the models on this machine.
  void showModels();
  /// The page that is turned to, on the rail and among its tabs.
  Page* shownPage() const { return page(); }
  Guide* guide() const { return guide_; }

  Session& session() { return *session_; }
  Document& document() { return document_; }
  ExplorePage* explorePage() const { return explore_; }
  PerturbPage* perturbPage() const { return perturb_; }
  InfluencePage* influencePage() const { return influence_; }
  CollapseTabs* collapseTabs() const { return collapse_; }
  InterveneTabs* interveneTabs() const { return intervene_; }
  ReportPage* reportPage() const { return report_; }
  TrainPage* trainPage() const { return train_; }
  RunsPage* runsPage() const { return runs_; }
  Rail* rail() const { return rail_; }
  TopBar* topBar() const { return top_; }
  ActivityBar* activityBar() const { return activity_; }
  ActivityPanel* activityPanel() const { return activityPanel_; }
  JobLog* jobLog() const { return log_; }
  Announcer* announcer() const { return announcer_; }
  Notice* notice() const { return notice_; }
  Notice* recoveryNotice() const { return recovered_; }
  ModelsDialog* modelsDialog() const { return models_; }
  CommandPalette* commandPalette() const { return palette_; }
  Preferences* preferences() const { return preferences_; }
  ShortcutSheet* shortcutSheet() const { return shortcuts_; }

 protected:
  bool event(QEvent* event) override;
  void closeEvent(QCloseEvent* event) override;
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dropEvent(QDropEvent* event) override;

 private:
  void layOut();
  void wireSession();
  void wireActivity();
  void wireTrainings();
  void wireFetcher();
  void wireMenus();
  QList<QAction*> turns();  ///< to the pages of the rail, then to their tabs
  WindowState state();
  /// What a window that died was at: put in place, or else offered.
  std::optional<WindowState> recover(bool mayPutBack);
  void keepStart(const std::optional<WindowState>& lost);
  void putBack(const WindowState& state);
  void turnTo(int page, int tab);
  void keepPage();
  void turnToKeptPage();
  void showActivity();
  void showPreferences();
  void applyLooks();
  void applyResources();
  void showPages();
  Page* page() const;  ///< that is turned to, on the rail and among its tabs
  void addPage(const QString& name, const QString& icon, Page* page);
  void addCollapse();
  void addIntervene();
  void addTrain();
  void addRuns();
  void addTabs(const QString& name, const QString& icon, TabbedPages* pages);
  void wirePage(Page* page);
  void showConventions();
  void holdRun(Page* page, const QString& path);
  void askForModelFile();
  void askForModelFolder();
  void askForRun();
  void askWhereToSave();
  void saveAgain();
  void copyNumbers();

  Settings& settings_;
  Appearance& appearance_;
  Document document_;
  std::unique_ptr<Session> session_;
  std::unique_ptr<Recovery> recovery_;  // or none
  QTimer* keeping_ = nullptr;
  ModelFetcher* fetcher_;
  ModelsDialog* models_ = nullptr;      // made when it is first asked for
  Preferences* preferences_ = nullptr;  // like this, and the next
  ShortcutSheet* shortcuts_ = nullptr;
  CommandPalette* palette_ = nullptr;
  TopBar* top_ = nullptr;
  Notice* notice_ = nullptr;
  Notice* recovered_ = nullptr;
  Guide* guide_ = nullptr;
  QStackedWidget* pages_ = nullptr;  // the welcome, or the rail's pages
  QWidget* railAndPages_ = nullptr;
  Rail* rail_ = nullptr;
  QStackedWidget* ofRail_ = nullptr;
  ExplorePage* explore_ = nullptr;
  PerturbPage* perturb_ = nullptr;
  InfluencePage* influence_ = nullptr;
  CollapseTabs* collapse_ = nullptr;
  InterveneTabs* intervene_ = nullptr;
  ReportPage* report_ = nullptr;
  TrainPage* train_ = nullptr;
  RunsPage* runs_ = nullptr;
  ActivityBar* activity_ = nullptr;
  ActivityPanel* activityPanel_ = nullptr;  // like the preferences
  JobLog* log_ = nullptr;
  Announcer* announcer_ = nullptr;
  QHash<const Page*, QString> files_;  // the run file that holds what a page shows
  quint64 saving_ = 0;                 // the last saving that has not ended
  const Page* savingPage_ = nullptr;   // whose it is
  bool noticeOutlivesResult_ = false;  // the next result is no answer to it
  bool closeWhenSaved_ = false;
  int threads_ = 0;              // that are computed with
  bool runsAreChecked_ = false;  // by another process before they are opened
  bool askWhenOpened_ = false;   // a run is opened for its settings alone
};

}  // namespace sinkscope
