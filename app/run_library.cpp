#include "app/run_library.h"

#include "app/file_path.h"
#include "core/error.h"
#include "core/runs/run_preview.h"
#include "core/runs/run_tree.h"
#include "core/runs/writer_lock.h"

#include <QDir>
#include <QStandardPaths>
#include <chrono>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace sinkscope {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kPause{3};           // between two looks at the files
constexpr std::chrono::milliseconds kBetween{500};  // between two lists while new files are read

bool isAtWork(const std::filesystem::path& run) {
  const int descriptor = ::open(run.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return false;
  const bool written = hasWriter(descriptor);
  ::close(descriptor);
  return written;
}

}  // namespace

RunLibrary::RunLibrary(QObject* parent) : QObject(parent) {}

RunLibrary::~RunLibrary() = default;

void RunLibrary::begin(const std::vector<std::filesystem::path>& folders, const std::filesystem::path& executable) {
  thread_ = {};  // ends the one before
  asked_ = true;
  thread_ = std::jthread([this, folders, executable](const std::stop_token& end) { serve(end, folders, executable); });
}

void RunLibrary::setWatching(bool watching) {
  {
    const std::lock_guard held(mutex_);
    watching_ = watching;
  }
  wake_.notify_one();
}

void RunLibrary::ask(const RunQuery& query, std::optional<RunColumn> group) {
  {
    const std::lock_guard held(mutex_);
    query_ = query;
    group_ = group;
    asked_ = true;
  }
  wake_.notify_one();
}

void RunLibrary::post(Task task) {
  {
    const std::lock_guard held(mutex_);
    tasks_.push_back(std::move(task));
  }
  wake_.notify_one();
}

void RunLibrary::find(const QString& run) {
  post({[this, run](Catalogue& catalogue, const Job&) {
    const auto card = std::make_shared<const RunCard>(catalogue.card(pathOf(run)));
    tell([this, run, card] { emit found(run, card); });
  }});
}

void RunLibrary::label(const QString& run, const RunLabels& labels) {
  const auto work = [this, run, labels](Catalogue& catalogue, const Job& job) {
    catalogue.label(pathOf(run), labels, job.quiet());
    list(catalogue);
  };
  post({.work = work, .isOwed = true});
}

void RunLibrary::add(const QStringList& files) {
  for (const QString& file : files)
    post({[this, file](Catalogue& catalogue, const Job& job) {
      catalogue.add(pathOf(file), job.quiet());
      lookNow_ = true;
    }});
}

void RunLibrary::check(const QString& run) {
  post({[this, run](Catalogue& catalogue, const Job& job) {
    catalogue.check(pathOf(run), job.quiet());
    tell([this, run] { emit checked(run); });
  }});
}

void RunLibrary::compare(const QStringList& runs) {
  post({[this, runs](Catalogue& catalogue, const Job& job) {
    std::vector<std::filesystem::path> paths;
    for (const QString& run : runs) {
      job.progress("looking at " + run.toStdString(), 0.0);
      paths.push_back(pathOf(run));
      catalogue.check(paths.back(), job.quiet());
    }
    const auto read = std::make_shared<const ComparedRuns>(readCompared(paths, job));
    tell([this, read] { emit compared(read); });
  }});
}

void RunLibrary::readTree(const QString& run) {
  post({[this, run](Catalogue& catalogue, const Job& job) {
    const auto tree = std::make_shared<const std::vector<RunNode>>(catalogue.tree(pathOf(run), job.quiet()));
    tell([this, run, tree] { emit treeRead(run, tree); });
  }});
}

void RunLibrary::preview(const QString& run, const RunPreviewQuery& query) {
  post({[this, run, query](Catalogue& catalogue, const Job& job) {
    const auto read = std::make_shared<const RunPreview>(catalogue.preview(pathOf(run), query, job.quiet()));
    tell([this, run, read] { emit previewed(run, read); });
  }});
}

void RunLibrary::discard(const QStringList& runs) {
  for (const QString& run : runs)
    post({[this, run](Catalogue&, const Job&) {
      const std::string name = run.toStdString();
      // Qt makes the wastebasket, but not the folder that it belongs into; without that one it would move the file to
      // wherever the program was started.
      const QString data = QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation);
      if (!QDir().mkpath(data))
        throw Error(name + ": there is no wastebasket, as " + data.toStdString() + " cannot be made.");
      if (isSample(pathOf(run))) throw Error(name + ": is a sample, which stays as it is.");
      if (isAtWork(pathOf(run))) throw Error(name + ": is being written by a training; stop that first.");
      if (!QFile::moveToTrash(run)) throw Error(name + ": cannot be moved to the wastebasket.");
      lookNow_ = true;
      for (const QString& beside :
           {run + QStringLiteral(".checkpoints"), pathText(pathOf(run).replace_extension(".model"))})
        if (QFile::exists(beside)) QFile::moveToTrash(beside);
    }});
}

void RunLibrary::tell(std::function<void()> emission) {
  QMetaObject::invokeMethod(this, std::move(emission), Qt::QueuedConnection);
}

Job RunLibrary::tellingJob(const std::stop_token& end) {
  return Job(end, [this](const Progress& progress) {
    tell([this, what = QString::fromStdString(progress.what)] { emit progressed(what); });
  });
}

void RunLibrary::tryTo(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    tell([this, sentence = QString::fromUtf8(error.what())] { emit failed(sentence); });
  }
}

bool RunLibrary::hasTasks() {
  const std::lock_guard held(mutex_);
  return asked_ || !tasks_.empty();
}

void RunLibrary::doTasks(Catalogue& catalogue, const Job& job) {
  while (true) {
    std::unique_lock held(mutex_);
    const bool asked = std::exchange(asked_, false);
    Task task;
    if (!asked) {
      if (tasks_.empty()) return;
      task = std::move(tasks_.front());
      tasks_.pop_front();
    }
    held.unlock();
    tryTo([&] { asked ? list(catalogue) : task.work(catalogue, job); });
  }
}

void RunLibrary::doOwed(Catalogue& catalogue) {
  std::deque<Task> left;
  {
    const std::lock_guard held(mutex_);
    left.swap(tasks_);
  }
  for (const Task& task : left)
    if (task.isOwed) tryTo([&] { task.work(catalogue, Job()); });
}

void RunLibrary::list(const Catalogue& catalogue) {
  std::unique_lock held(mutex_);
  const RunQuery query = query_;
  const std::optional<RunColumn> group = group_;
  held.unlock();
  auto listing = std::make_shared<ListedRuns>();
  listing->rows = catalogue.runs(query);
  listing->all = catalogue.count();
  if (group) listing->groups = catalogue.values(*group);
  tell([this, listing = ListedRunsPtr(listing)] { emit listed(listing); });
}

void RunLibrary::look(Catalogue& catalogue, const std::stop_token& end) {
  const Job job = tellingJob(end);
  auto shown = Clock::now();
  bool told = false;
  // What is asked meanwhile is answered between two files.
  const Job answering(end, [&](const Progress& progress) {
    told = true;
    tell([this, what = QString::fromStdString(progress.what)] { emit progressed(what); });
    if (hasTasks()) doTasks(catalogue, job);
    if (Clock::now() - shown < kBetween) return;
    shown = Clock::now();
    list(catalogue);
  });
  if (catalogue.scan(answering).changed()) list(catalogue);
  if (told) tell([this] { emit progressed({}); });
}

void RunLibrary::serve(const std::stop_token& end, const std::vector<std::filesystem::path>& folders,
                       const std::filesystem::path& executable) {
  try {
    Catalogue catalogue(folders, runIndexFile(), executable);
    try {
      serve(catalogue, end);
    } catch (const Stopped&) {
    }
    doOwed(catalogue);
  } catch (const std::exception& error) {
    tell([this, sentence = QString::fromStdString(firstLine(error))] { emit failed(sentence); });
  }
}

void RunLibrary::serve(Catalogue& catalogue, const std::stop_token& end) {
  const Job job = tellingJob(end);
  auto looked = Clock::time_point();
  while (!end.stop_requested()) {
    doTasks(catalogue, job);
    std::unique_lock held(mutex_);
    const bool watching = watching_;
    held.unlock();
    if (std::exchange(lookNow_, false) || (watching && Clock::now() - looked >= kPause)) {
      tryTo([&] { look(catalogue, end); });
      looked = Clock::now();
    }
    held.lock();
    wake_.wait_for(held, end, kPause, [&] { return asked_ || !tasks_.empty() || watching_ != watching; });
  }
}

}  // namespace sinkscope
