#include "core/runs/run_check.h"

#include "core/error.h"
#include "core/runs/config_json.h"
#include "core/runs/hdf5.h"

#include <algorithm>

namespace sinkscope {
namespace {

[[noreturn]] void found(const std::string& field, const std::string& what, const std::string& expected) {
  throw Error(field + " is " + what + ", expected " + expected);
}

template <typename T, std::size_t N>
void checkShape(const std::string& field, const Array<T, N>& array, const typename Array<T, N>::Shape& expected) {
  if (array == Array<T, N>() || array.shape() == expected) return;
  const std::vector<std::uint64_t> shape(array.shape().begin(), array.shape().end());
  const std::vector<std::uint64_t> wanted(expected.begin(), expected.end());
  found("the shape of " + field, hdf5::describe(shape), hdf5::describe(wanted));
}

void checkSize(const std::string& field, std::size_t size, std::size_t expected) {
  if (size != 0 && size != expected) {
    found("the length of " + field, std::to_string(size), std::to_string(expected));
  }
}

void checkConfig(const ModelConfig& config) {
  const auto positive = [](const char* field, std::int64_t value) {
    if (value < 1 || value > 1 << 16) found(field, std::to_string(value), "1 to 65536");
  };
  positive("the model's number of layers", config.layers);
  positive("the model's number of heads", config.heads);
  positive("the model's number of key heads", config.keyHeads);
  if (config.heads % config.keyHeads != 0) {
    found("the model's number of key heads", std::to_string(config.keyHeads),
          "a divisor of the " + std::to_string(config.heads) + " heads");
  }
  checkSize("the model's per_layer", config.perLayer.size(), static_cast<std::size_t>(config.layers));
  if (configFromJson(toJson(config), "the model config") != config) {
    throw Error("the model config has values that JSON cannot hold");
  }
}

void checkTokens(const std::string& prefix, const PromptResult& prompt) {
  if (prompt.tokens.empty()) found("the number of tokens of " + prefix, "0", "at least 1");
  for (const Token& token : prompt.tokens) {
    if (token.begin > token.end || token.end > prompt.prompt.size()) {
      found("a token's span in " + prefix, std::to_string(token.begin) + " to " + std::to_string(token.end),
            "a part of the " + std::to_string(prompt.prompt.size()) + " bytes of the prompt");
    }
  }
}

void checkPrompt(const std::string& prefix, const PromptResult& prompt, const ModelConfig& config) {
  checkTokens(prefix, prompt);
  const auto layers = static_cast<std::size_t>(config.layers);
  const auto heads = static_cast<std::size_t>(config.heads);
  const std::size_t tokens = prompt.tokens.size();
  if (prompt.isSummary() && prompt.shares.tokens() != tokens)
    found("the length of " + prefix, std::to_string(prompt.shares.tokens()), std::to_string(tokens));
  checkShape(prefix + "/share", prompt.shares.shares, {layers, heads, prompt.isSummary() ? 1 : tokens});
  checkShape(prefix + "/row_entropy", prompt.rowEntropy, {layers, heads, tokens});
  checkShape(prefix + "/output_norm", prompt.outputNorm, {layers, heads, tokens});
  checkShape(prefix + "/value_norm", prompt.valueNorm, {layers, static_cast<std::size_t>(config.keyHeads), tokens});
  checkShape(prefix + "/mean_row_entropy", prompt.meanEntropy, {layers, heads});
  checkShape(prefix + "/value_drain", prompt.drain, {layers, heads});
  checkShape(prefix + "/residual_norm", prompt.residualNorm, {layers + 1, tokens});
  checkSize(prefix + "/token_loss", prompt.tokenLoss.size(), tokens - 1);
  checkSize(prefix + "/window", prompt.shares.windows.size(), layers);
  for (const std::int64_t window : prompt.shares.windows) {
    if (window < 0) found(prefix + "/window", std::to_string(window), "0 or more");
  }
}

}  // namespace

std::string faultOf(const ExploreResult& result, const RunView& view) try {
  const ModelConfig& config = result.model.config;
  checkConfig(config);
  for (std::size_t i = 0; i < result.prompts.size(); ++i) {
    checkPrompt("/prompts/" + std::to_string(i), result.prompts[i], config);
  }
  const auto within = [](const char* field, int value, std::int64_t count) {
    if (value < 0 || value >= count) found(field, std::to_string(value), "0 to " + std::to_string(count - 1));
  };
  within("/view/layer", view.layer, config.layers);
  within("/view/head", view.head, config.heads);
  return {};
} catch (const Error& error) {
  return error.what();
}

}  // namespace sinkscope
