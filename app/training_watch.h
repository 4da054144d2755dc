#pragma once

#include "core/runs/training_log.h"

#include <QObject>
#include <QString>
#include <condition_variable>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <stop_token>
#include <thread>
#include <vector>

namespace sinkscope {

using TrainingLogPtr = std::shared_ptr<const TrainingLog>;

/// Follows the run files of trainings: all of some folders, and others that are added. It reads on a thread of its own,
/// and always from the file, so that a run of another program is seen in the same way as one of this window.
class TrainingWatch : public QObject {
  Q_OBJECT

 public:
  explicit TrainingWatch(std::vector<std::filesystem::path> folders, QObject* parent = nullptr);
  ~TrainingWatch() override;

  /// Begins to look at the folders; does nothing the second time.
  void begin();
  /// Follows a run wherever it is: `changed` when it was read, else `failed`.
  void add(const QString& run);
  /// Looks at everything again now rather than in a while.
  void look();

  /// What was read so far, by path.
  const std::map<QString, TrainingLogPtr>& runs() const { return runs_; }
  /// The run in that file; null while it was not read.
  TrainingLogPtr run(const QString& path) const;

 signals:
  void changed(const QString& run);
  void gone(const QString& run);
  /// A run that was added cannot be read.
  void failed(const QString& run, const QString& sentence);

 private:
  class Reading;
  void follow(const std::stop_token& end);

  const std::vector<std::filesystem::path> folders_;
  std::map<QString, TrainingLogPtr> runs_;
  std::mutex mutex_;  // of the next three
  std::set<std::string> added_, asked_;
  bool lookNow_ = false;
  std::condition_variable_any wake_;
  std::jthread thread_;
};

}  // namespace sinkscope
