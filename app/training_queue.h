#pragma once

#include "core/train/training.h"

#include <QObject>
#include <QString>
#include <QStringList>
#include <memory>
#include <optional>
#include <vector>

namespace sinkscope {

class ComputeThread;

/// A training in a queue, with what it takes to put it there again.
struct QueuedTraining {
  QString run;
  QString device;
  std::optional<Recipe> recipe;  ///< of one that starts; none: one that goes on
};

/// Trainings of this window, one after the other, on a thread of their own that gives way to all others: neither the
/// window nor an analysis waits for them. What a training comes to stands in its run file (see `TrainingWatch`); here
/// is only which runs are in work or wait, and how each left the queue: by exactly one of `ended`, `dropped` and
/// `failed`. Destroying the queue pauses what is in work.
class TrainingQueue : public QObject {
  Q_OBJECT

 public:
  explicit TrainingQueue(QObject* parent = nullptr);
  ~TrainingQueue() override;

  void start(const Recipe& recipe, const QString& run, const QString& device);
  /// Goes on with a run from its last checkpoint.
  void resume(const QString& run, const QString& device);
  /// The training that is in work pauses after its step, with a checkpoint; one that waits leaves the queue.
  void pause(const QString& run);
  /// The same; the model as it is then is exported, and the run says that it is over. So it goes with a run that
  /// nobody works on, and the model of its last checkpoint.
  void stop(const QString& run);
  void pauseAll();
  /// How many threads trainings compute with, from the next one on.
  void setThreads(int threads);

  bool isBusy() const { return !items_.empty(); }
  bool holds(const QString& run) const;
  /// The run that is in work; empty: none.
  QString current() const;
  /// Those that wait, the next one first.
  QStringList waiting() const;

  /// All of them, the one in work first. One whose model is only exported is none.
  std::vector<QueuedTraining> trainings() const;

  /// Measures how fast such a model trains here: `speedMeasured`; a newer question takes the place of an older one.
  /// Nothing while a training is in work, which would be slowed and would slow it.
  void measureSpeed(const Recipe& recipe, const QString& device);

 signals:
  void changed();  ///< which runs are in work or wait
  void progressed(const QString& run, const QString& what, double fraction);
  void ended(const QString& run, sinkscope::TrainingEnd end);
  void dropped(const QString& run);  ///< before its first step
  void failed(const QString& run, const QString& sentence, const QString& details);
  void speedMeasured(double flopsPerSecond);

 private:
  struct Item;

  /// `perform` trains, on the queue's thread.
  void post(const QueuedTraining& training, std::function<TrainingEnd(const Job&)> perform);
  Item* itemOf(quint64 id);
  Item* itemOf(const QString& run);
  /// Takes an item out and says why.
  template <typename Emission>
  void leave(quint64 id, Emission emission);

  std::vector<std::unique_ptr<Item>> items_;  // the one in work first
  quint64 lastId_ = 0, measuring_ = 0;
  std::unique_ptr<ComputeThread> thread_;
};

}  // namespace sinkscope
