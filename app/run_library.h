#pragma once

#include "core/catalogue/catalogue.h"
#include "core/catalogue/compared_runs.h"

#include <QObject>
#include <QString>
#include <QStringList>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace sinkscope {

/// What the catalogue answers: the runs of a query, and how many there are of each value of the column by which they
/// are put together.
struct ListedRuns {
  std::vector<RunRow> rows;
  std::vector<std::pair<std::string, std::int64_t>> groups;
  std::size_t all = 0;  ///< in the library
};
using ListedRunsPtr = std::shared_ptr<const ListedRuns>;
using ComparedRunsPtr = std::shared_ptr<const ComparedRuns>;
using RunTreePtr = std::shared_ptr<const std::vector<RunNode>>;
using RunPreviewPtr = std::shared_ptr<const RunPreview>;

/// The window's way to the catalogue, which works on a thread of its own: it answers what was asked last, again when
/// files change, and does what is to be done with them one after another.
class RunLibrary : public QObject {
  Q_OBJECT

 public:
  explicit RunLibrary(QObject* parent = nullptr);
  ~RunLibrary() override;

  /// Begins to look into these folders, with `executable` to read files with (`CardReader`); into other ones when it
  /// is called again.
  void begin(const std::vector<std::filesystem::path>& folders, const std::filesystem::path& executable);
  /// While nobody looks at the runs, nobody looks for changes either.
  void setWatching(bool watching);

  void ask(const RunQuery& query, std::optional<RunColumn> group);  ///< `listed`
  void find(const QString& run);                                    ///< `found`
  void label(const QString& run, const RunLabels& labels);
  /// Copies run files into the first folder under free names; those that are none are refused with a sentence.
  void add(const QStringList& files);
  /// Whether it can be opened without harm: `checked`, else `failed`.
  void check(const QString& run);
  /// Reads all of some runs to lie beside each other: `compared`, else `failed`.
  void compare(const QStringList& runs);
  /// What is in a run's file: `treeRead`, and a part of one of its datasets: `previewed`; else `failed`.
  void readTree(const QString& run);
  void preview(const QString& run, const RunPreviewQuery& query);
  /// Moves them to the wastebasket, with the checkpoints and the model of a training, which must not be at work.
  void discard(const QStringList& runs);

 signals:
  void listed(const sinkscope::ListedRunsPtr& runs);
  void found(const QString& run, const std::shared_ptr<const sinkscope::RunCard>& card);
  void checked(const QString& run);
  void compared(const sinkscope::ComparedRunsPtr& runs);
  void treeRead(const QString& run, const sinkscope::RunTreePtr& tree);
  void previewed(const QString& run, const sinkscope::RunPreviewPtr& preview);
  /// Of reading what is new; empty: done.
  void progressed(const QString& what);
  void failed(const QString& sentence);

 private:
  struct Task {
    std::function<void(Catalogue&, const Job&)> work;
    bool isOwed = false;  ///< also where the window closes first
  };

  void post(Task task);
  void serve(const std::stop_token& end, const std::vector<std::filesystem::path>& folders,
             const std::filesystem::path& executable);
  void serve(Catalogue& catalogue, const std::stop_token& end);
  void look(Catalogue& catalogue, const std::stop_token& end);
  /// What goes wrong is said, and the thread goes on.
  void tryTo(const std::function<void()>& action);
  bool hasTasks();
  void doTasks(Catalogue& catalogue, const Job& job);
  void doOwed(Catalogue& catalogue);
  void list(const Catalogue& catalogue);
  /// Of the tasks that tell how far they are.
  Job tellingJob(const std::stop_token& end);
  /// Called on the thread: does it on this object's.
  void tell(std::function<void()> emission);

  std::mutex mutex_;  // of the next four
  std::deque<Task> tasks_;
  RunQuery query_;
  std::optional<RunColumn> group_;
  bool asked_ = true, watching_ = false;
  bool lookNow_ = false;  // of the thread
  std::condition_variable_any wake_;
  std::jthread thread_;
};

}  // namespace sinkscope
