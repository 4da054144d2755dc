#include "core/model/weight_stream.h"

#include "core/byte_text.h"
#include "core/error.h"
#include "core/model/weight_names.h"

#include <ATen/Parallel.h>

#include <omp.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <utility>

namespace sinkscope {
namespace {

/// Processor seconds of the thread that asks.
double processorSeconds() {
  std::timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

}  // namespace

WeightStream::WeightStream(std::shared_ptr<const TensorFile> file, const ModelConfig& config, std::uint64_t budgetBytes)
    : file_(std::move(file)), config_(config), map_(*file_, config_), budget_(budgetBytes) {
  std::map<std::int64_t, std::uint64_t> bytesOfLayer;
  for (const ParameterSpec& spec : map_.specs()) {
    if (spec.shape.size() != 2) continue;
    const ParsedName name(spec.name);
    if (!name.isOfLayer()) {
      left_.emplace(spec.name, map_.leaveMatrix(spec));
      continue;
    }
    places_[spec.name] = items_.size();
    items_.push_back({spec, name.layerNumber(), map_.bytesHeld(spec)});
    bytesOfLayer[items_.back().layer] += items_.back().bytes;
  }
  for (const auto& [layer, bytes] : bytesOfLayer)
    if (bytes > budget_)
      throw Error(file_->name() + ": layer " + std::to_string(layer) + " alone needs " + mebibytes(bytes) +
                  ", more than the " + mebibytes(budget_) + " that weights may take.");
  reader_ = std::thread([this] { readAhead(); });
}

WeightStream::~WeightStream() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  changed_.notify_all();
  reader_.join();
}

WeightMatrix WeightStream::matrix(const std::string& name) {
  if (const auto found = left_.find(name); found != left_.end()) return found->second;
  std::unique_lock lock(mutex_);
  const Item& item = items_[places_.at(name)];
  if (item.layer != layer_) moveTo(item.layer);
  if (!item.isRead) {
    const auto start = std::chrono::steady_clock::now();
    changed_.wait(lock, [&] { return item.isRead || failure_; });
    waited_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }
  if (!item.isRead) std::rethrow_exception(std::exchange(failure_, nullptr));
  return item.matrix;
}

/// Lets go of what lies before the layer; of everything where the reader can't just go on.
void WeightStream::moveTo(std::int64_t layer) {
  const auto isOfLayer = [&](const Item& item) { return item.layer == layer; };
  const auto start = static_cast<std::size_t>(std::ranges::find_if(items_, isOfLayer) - items_.begin());
  const bool goesOn = layer > layer_ && start <= next_;
  for (std::size_t i = 0; i < items_.size(); ++i)
    if (items_[i].isRead && (i < start || !goesOn)) letGo(items_[i]);
  if (!goesOn) next_ = start;
  layer_ = layer;
  changed_.notify_all();
}

void WeightStream::letGo(Item& item) {
  if (at::Tensor bytes = item.matrix.storedBytes(); bytes.defined()) spare_.push_back(std::move(bytes));
  item.matrix = {};
  item.isRead = false;
  held_ -= item.bytes;
}

/// A buffer of that many bytes that nobody looks at any more, or none. Pages that were touched once cost nothing.
at::Tensor WeightStream::spareBuffer(std::uint64_t bytes) {
  const auto fits = [&](const at::Tensor& buffer) {
    return buffer.nbytes() == bytes && buffer.storage().use_count() == 1;
  };
  const auto found = std::ranges::find_if(spare_, fits);
  at::Tensor buffer;
  if (found != spare_.end()) {
    buffer = std::move(*found);
    spare_.erase(found);
  } else {
    spare_.clear();  // else they would stay beside the new one
  }
  return buffer;
}

void WeightStream::readAhead() {
  at::get_num_threads();   // else the first parallel loop here would set it anew
  omp_set_num_threads(1);  // of this thread: the others compute
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] {
      const bool more = next_ < items_.size() && !failure_;
      return ends_ || (more && (items_[next_].layer == layer_ || held_ + items_[next_].bytes <= budget_));
    });
    if (ends_) return;
    const std::size_t index = next_;
    const at::Tensor buffer = spareBuffer(items_[index].bytes);
    lock.unlock();
    WeightMatrix matrix;
    std::exception_ptr failure;
    try {
      matrix = map_.readMatrix(items_[index].spec, buffer);
    } catch (...) {
      failure = std::current_exception();
    }
    processor_ = processorSeconds();
    lock.lock();
    if (index != next_) continue;  // another layer was asked for meanwhile
    failure_ = failure;
    if (failure) {
      changed_.notify_all();
      continue;
    }
    items_[index].matrix = std::move(matrix);
    items_[index].isRead = true;
    held_ += items_[index].bytes;
    ++next_;
    changed_.notify_all();
  }
}

}  // namespace sinkscope
