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

class QStackedWidget;

namespace sinkscope {

class ActivityBar;
class CollapseTabs;
class ExplorePage;
class InfluencePage;
class InterveneTabs;
class ModelFetcher;
class ModelsDialog;
class Notice;
class Page;
class PerturbPage;
class Rail;
class ReportPage;
class RunsPage;
class Session;
class TabbedPages;
class TopBar;
class TrainPage;

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

  void chooseModel(const QString& model);
  void fetchModel(const QString& demoModel);
  void openRun(const QString& path);
  void saveRun(const QString& path);
  void exportFigure();
  /// Shows a page: of the rail, or of one of its tabs.
  void turnTo(Page* page);
  /// Opens the list of the models on this machine.
  void showModels();

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
  Notice* notice() const { return notice_; }
  ModelsDialog* modelsDialog() const { return models_; }

 protected:
  void closeEvent(QCloseEvent* event) override;
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dropEvent(QDropEvent* event) override;

 private:
  void layOut();
  void wireSession();
  void wireFetcher();
  void wireMenus();
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
  ModelFetcher* fetcher_;
  ModelsDialog* models_ = nullptr;  // made when it is first asked for
  TopBar* top_ = nullptr;
  Notice* notice_ = nullptr;
  QStackedWidget* pages_ = nullptr;  // the empty page, or the rail's
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
  QHash<const Page*, QString> files_;  // the run file that holds what a page shows
  quint64 saving_ = 0;                 // the last saving that has not ended
  const Page* savingPage_ = nullptr;   // whose it is
  bool noticeOutlivesResult_ = false;  // the next result is no answer to it
  bool closeWhenSaved_ = false;
  bool runsAreChecked_ = false;  // by another process before they are opened
  bool askWhenOpened_ = false;   // a run is opened for its settings alone
};

}  // namespace sinkscope
