#pragma once

#include "core/job.h"
#include "core/model/model.h"
#include "core/text/tokenizer.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace sinkscope {

/// The one model that is in memory, with its tokenizer. Used by one thread.
class ModelCache {
 public:
  struct Loaded {
    std::shared_ptr<const Model> model;
    std::shared_ptr<const Tokenizer> tokenizer;
  };

  /// The model of that name (as `resolveModel` takes it) on that device: the one in memory when its file is still the
  /// same. A model that cannot be opened leaves the one in memory where it is.
  const Loaded& get(const std::string& name, const std::string& device, const Job& job);

  /// How many bytes weights may take from now on; 0: `usualWeightMemory`.
  void setWeightMemory(std::uint64_t bytes) { weightMemory_ = bytes; }

  /// Whether `get` would have to read the model's weights.
  bool mustLoad(const std::string& name, const std::string& device) const;

 private:
  struct Key {
    std::filesystem::path path;
    std::string device;
    std::uint64_t weightMemory = 0;
    std::filesystem::file_time_type changed;
    bool operator==(const Key&) const = default;
  };
  Key keyOf(const std::string& name, const std::string& device) const;

  std::uint64_t weightMemory_ = 0;
  Key key_;
  Loaded loaded_;
};

}  // namespace sinkscope
