#include "core/train/estimate.h"

#include <ATen/Parallel.h>

#include "app/compute_thread.h"
#include "app/training_queue.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <utility>

#include <sys/resource.h>

namespace sinkscope {
namespace {

constexpr int kNoKind = -1, kSpeed = 0;
constexpr int kNice = 10;  // about a tenth of what a thread of the window gets when both want the processor

/// Of the calling thread and those it will start.
void giveWayToOthers() {
  setpriority(PRIO_PROCESS, 0, kNice);
}

}  // namespace

struct TrainingQueue::Item {
  QueuedTraining training;  // without a device: only the model is exported
  quint64 id = 0;
  bool working = false;
  std::atomic<bool> stopWanted = false;  // read by the queue's thread
  std::optional<TrainingEnd> end = {};   // written by it before it says that it finished
};

TrainingQueue::TrainingQueue(QObject* parent) : QObject(parent) {
  const auto here = [this](auto what) { QMetaObject::invokeMethod(this, std::move(what), Qt::QueuedConnection); };
  ComputeThread::Reports reports;
  reports.started = [this, here](quint64 id) {
    here([this, id] {
      if (Item* item = itemOf(id)) item->working = true;
      emit changed();
    });
  };
  reports.progress = [this, here](quint64 id, const Progress& progress) {
    here([this, id, what = QString::fromStdString(progress.what), fraction = progress.fraction] {
      if (const Item* item = itemOf(id)) emit progressed(item->training.run, what, fraction);
    });
  };
  reports.finished = [this, here](quint64 id) {
    here([this, id] {
      const Item* item = itemOf(id);
      const TrainingEnd end = item && item->end ? *item->end : TrainingEnd::Paused;
      leave(id, [this, end](const QString& run) { emit ended(run, end); });
    });
  };
  reports.stopped = [this, here](quint64 id) {
    here([this, id] { leave(id, [this](const QString& run) { emit dropped(run); }); });
  };
  reports.failed = [this, here](quint64 id, const std::string& sentence, const std::string& details) {
    here([this, id, sentence = QString::fromStdString(sentence), details = QString::fromStdString(details)] {
      leave(id, [&](const QString& run) { emit failed(run, sentence, details); });
    });
  };
  thread_ = std::make_unique<ComputeThread>(std::move(reports));
  thread_->postQuiet(giveWayToOthers);
}

TrainingQueue::~TrainingQueue() {
  thread_.reset();  // while the items it writes to are there
}

void TrainingQueue::start(const Recipe& recipe, const QString& run, const QString& device) {
  post({run, device, recipe}, [request = TrainingRequest{recipe, run.toStdString(), device.toStdString()}](
                                  const Job& job) { return startTraining(request, job); });
}

void TrainingQueue::resume(const QString& run, const QString& device) {
  post({run, device, {}}, [run = run.toStdString(), device = device.toStdString()](const Job& job) {
    return resumeTraining(run, device, 0, job);
  });
}

void TrainingQueue::post(const QueuedTraining& training, std::function<TrainingEnd(const Job&)> perform) {
  if (holds(training.run)) return;
  thread_->stop(measuring_);
  auto& item = items_.emplace_back(std::make_unique<Item>());
  item->id = ++lastId_;
  item->training = training;
  // The item outlives the work: it leaves when its end was heard of, or after the thread.
  thread_->post(item->id, kNoKind, [perform = std::move(perform), item = item.get()](const Job& job) {
    item->end = perform(job);
    if (item->end == TrainingEnd::Paused && item->stopWanted)
      item->end = stopTraining(item->training.run.toStdString(), job.withoutStop());
  });
  emit changed();
}

void TrainingQueue::pause(const QString& run) {
  if (const Item* item = itemOf(run)) thread_->stop(item->id);
}

void TrainingQueue::stop(const QString& run) {
  if (Item* item = itemOf(run)) {
    item->stopWanted = true;
    pause(run);
    return;
  }
  post({run, {}, {}}, [run = run.toStdString()](const Job& job) { return stopTraining(run, job); });
}

void TrainingQueue::pauseAll() {
  thread_->stopAll();
}

void TrainingQueue::setThreads(int threads) {
  thread_->postQuiet([threads] { at::set_num_threads(threads); });
}

bool TrainingQueue::holds(const QString& run) const {
  return std::ranges::any_of(items_, [&](const auto& item) { return item->training.run == run; });
}

QString TrainingQueue::current() const {
  return !items_.empty() && items_.front()->working ? items_.front()->training.run : QString();
}

QStringList TrainingQueue::waiting() const {
  QStringList runs;
  for (const auto& item : items_)
    if (!item->working) runs << item->training.run;
  return runs;
}

std::vector<QueuedTraining> TrainingQueue::trainings() const {
  std::vector<QueuedTraining> all;
  for (const auto& item : items_)
    if (!item->training.device.isEmpty()) all.push_back(item->training);
  return all;
}

void TrainingQueue::measureSpeed(const Recipe& recipe, const QString& device) {
  if (isBusy()) return;
  measuring_ = ++lastId_;
  thread_->post(measuring_, kSpeed, [this, recipe, device = device.toStdString()](const Job& job) {
    const double speed = measureTrainingSpeed(recipe, device, job);
    QMetaObject::invokeMethod(
        this, [this, speed] { emit speedMeasured(speed); }, Qt::QueuedConnection);
  });
}

TrainingQueue::Item* TrainingQueue::itemOf(quint64 id) {
  const auto found = std::ranges::find_if(items_, [id](const auto& item) { return item->id == id; });
  return found == items_.end() ? nullptr : found->get();
}

TrainingQueue::Item* TrainingQueue::itemOf(const QString& run) {
  const auto found = std::ranges::find_if(items_, [&](const auto& item) { return item->training.run == run; });
  return found == items_.end() ? nullptr : found->get();
}

template <typename Emission>
void TrainingQueue::leave(quint64 id, Emission emission) {
  const Item* item = itemOf(id);
  if (!item) return;  // a measurement of the speed
  const QString run = item->training.run;
  std::erase_if(items_, [id](const auto& one) { return one->id == id; });
  emission(run);
  emit changed();
}

}  // namespace sinkscope
