#pragma once

// Private to attention's ways of being computed.

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace sinkscope {

// Queries that are taken at a time where a mask is needed: large enough for the matrix products, small enough that the
// mask [block, block + window] stays small.
inline constexpr std::int64_t kQueryBlock = 256;

/// Each key head repeated for the query heads that share it.
at::Tensor repeatHeads(const at::Tensor& x, std::int64_t heads);

/// Which of the keys [key0, key1) the queries [query0, query1) do not see: boolean [query, key]. The `always` first
/// keys are seen past the window too; `window` as in `LayerConfig`.
at::Tensor unseenKeys(std::int64_t query0, std::int64_t query1, std::int64_t key0, std::int64_t key1,
                      std::int64_t window, std::int64_t always, at::Device device);

/// What is added to scores so that what is hidden gets no weight: minus infinity there, 0 elsewhere.
at::Tensor hidingMask(const at::Tensor& hidden);

}  // namespace sinkscope
