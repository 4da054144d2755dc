#pragma once

#include "app/training_curves_figure.h"

#include <QString>
#include <QWidget>
#include <vector>

class QLabel;
class QProgressBar;
class QPushButton;

namespace sinkscope {

class Notice;
class SinkFilm;
class TrainingCurves;

/// One training: how far it is, what can be done with it, its curves (with those of others over them) and its film.
class TrainingView : public QWidget {
  Q_OBJECT

 public:
  explicit TrainingView(QWidget* parent = nullptr);

  /// What is known of the run beside its file.
  struct Work {
    QString name;          ///< where the file has none yet
    bool working = false;  ///< in this window
    bool waiting = false;
    bool hasModel = false;  ///< to be opened
    QString now;            ///< what is being done, before the first step too
    double fraction = 0.0;  ///< of the whole training

    bool operator==(const Work&) const = default;
  };
  /// The run as it was, with news of its work.
  void setWork(const Work& work);
  /// A run, null while there is no file, and those to be drawn over it.
  void setRun(const TrainingLogPtr& log, const Work& work, const std::vector<NamedTraining>& others);

  /// The run and those over it, as the curves name them.
  const std::vector<NamedTraining>& runs() const;
  Notice* trouble() const { return trouble_; }
  TrainingCurves* curves() const { return curves_; }
  SinkFilm* film() const { return film_; }

 signals:
  void pauseWanted();
  void stopWanted();
  void resumeWanted();
  void openModelWanted();
  void editRecipeWanted();

 private:
  QPushButton* addButton(const QString& text, const char* name, void (TrainingView::*wanted)());

  TrainingLogPtr log_;
  QLabel* name_;
  QLabel* state_;
  QProgressBar* progress_;
  QPushButton* pause_;
  QPushButton* stop_;
  QPushButton* resume_;
  QPushButton* model_;
  QPushButton* recipe_;
  Notice* trouble_;
  TrainingCurves* curves_;
  SinkFilm* film_;
};

}  // namespace sinkscope
