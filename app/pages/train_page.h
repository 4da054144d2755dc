#pragma once

#include "app/pages/page.h"
#include "app/pages/run_view.h"
#include "app/training_queue.h"
#include "app/training_watch.h"

#include <map>

class QStackedWidget;

namespace sinkscope {

class Notice;
class RecipePanel;
class RunList;
class Settings;

/// Trainings: a recipe becomes a run, and a run, of this window or of another program, is watched from its file.
class TrainPage : public Page {
  Q_OBJECT

 public:
  TrainPage(Session& session, Document& document, Settings& settings, QWidget* parent = nullptr);

  bool hasResult() const override { return shown() != nullptr; }
  QString conventions() const override;
  QString doneLine() const override;
  QString numbers() const override;
  std::vector<PageFigure> figures() const override;
  /// A copy of the run's file.
  quint64 save(const QString& path, bool keepAttention) override;

  /// Lists and shows the run of a file.
  void showRun(const QString& path);
  /// Puts the recipe of a run into the form, for a new training.
  void useRecipe(const QString& run);

  /// Puts trainings into the queue again that another window left in its.
  void takeUp(const std::vector<QueuedTraining>& trainings);

  TrainingQueue& queue() { return queue_; }
  TrainingWatch& watch() { return watch_; }
  RecipePanel* recipePanel() const { return recipe_; }
  TrainingView* runView() const { return view_; }
  RunList* runList() const { return list_; }

  /// Whether the window may close. While a training is in work it asks first; `closeWanted` once all are paused.
  bool mayClose();

 signals:
  void closeWanted();
  /// The trained model of a run is to be explored.
  void modelWanted(const QString& folder);

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  void ask() override {}
  void follow(const Inputs& now, const Inputs& before) override;
  void wire();
  TrainingLogPtr shown() const;
  void start(const Recipe& recipe);
  void take(const QString& run);
  void turnTo(const QString& run);
  void takeRecipe(const TrainingLog& log);
  void listRuns();
  void draw();
  void askToClose();
  /// Without `hasModel`, which costs a look at the disk.
  TrainingView::Work workOf(const QString& run) const;
  TrainingView::Work workShown() const;

  struct Now {
    QString what;
    double fraction = 0.0;
  };
  TrainingWatch watch_;
  TrainingQueue queue_;
  std::map<QString, QString> names_;  // of runs that were started here, by path
  QString reading_;                   // the run that was chosen and is not read yet
  bool closing_ = false;
  Now now_;  // what the queue does
  Notice* notice_;
  RunList* list_;
  QStackedWidget* stack_;
  RecipePanel* recipe_;
  TrainingView* view_;
};

}  // namespace sinkscope
