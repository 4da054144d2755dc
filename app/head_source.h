#pragma once

#include "core/analysis/explore.h"
#include "core/runs/run_file.h"
#include "core/trace/attention.h"

#include <cstdint>
#include <memory>

namespace sinkscope {

/// Where the maps of heads come from: traces in memory or a run file. Used by one thread.
class HeadSource {
 public:
  virtual ~HeadSource() = default;
  virtual bool has(std::size_t prompt) const = 0;
  virtual HeadAttention head(std::size_t prompt, std::int64_t layer, std::int64_t head) const = 0;

  /// The result with all the attention there is, as a run file wants it.
  virtual Exploration exploration() const = 0;
};

std::shared_ptr<HeadSource> liveHeads(Exploration exploration);
std::shared_ptr<HeadSource> savedHeads(std::shared_ptr<const RunFile> file);

}  // namespace sinkscope
