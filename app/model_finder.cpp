#include "app/model_finder.h"

#include "core/error.h"

#include <utility>

namespace sinkscope {

ModelFinder::ModelFinder(QObject* parent)
    : QObject(parent), thread_([this](const std::stop_token& end) { serve(end); }) {}

ModelFinder::~ModelFinder() {
  thread_.request_stop();
  const std::lock_guard held(mutex_);
  running_.request_stop();
}

void ModelFinder::look(std::vector<ModelFolder> folders, std::uint64_t budget) {
  {
    const std::lock_guard held(mutex_);
    running_.request_stop();
    waiting_ = {++last_, std::move(folders), budget, std::stop_source()};
    running_ = waiting_->stop;
  }
  wake_.notify_one();
}

void ModelFinder::serve(const std::stop_token& end) {
  while (true) {
    std::unique_lock held(mutex_);
    if (!wake_.wait(held, end, [this] { return waiting_.has_value(); })) return;
    const Request request = *std::exchange(waiting_, std::nullopt);
    held.unlock();
    search(request);
  }
}

void ModelFinder::search(const Request& request) {
  const auto tell = [this, number = request.number](auto emission) {
    QMetaObject::invokeMethod(
        this,
        [this, number, emission = std::move(emission)] {
          if (number == last_) emission();
        },
        Qt::QueuedConnection);
  };
  const Job job(request.stop.get_token());
  QString problem;
  try {
    findModels(request.folders, job, [&](const FoundModel& model) {
      tell([this, listing = listModel(model, request.budget)] { emit found(listing); });
      job.check();
    });
  } catch (const Stopped&) {
    return;
  } catch (const std::exception& error) {
    problem = tr("Looking for models failed: %1").arg(QString::fromStdString(firstLine(error)));
  }
  tell([this, problem] { emit finished(problem); });
}

}  // namespace sinkscope
