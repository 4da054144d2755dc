#pragma once

#include "core/model/model_listing.h"

#include <QObject>
#include <QString>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

namespace sinkscope {

/// Looks for the models on this machine on a thread of its own, since disks may be slow or far away, and tells of each
/// as soon as its headers are read.
class ModelFinder : public QObject {
  Q_OBJECT

 public:
  explicit ModelFinder(QObject* parent = nullptr);
  ~ModelFinder() override;

  /// Begins to look. Nothing more is told of an earlier look. `budget`: bytes that weights may take.
  void look(std::vector<ModelFolder> folders, std::uint64_t budget);

 signals:
  void found(const sinkscope::ModelListing& model);
  /// `problem`: a sentence where something unexpected ended the look, else empty.
  void finished(const QString& problem);

 private:
  struct Request {
    quint64 number = 0;
    std::vector<ModelFolder> folders;
    std::uint64_t budget = 0;
    std::stop_source stop;
  };
  void serve(const std::stop_token& end);
  void search(const Request& request);

  quint64 last_ = 0;  // of this object's thread
  std::mutex mutex_;  // of the next two
  std::optional<Request> waiting_;
  std::stop_source running_;
  std::condition_variable_any wake_;
  std::jthread thread_;
};

}  // namespace sinkscope
