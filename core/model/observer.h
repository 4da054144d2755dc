#pragma once

#include "core/model/place.h"

#include <ATen/core/Tensor.h>

namespace sinkscope {

/// Watches, and may change, a forward pass. Recording and intervening are the same mechanism: the decoder shows
/// every wanted place's tensor and goes on with what it is given back.
class Observer {
 public:
  virtual ~Observer() = default;

  /// Whether `visit` shall be called here. A place that nobody wants costs nothing.
  virtual bool wants(const Place& place) const = 0;

  /// Returns the tensor that the pass goes on with: `value` itself to record only. `value` must not be changed in
  /// place. Shapes stand at `Site`.
  virtual at::Tensor visit(const Place& place, at::Tensor value) = 0;

  /// Heads of a layer that do without the sink: their queries from the second on do not see key 0, and the rest of
  /// their row sums to 1. Boolean [head], or [head, query] for some queries only; undefined for none. Not asked where
  /// the cache is bounded.
  virtual at::Tensor hidesFirstKey(int layer) const {
    static_cast<void>(layer);
    return {};
  }
};

}  // namespace sinkscope
