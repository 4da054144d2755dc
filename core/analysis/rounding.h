#pragma once

#include "core/model/observer.h"
#include "core/model/parameters.h"

namespace sinkscope {

/// `x` rounded to the nearest bfloat16, in its own type.
at::Tensor roundedToBfloat16(const at::Tensor& x);

/// A copy of the parameters with every weight rounded to bfloat16, still float32.
Parameters roundedToBfloat16(const Parameters& parameters);

/// Rounds the state at every place of a pass to bfloat16 (not the log-sum-exp and the logits), then shows it to `next`
/// (may be null). With rounded weights this is the model in bfloat16 with float32 sums, but for what has no place of
/// its own: the inside of the feed-forward part, queries and keys before their norm and rotation, and the softmax stay
/// float32.
class Bfloat16Observer : public Observer {
 public:
  explicit Bfloat16Observer(Observer* next = nullptr) : next_(next) {}

  bool wants(const Place& place) const override;
  at::Tensor visit(const Place& place, at::Tensor value) override;

 private:
  Observer* next_;
};

}  // namespace sinkscope
