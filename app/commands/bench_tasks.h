#pragma once

#include "core/model/model.h"
#include "core/text/tokenizer.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace sinkscope {

// Random weights: a LLaMa shape of 134 million (85 in the layers), as peers.py makes it, and one of 6 million.
inline constexpr const char* kRandomModel = "random-120m";
inline constexpr const char* kSmallRandomModel = "random-6m";

inline constexpr std::int64_t kProbes = 64;  ///< products of the task jacobian

bool isRandom(const std::string& name);

/// With weights, or only with its shape.
std::shared_ptr<const Model> randomModel(const std::string& name, bool weights);

/// What a task of `sinkscope bench` does again and again; `position`: of the swapped token, `batch`: windows of a
/// training step. Throws `Error` for a task that needs a tokenizer where there is none.
std::function<void()> taskOf(const std::shared_ptr<const Model>& model,
                             const std::shared_ptr<const Tokenizer>& tokenizer, const std::string& task,
                             const std::vector<std::int64_t>& ids, std::int64_t position, std::int64_t batch);

/// Floating-point operations that it needs.
double flopsOf(const ModelConfig& config, const std::string& task, std::int64_t tokens, std::int64_t position,
               std::int64_t batch);

}  // namespace sinkscope
