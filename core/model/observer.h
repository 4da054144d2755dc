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
};

}  // namespace sinkscope
