#pragma once

#include "core/model/model.h"
#include "core/model/tensor_file.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace sinkscope {

/// A model of tests/data/tiny with what transformers says about it (see make_tiny_models.py).
struct TinyModel {
  std::shared_ptr<const Model> model;
  std::unique_ptr<TensorFile> golden;

  explicit TinyModel(const std::string& name) {
    const auto folder = std::filesystem::path(SINKSCOPE_TEST_DATA) / "tiny" / name;
    model = loadModel(folder, "cpu", Job());
    golden = openTensorFile(folder / "expected.safetensors");
  }

  at::Tensor expected(const std::string& name) const { return golden->read(name); }

  /// [1, token], int64
  at::Tensor tokens() const { return expected("tokens").to(at::kLong).unsqueeze(0); }

  std::vector<std::int64_t> ids() const {
    const at::Tensor row = tokens().squeeze(0).contiguous();
    return {row.const_data_ptr<std::int64_t>(), row.const_data_ptr<std::int64_t>() + row.numel()};
  }
};

/// `count`, or as many tokens as a model with learned positions knows.
inline std::int64_t fitting(const ModelConfig& config, std::int64_t count) {
  return config.positions == Positions::Learned ? std::min(count, config.contextLength) : count;
}

/// `count` ids, or as many as fit, drawn with a seed: prompts longer than the blocks in which the decoder and the trace
/// work.
inline std::vector<std::int64_t> drawnIds(const ModelConfig& config, std::int64_t count) {
  std::mt19937 random(20250402);
  std::vector<std::int64_t> ids;
  for (std::int64_t t = 0; t < fitting(config, count); ++t)
    ids.push_back(static_cast<std::int64_t>(random() % config.vocabulary));
  return ids;
}

inline ModelConfig tinyConfig(const std::string& name) {
  return readConfig(std::filesystem::path(SINKSCOPE_TEST_DATA) / "tiny" / name);
}

/// Some that differ most, for what takes long or asks little of a family.
inline const std::vector<std::string>& someTinyModelNames() {
  static const std::vector<std::string> names = {"llama-gqa",   "llama-tied-sharded",
                                                 "gemma3-tied", "gemma3-untied-sharded",
                                                 "gemma2-caps", "gpt2",
                                                 "gpt-oss",     "mixtral",
                                                 "olmo2",       "pythia"};
  return names;
}

/// Those of them whose vocabulary has the letters that texts in tests are made of, for `ByteTokenizer`, and
/// which have room for them.
inline std::vector<std::string> readingTinyModelNames() {
  std::vector<std::string> names;
  for (const std::string& name : someTinyModelNames())
    if (const ModelConfig config = tinyConfig(name); config.vocabulary > 'R' && fitting(config, 64) == 64)
      names.push_back(name);
  return names;
}

/// Every folder of tests/data/tiny.
inline const std::vector<std::string>& tinyModelNames() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(SINKSCOPE_TEST_DATA) / "tiny"))
      if (entry.is_directory()) found.push_back(entry.path().filename().string());
    std::ranges::sort(found);
    return found;
  }();
  return names;
}

}  // namespace sinkscope
