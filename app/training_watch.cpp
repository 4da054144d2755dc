#include "app/training_watch.h"

#include "core/error.h"

#include <chrono>
#include <functional>
#include <utility>

namespace sinkscope {
namespace {

constexpr std::chrono::milliseconds kPause{250};
constexpr int kRarely = 8;  // pauses between two looks at the folders and at runs that nobody writes

}  // namespace

/// The reading thread's side: the readers, and what is said of them.
class TrainingWatch::Reading {
 public:
  using Said = std::function<void(std::function<void(TrainingWatch&)>)>;

  Reading(const std::vector<std::filesystem::path>& folders, Said said) : folders_(folders), said_(std::move(said)) {}

  /// Reads what is new; of runs that nobody writes and of new files only where `all` is asked for. Of `asked` ones it
  /// is said that they cannot be read.
  void look(const std::set<std::string>& added, const std::set<std::string>& asked, bool all) {
    if (all) findFiles(added, asked);
    for (auto at = readers_.begin(); at != readers_.end();) {
      const bool due = all || at->second.log().state == TrainingState::Running;
      at = !due || refresh(at->first, at->second) ? std::next(at) : readers_.erase(at);
    }
  }

 private:
  void findFiles(const std::set<std::string>& added, const std::set<std::string>& asked) {
    std::set<std::string> found = added;
    std::error_code error;
    for (const std::filesystem::path& folder : folders_)
      for (const auto& file : std::filesystem::directory_iterator(folder, error))
        if (file.path().extension() == ".h5") found.insert(file.path().string());
    for (const std::string& path : found) {
      if (!readers_.contains(path))
        open(path, asked.contains(path));
      else if (asked.contains(path))
        tell(path, readers_.at(path));
    }
  }

  void open(const std::string& path, bool asked) {
    try {
      tell(path, readers_.emplace(path, TrainingLogReader(path)).first->second);
    } catch (const Error& error) {
      if (!asked) return;  // what else lies in the folder is nobody's business
      said_([path = QString::fromStdString(path), sentence = QString::fromUtf8(error.what())](TrainingWatch& watch) {
        emit watch.failed(path, sentence);
      });
    }
  }

  /// False where the run is no longer there.
  bool refresh(const std::string& path, TrainingLogReader& reader) {
    try {
      if (std::filesystem::exists(path)) {
        if (reader.refresh()) tell(path, reader);
        return true;
      }
    } catch (const Error&) {  // somebody damaged it: it is no run any more
    }
    said_([path = QString::fromStdString(path)](TrainingWatch& watch) {
      watch.runs_.erase(path);
      emit watch.gone(path);
    });
    return false;
  }

  void tell(const std::string& path, const TrainingLogReader& reader) {
    said_([path = QString::fromStdString(path),
           log = std::make_shared<const TrainingLog>(reader.log())](TrainingWatch& watch) {
      watch.runs_[path] = log;
      emit watch.changed(path);
    });
  }

  const std::vector<std::filesystem::path>& folders_;
  const Said said_;
  std::map<std::string, TrainingLogReader> readers_;
};

TrainingWatch::TrainingWatch(std::vector<std::filesystem::path> folders, QObject* parent)
    : QObject(parent), folders_(std::move(folders)) {}

TrainingWatch::~TrainingWatch() = default;

void TrainingWatch::begin() {
  if (thread_.joinable()) return;
  thread_ = std::jthread([this](const std::stop_token& end) { follow(end); });
}

void TrainingWatch::add(const QString& run) {
  {
    const std::lock_guard held(mutex_);
    added_.insert(run.toStdString());
    asked_.insert(run.toStdString());
  }
  begin();
  look();
}

void TrainingWatch::look() {
  {
    const std::lock_guard held(mutex_);
    lookNow_ = true;
  }
  wake_.notify_one();
}

TrainingLogPtr TrainingWatch::run(const QString& path) const {
  const auto found = runs_.find(path);
  return found == runs_.end() ? nullptr : found->second;
}

void TrainingWatch::follow(const std::stop_token& end) {
  Reading reading(folders_, [this](std::function<void(TrainingWatch&)> what) {
    QMetaObject::invokeMethod(
        this, [this, what = std::move(what)] { what(*this); }, Qt::QueuedConnection);
  });
  for (int round = 0; !end.stop_requested(); ++round) {
    std::unique_lock held(mutex_);
    const bool all = std::exchange(lookNow_, false) || round % kRarely == 0;
    const std::set<std::string> added = added_, asked = std::exchange(asked_, {});
    held.unlock();
    reading.look(added, asked, all);
    held.lock();
    wake_.wait_for(held, end, kPause, [this] { return lookNow_; });
  }
}

}  // namespace sinkscope
