#include "core/runs/hdf5.h"
#include "core/runs/open_file.h"
#include "core/runs/parts.h"
#include "core/runs/run_check.h"
#include "core/runs/run_file.h"
#include "core/runs/schema.h"

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>

#include <algorithm>
#include <optional>

namespace sinkscope {
namespace {

using hdf5::Dataset;
using hdf5::GroupReader;
using hdf5::Shape;
using runs::kMostHeads;
using runs::kMostTokens;

/// The three datasets of one prompt's attention, open.
struct Attention {
  double scale = 1.0;
  std::vector<std::int64_t> windows;
  Dataset query, key, rows;
};

/// `shape` is the file's, `extents` are the array's.
template <std::size_t N>
Array<float, N> readArray(const GroupReader& group, const char* name, const Shape& shape,
                          const typename Array<float, N>::Shape& extents) {
  if (!group.has(name)) return {};
  const std::vector<float> values = group.array<float>(name, shape);
  Array<float, N> array(extents);
  std::ranges::copy(values, array.data());
  return array;
}

template <std::size_t N>
Array<float, N> readArray(const GroupReader& group, const char* name, const Shape& shape) {
  typename Array<float, N>::Shape extents;
  std::ranges::copy(shape, extents.begin());
  return readArray<N>(group, name, shape, extents);
}

ExploreRequest readSettings(const GroupReader& root) {
  const GroupReader group = root.group("settings");
  ExploreRequest request;
  request.model = group.text("model");
  request.bos = group.flag("bos");
  request.chat = group.hasAttribute("chat") && group.flag("chat");  // older files have raw text
  request.tokenLimit = group.unsignedInteger("token_limit");
  const std::string keep = group.text("keep");
  const auto known = std::ranges::find(kKeepNames, keep, [](const auto& name) { return name.second; });
  if (known == kKeepNames.end()) {
    group.fail("keep", "is \"" + keep + "\", expected \"statistics\", \"attention\" or \"everything\"");
  }
  request.keep = known->first;
  request.budgetBytes = group.unsignedInteger("budget_bytes");
  if (group.hasAttribute("array_budget_bytes"))  // since 1.2
    request.arrayBudgetBytes = group.unsignedInteger("array_budget_bytes");
  request.device = group.text("device");
  const std::uint64_t prompts = group.unsignedInteger("prompts");
  if (prompts > 0) request.prompts = group.byteStrings("prompt", prompts);
  return request;
}

RunView readView(const GroupReader& root) {
  const GroupReader group = root.group("view");
  RunView view;
  view.epsilon = group.real("epsilon");
  view.includeQuery0 = group.flag("include_query_0");
  view.layer = static_cast<int>(group.integer("layer", 0, kMostHeads));
  view.head = static_cast<int>(group.integer("head", 0, kMostHeads));
  view.json = group.text("json");
  return view;
}

std::vector<Prediction> readNext(const GroupReader& group) {
  if (!group.has("next_probability")) return {};
  const std::uint64_t count = group.length("next_probability", kMostTokens);
  const auto probabilities = group.array<double>("next_probability", {count});
  const auto bytes = group.byteStrings("next", count);
  std::vector<Prediction> next;
  for (std::uint64_t i = 0; i < count; ++i) next.push_back({bytes[i], probabilities[i]});
  return next;
}

PromptResult readPrompt(const GroupReader& group, const ModelConfig& config) {
  const auto layers = static_cast<std::uint64_t>(config.layers), heads = static_cast<std::uint64_t>(config.heads);
  const auto keyHeads = static_cast<std::uint64_t>(config.keyHeads);
  const std::uint64_t tokens = group.length("token_id", kMostTokens);
  group.checkAxis("layer", layers);
  group.checkAxis("head", heads);
  group.checkAxis("key_head", keyHeads);
  group.checkAxis("residual", layers + 1);
  for (const char* axis : {"query", "key", "token"}) group.checkAxis(axis, tokens);

  PromptResult prompt;
  prompt.prompt = group.bytes("prompt");
  prompt.tokens = runs::readTokens(group, "token");
  if (group.has("first_share")) {
    prompt.shares.shares = readArray<3>(group, "first_share", {layers, heads}, {layers, heads, 1});
    prompt.shares.length = tokens;
  } else {
    prompt.shares.shares = readArray<3>(group, "share", {layers, heads, tokens});
  }
  prompt.shares.windows = group.optionalArray<std::int64_t>("window", {layers});
  prompt.rowEntropy = readArray<3>(group, "row_entropy", {layers, heads, tokens});
  prompt.valueNorm = readArray<3>(group, "value_norm", {layers, keyHeads, tokens});
  prompt.outputNorm = readArray<3>(group, "output_norm", {layers, heads, tokens});
  prompt.meanEntropy = readArray<2>(group, "mean_row_entropy", {layers, heads});
  prompt.drain = readArray<2>(group, "value_drain", {layers, heads});
  prompt.residualNorm = readArray<2>(group, "residual_norm", {layers + 1, tokens});
  prompt.tokenLoss = group.optionalArray<float>("token_loss", {tokens - 1});
  prompt.next = readNext(group);
  return prompt;
}

std::optional<Attention> openAttention(const GroupReader& group, const ModelConfig& config, std::uint64_t tokens) {
  if (!group.has("q")) return std::nullopt;
  const auto layers = static_cast<std::uint64_t>(config.layers), heads = static_cast<std::uint64_t>(config.heads);
  const auto keyHeads = static_cast<std::uint64_t>(config.keyHeads);
  const auto width = static_cast<std::uint64_t>(config.headWidth + extraWidth(config));
  const hid_t type = hdf5::typeOf<float>();
  if (config.headWidth < 1) {
    group.fail("q", "belongs to a head width of " + std::to_string(config.headWidth) + ", expected at least 1");
  }
  Attention attention{group.real("attention_scale"), group.array<std::int64_t>("attention_window", {layers}),
                      group.dataset("q", type, {layers, heads, tokens, width}),
                      group.dataset("k", type, {layers, keyHeads, tokens, width}),
                      group.dataset("log_sum_exp", type, {layers, heads, tokens})};
  for (const std::int64_t window : attention.windows) {
    if (window < 0) group.fail("attention_window", "has " + std::to_string(window) + ", expected 0 or more");
  }
  return attention;
}

class OpenedRun final : public RunFile {
 public:
  explicit OpenedRun(const std::filesystem::path& path) : open_(hdf5::openRun(path)) {
    const GroupReader root(open_.file.get(), open_.name, open_.size);
    auto result = std::make_shared<ExploreResult>();
    static_cast<Provenance&>(*result) = runs::readHeader(root, kExploreKind);
    result->request = readSettings(root);
    result->bosText = root.text("bos_text");
    result->note = root.text("note");
    view_ = readView(root);
    const GroupReader prompts = root.group("prompts");
    const std::uint64_t count = prompts.links();
    if (const std::uint64_t found = prompts.unsignedInteger("count"); found != count) {
      prompts.fail("count", "is " + std::to_string(found) + ", expected " + std::to_string(count) + ", one a group");
    }
    for (std::uint64_t i = 0; i < count; ++i) {
      groups_.push_back(prompts.group(std::to_string(i)));
      result->prompts.push_back(readPrompt(groups_.back(), result->model.config));
      attention_.push_back(openAttention(groups_.back(), result->model.config, result->prompts.back().tokens.size()));
    }
    if (const std::string fault = faultOf(*result, view_); !fault.empty()) {
      throw Error(open_.name + ": the run is inconsistent: " + fault + ".");
    }
    result_ = std::move(result);
  }

  ~OpenedRun() override {
    const auto held = hdf5::lock();
    attention_.clear();
    groups_.clear();
    open_.file = {};
  }

  std::shared_ptr<const ExploreResult> result() const override { return result_; }
  const RunView& view() const override { return view_; }
  bool hasAttention(std::size_t prompt) const override {
    return prompt < attention_.size() && attention_[prompt].has_value();
  }
  HeadAttention head(std::size_t prompt, std::int64_t layer, std::int64_t head) const override;

 private:
  hdf5::OpenFile open_;
  std::shared_ptr<const ExploreResult> result_;
  RunView view_;
  std::vector<GroupReader> groups_;                  ///< [prompt]
  std::vector<std::optional<Attention>> attention_;  ///< [prompt]
};

HeadAttention OpenedRun::head(std::size_t prompt, std::int64_t layer, std::int64_t head) const {
  const std::string where = "prompt " + std::to_string(prompt);
  if (!hasAttention(prompt)) throw Error(open_.name + ": holds no attention of " + where + ".");
  const ModelConfig& config = result_->model.config;
  if (layer < 0 || layer >= config.layers || head < 0 || head >= config.heads) {
    throw Error(open_.name + ": has no head " + std::to_string(head) + " in a layer " + std::to_string(layer) +
                ", expected heads 0 to " + std::to_string(config.heads - 1) + " in layers 0 to " +
                std::to_string(config.layers - 1) + ".");
  }
  const Attention& stored = *attention_[prompt];
  const auto tokens = static_cast<std::int64_t>(result_->prompts[prompt].tokens.size());
  const auto read = [&](const Dataset& dataset, const char* name, std::int64_t index, at::IntArrayRef shape) {
    const at::Tensor values = at::empty(shape, at::kFloat);
    const std::array<std::uint64_t, 2> leading{static_cast<std::uint64_t>(layer), static_cast<std::uint64_t>(index)};
    groups_[prompt].readBlock(dataset, name, leading, values.mutable_data_ptr<float>());
    return values;
  };
  const auto held = hdf5::lock();
  const std::int64_t width = config.headWidth + extraWidth(config);
  HeadAttention attention = attentionOf(config, layer, read(stored.query, "q", head, {tokens, width}),
                                        read(stored.key, "k", head / (config.heads / config.keyHeads), {tokens, width}),
                                        read(stored.rows, "log_sum_exp", head, {tokens}));
  attention.scale = stored.scale;
  attention.window = stored.windows[static_cast<std::size_t>(layer)];
  return attention;
}

}  // namespace

std::unique_ptr<RunFile> RunFile::open(const std::filesystem::path& path) {
  const auto held = hdf5::lock();  // a failed opening closes its handles under the lock too
  return std::make_unique<OpenedRun>(path);
}

}  // namespace sinkscope
