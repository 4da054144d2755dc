#pragma once

// Private to the analyses: an intervention at work in a pass.

#include "core/analysis/intervention.h"
#include "core/job.h"
#include "core/model/decoder.h"
#include "core/model/model.h"
#include "core/model/observer.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace sinkscope {

/// What heads gather and what their values are at the tokens behind the first of some prompts: what replacements are
/// made of.
struct HeadSamples {
  std::vector<at::Tensor> output;  ///< [layer][sample, head, d]
  std::vector<at::Tensor> value;   ///< [layer][sample, key head, d]
};

/// From one pass a prompt, `ids` as they are run; some hundred tokens are kept, evenly from all of them.
HeadSamples sampleHeads(const Model& model, const std::vector<std::vector<std::int64_t>>& ids, const Job& job);

/// Whether the intervention needs samples.
bool needsSamples(const Intervention& intervention);

/// Changes a pass over whole sequences, all of a batch alike.
class InterventionObserver : public Observer {
 public:
  /// `samples` may be null where none are needed; `seed` decides what is random. All must outlive this.
  InterventionObserver(const Intervention& intervention, const ModelConfig& config, std::int64_t tokens,
                       const HeadSamples* samples, std::uint64_t seed);

  bool wants(const Place& place) const override;
  at::Tensor visit(const Place& place, at::Tensor value) override;
  at::Tensor hidesFirstKey(int layer) const override;

  /// What is kept of the sequence while it is read.
  CacheLimit cache() const;

  /// Weights of all queries on one key, [batch, head, query], 0 where it is not seen, as they are after the change; to
  /// be called when the layer's log-sum-exp was visited. `key` is 0 or, where all layers see it, another.
  at::Tensor weightsOn(std::int64_t key, int layer) const;

 private:
  /// The heads of a layer at the positions that are meant, boolean [head, token].
  at::Tensor chosen(int layer) const;
  bool changes(int layer) const;
  /// What stands in for `original` [token, head, d]: [token, head, d].
  at::Tensor replacement(int layer, const at::Tensor& original, const at::Tensor& samples) const;
  at::Tensor removed(int layer, const at::Tensor& output) const;
  at::Tensor withOtherValues(int layer, const at::Tensor& output) const;

  const Intervention& intervention_;
  const ModelConfig& config_;
  std::int64_t tokens_;
  const HeadSamples* samples_;
  std::uint64_t seed_;
  at::Tensor query_, key_, value_, logSumExp_;  // of the layer that is being run
};

}  // namespace sinkscope
