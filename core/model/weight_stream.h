#pragma once

#include "core/model/tensor_file.h"
#include "core/model/weight_map.h"
#include "core/model/weight_matrix.h"

#include <ATen/core/Tensor.h>

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace sinkscope {

/// The layers of a model that is larger than memory. A thread of its own reads their matrices in the order of the
/// forward pass, in the type that they are stored in, and ahead of it as far as the budget reaches; asking for one of
/// another layer lets go of the layers before it. The embedding and the output matrix stay in the file. One thread
/// asks.
class WeightStream {
 public:
  /// Throws `Error` when one layer alone is above the budget.
  WeightStream(std::shared_ptr<const TensorFile> file, const ModelConfig& config, std::uint64_t budgetBytes);
  ~WeightStream();
  WeightStream(const WeightStream&) = delete;
  WeightStream& operator=(const WeightStream&) = delete;

  bool has(const std::string& name) const { return places_.contains(name) || left_.contains(name); }
  /// Waits until it was read. Throws `Error` when it can't be.
  WeightMatrix matrix(const std::string& name);

  /// What reading has cost so far.
  ReadingTime time() const { return {waited_, processor_}; }

 private:
  /// A matrix of a layer, in the order of reading.
  struct Item {
    ParameterSpec spec;
    std::int64_t layer = 0;
    std::uint64_t bytes = 0;
    WeightMatrix matrix = {};
    bool isRead = false;
  };

  void readAhead();
  void moveTo(std::int64_t layer);
  void letGo(Item& item);
  at::Tensor spareBuffer(std::uint64_t bytes);

  std::shared_ptr<const TensorFile> file_;
  ModelConfig config_;
  WeightMap map_;
  std::uint64_t budget_;
  std::map<std::string, std::size_t> places_;  // of `items_`
  std::map<std::string, WeightMatrix> left_;

  std::mutex mutex_;  // of what follows
  std::condition_variable changed_;
  std::vector<Item> items_;
  std::int64_t layer_ = 0;         // that is asked for
  std::size_t next_ = 0;           // item to be read
  std::uint64_t held_ = 0;         // bytes that were read and not let go
  std::vector<at::Tensor> spare_;  // buffers to be read into again
  std::exception_ptr failure_;
  bool ends_ = false;
  double waited_ = 0.0;
  std::atomic<double> processor_ = 0.0;
  std::thread reader_;
};

}  // namespace sinkscope
