#pragma once

#include "core/error.h"
#include "core/runs/run_file.h"

#include <ATen/core/Tensor.h>
#include <ATen/ops/from_blob.h>

#include <QString>
#include <QStringList>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace sinkscope::sample {

/// Floats with every kind of bit pattern among them.
inline std::vector<float> numbers(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::vector<float> values(count);
  for (float& value : values) value = normal(random);
  const float odd[] = {std::nanf("1"), -0.0f, std::numeric_limits<float>::infinity(),
                       std::numeric_limits<float>::denorm_min()};
  for (std::size_t i = 0; i < std::size(odd) && i < count; ++i) values[i * (count / 5 + 1) % count] = odd[i];
  return values;
}

template <std::size_t N>
Array<float, N> array(const typename Array<float, N>::Shape& shape, unsigned seed) {
  Array<float, N> result(shape);
  const std::vector<float> values = numbers(result.size(), seed);
  std::copy(values.begin(), values.end(), result.data());
  return result;
}

inline at::Tensor tensor(std::vector<std::int64_t> shape, unsigned seed) {
  std::int64_t count = 1;
  for (const std::int64_t extent : shape) count *= extent;
  std::vector<float> values = numbers(static_cast<std::size_t>(count), seed);
  return at::from_blob(values.data(), shape).clone();
}

inline ModelIdentity model() {
  ModelIdentity identity;
  identity.name = "Gemma";
  identity.weightType = "Q4_K";
  identity.licence = "gemma";
  identity.parameterCount = 268098176;
  identity.files = {{"model-00001.safetensors", 253113024, std::string(64, 'a')}, {"größe.gguf", 1, "0f"}};
  ModelConfig& config = identity.config;
  config.family = "gemma3";
  config.vocabulary = 262144;
  config.layers = 3;
  config.heads = 4;
  config.keyHeads = 2;
  config.width = 640;
  config.headWidth = 5;
  config.feedForwardWidth = 2048;
  config.contextLength = 32768;
  config.normEpsilon = 1e-6;
  config.activation = Activation::GeluTanh;
  config.embeddingScale = std::sqrt(640.0);
  config.attentionScale = 1.0 / 3.0;
  config.queryKeyNorm = config.postNorms = config.tiedEmbedding = true;
  config.perLayer = {{512, 10000.0, 1.0}, {512, 10000.0, 1.0}, {0, 1e6, 8.0}};
  return identity;
}

inline PromptResult prompt(const ModelConfig& config, unsigned seed) {
  PromptResult result;
  result.prompt = std::string("Zo\xC3\xAB\0 \xF0\x9F\x99\x82 says", 15);
  result.tokens = {
      {2, "<bos>", 0, 0, true},        {17, "Zo\xC3\xAB", 0, 4, false}, {0, std::string("\0", 1), 4, 5, false},
      {240, " \xF0\x9F", 5, 8, false},  // a part of a character
      {241, "\x99\x82", 8, 10, false}, {9, "", 10, 10, false},          {99, " says", 10, 15, false}};
  const auto layers = static_cast<std::size_t>(config.layers), heads = static_cast<std::size_t>(config.heads);
  const auto keyHeads = static_cast<std::size_t>(config.keyHeads);
  const std::size_t tokens = result.tokens.size();
  result.shares.shares = array<3>({layers, heads, tokens}, seed);
  result.shares.windows = {512, 512, 0};
  result.rowEntropy = array<3>({layers, heads, tokens}, seed + 1);
  result.valueNorm = array<3>({layers, keyHeads, tokens}, seed + 2);
  result.outputNorm = array<3>({layers, heads, tokens}, seed + 3);
  result.residualNorm = array<2>({layers + 1, tokens}, seed + 4);
  result.tokenLoss = numbers(tokens - 1, seed + 5);
  result.next = {{" hi", 0.1}, {"", 1.0 / 3.0}, {"\xFF\n", 1e-300}};
  return result;
}

/// The same prompt without its arrays over tokens.
inline PromptResult summary(const ModelConfig& config, unsigned seed) {
  PromptResult result = prompt(config, seed);
  const auto layers = static_cast<std::size_t>(config.layers), heads = static_cast<std::size_t>(config.heads);
  result.shares.shares = array<3>({layers, heads, 1}, seed);
  result.shares.length = result.tokens.size();
  result.rowEntropy = result.valueNorm = result.outputNorm = {};
  result.meanEntropy = array<2>({layers, heads}, seed + 6);
  result.drain = array<2>({layers, heads}, seed + 7);
  return result;
}

inline std::shared_ptr<const Trace> trace(const ModelConfig& config, std::int64_t tokens, unsigned seed) {
  auto result = std::make_shared<Trace>();
  result->layers = config.layers;
  result->heads = config.heads;
  result->keyHeads = config.keyHeads;
  result->tokens = tokens;
  result->scale = config.attentionScale;
  for (std::int64_t layer = 0; layer < config.layers; ++layer) {
    Trace::Layer& kept = result->layer.emplace_back();
    kept.window = config.perLayer[static_cast<std::size_t>(layer)].window;
    kept.query = tensor({tokens, config.heads, config.headWidth}, seed++).transpose(0, 1);  // strided, as in a pass
    kept.key = tensor({config.keyHeads, tokens, config.headWidth}, seed++);
    kept.logSumExp = tensor({tokens, config.heads}, seed++).transpose(0, 1);
  }
  return result;
}

/// Two prompts, the first with its attention, everything filled.
inline Exploration exploration() {
  ExploreResult result;
  result.model = model();
  result.request.model = "gemma-3-270m";
  result.request.prompts = {"Zo\xC3\xAB", "", "third\nline"};
  result.request.bos = false;
  result.request.chat = true;
  result.request.tokenLimit = 48;
  result.request.keep = Keep::Everything;
  result.request.budgetBytes = std::uint64_t{1} << 63;
  result.request.arrayBudgetBytes = 12345;
  result.request.device = "cuda";
  result.bosText = "<bos>";
  result.prompts = {prompt(result.model.config, 1), prompt(result.model.config, 100)};
  result.created = "2025-01-02T03:04:05Z";
  result.program = "sinkscope 0.1.0";
  result.torch = "2.13.0";
  result.note = "the residual stream was left out";
  result.seconds = 0.1 + 0.2;
  const auto tokens = static_cast<std::int64_t>(result.prompts.front().tokens.size());
  Exploration exploration;
  exploration.traces = {trace(result.model.config, tokens, 1000), nullptr};
  exploration.result = std::make_shared<const ExploreResult>(std::move(result));
  return exploration;
}

inline RunView view() {
  return {0.8, false, 2, 3, R"({"sort":"share"})"};
}

template <typename T, std::size_t N>
bool sameBits(const Array<T, N>& a, const Array<T, N>& b) {
  return a.shape() == b.shape() && std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0;
}

inline bool sameBits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

inline bool sameBits(const at::Tensor& a, const at::Tensor& b) {
  const at::Tensor x = a.contiguous(), y = b.contiguous();
  return x.sizes() == y.sizes() &&
         std::memcmp(x.const_data_ptr<float>(), y.const_data_ptr<float>(), x.numel() * sizeof(float)) == 0;
}

/// Names of the fields of `b` that are not bit for bit those of `a`.
inline QStringList differences(const ExploreResult& a, const ExploreResult& b) {
  QStringList found;
  const auto expect = [&](bool equal, const char* field) {
    if (!equal) found << field;
  };
  expect(a.request == b.request, "request");
  expect(a.model == b.model, "model");
  expect(a.bosText == b.bosText, "bosText");
  expect(a.created == b.created, "created");
  expect(a.program == b.program, "program");
  expect(a.torch == b.torch, "torch");
  expect(a.note == b.note, "note");
  expect(a.seconds == b.seconds, "seconds");
  expect(a.prompts.size() == b.prompts.size(), "prompts");
  for (std::size_t i = 0; i < std::min(a.prompts.size(), b.prompts.size()); ++i) {
    const PromptResult &x = a.prompts[i], &y = b.prompts[i];
    expect(x.prompt == y.prompt, "prompt");
    expect(x.tokens == y.tokens, "tokens");
    expect(sameBits(x.shares.shares, y.shares.shares), "shares");
    expect(x.shares.windows == y.shares.windows, "windows");
    expect(x.shares.length == y.shares.length, "length");
    expect(sameBits(x.meanEntropy, y.meanEntropy), "meanEntropy");
    expect(sameBits(x.drain, y.drain), "drain");
    expect(sameBits(x.rowEntropy, y.rowEntropy), "rowEntropy");
    expect(sameBits(x.valueNorm, y.valueNorm), "valueNorm");
    expect(sameBits(x.outputNorm, y.outputNorm), "outputNorm");
    expect(sameBits(x.residualNorm, y.residualNorm), "residualNorm");
    expect(sameBits(x.tokenLoss, y.tokenLoss), "tokenLoss");
    expect(x.next == y.next, "next");
  }
  return found;
}

/// The sentence of the error that `function` throws; empty when it throws none.
template <typename Function>
QString errorOf(const Function& function) {
  try {
    function();
  } catch (const Error& error) {
    return QString::fromStdString(error.what());
  }
  return {};
}

}  // namespace sinkscope::sample
