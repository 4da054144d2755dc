#include "core/runs/config_json.h"
#include "core/runs/hdf5.h"
#include "core/runs/parts.h"
#include "core/runs/run_check.h"
#include "core/runs/run_file.h"
#include "core/runs/schema.h"
#include "core/runs/summary_fields.h"

#include <ATen/core/Tensor.h>

#include <algorithm>

namespace sinkscope {
namespace {

using hdf5::GroupWriter;
using hdf5::Handle;
using runs::Step;

/// Writes one exploration into an open file. `file_` is the name for the sentences.
class RunWriter {
 public:
  RunWriter(std::string file, const Exploration& exploration, const RunView& view, bool keepAttention)
      : file_(std::move(file)),
        exploration_(exploration),
        result_(*exploration.result),
        config_(result_.model.config),
        view_(view),
        keepAttention_(keepAttention) {}

  void check() const;
  void write(const GroupWriter& root, const Step& step) const;

 private:
  using Axes = std::vector<std::string>;

  [[noreturn]] void refuse(const std::string& why) const { throw Error(file_ + ": cannot save the run: " + why + "."); }
  const Trace* attentionOf(std::size_t prompt) const;
  void checkTrace(const Trace& trace, const std::string& name, std::size_t tokens) const;

  void writeSettings(const GroupWriter& root) const;
  void writeView(const GroupWriter& root) const;
  void writePrompt(const GroupWriter& group, const PromptResult& prompt) const;
  void writeNext(const GroupWriter& group, const std::vector<Prediction>& next) const;
  void writeAttention(const GroupWriter& group, const Trace& trace, const Step& step) const;
  template <std::size_t N>
  void writeArray(const GroupWriter& group, const char* name, const Axes& axes, const Array<float, N>& array) const {
    if (array == Array<float, N>()) return;  // not measured
    group.array(name, axes, array.values());
  }

  std::string file_;
  const Exploration& exploration_;
  const ExploreResult& result_;
  const ModelConfig& config_;
  const RunView& view_;
  bool keepAttention_;
};

const Trace* RunWriter::attentionOf(std::size_t prompt) const {
  if (!keepAttention_ || prompt >= exploration_.traces.size()) return nullptr;
  const Trace* trace = exploration_.traces[prompt].get();
  return trace && trace->hasAttention() ? trace : nullptr;
}

void RunWriter::check() const {
  if (const std::string fault = faultOf(result_, view_); !fault.empty()) refuse(fault);
  for (std::size_t i = 0; i < result_.prompts.size(); ++i) {
    if (const Trace* trace = attentionOf(i)) {
      checkTrace(*trace, "prompt " + std::to_string(i), result_.prompts[i].tokens.size());
    }
  }
}

void RunWriter::checkTrace(const Trace& trace, const std::string& name, std::size_t tokens) const {
  const auto length = static_cast<std::int64_t>(tokens);
  if (static_cast<std::int64_t>(trace.layer.size()) != config_.layers) {
    refuse("the trace of " + name + " has " + std::to_string(trace.layer.size()) + " layers, expected " +
           std::to_string(config_.layers));
  }
  const std::int64_t width = config_.headWidth + extraWidth(config_);
  const std::vector<std::int64_t> query{config_.heads, length, width};
  const std::vector<std::int64_t> key{config_.keyHeads, length, width};
  const std::vector<std::int64_t> rows{config_.heads, length};
  for (const Trace::Layer& layer : trace.layer) {
    if (!layer.query.defined() || !layer.key.defined() || !layer.logSumExp.defined() ||
        layer.query.sizes() != at::IntArrayRef(query) || layer.key.sizes() != at::IntArrayRef(key) ||
        layer.logSumExp.sizes() != at::IntArrayRef(rows)) {
      refuse("the trace of " + name + " has queries, keys or log-sum-exp of another shape than " +
             std::to_string(config_.heads) + " heads (" + std::to_string(config_.keyHeads) + " of keys), " +
             std::to_string(length) + " tokens and a head width of " + std::to_string(width) + " give");
    }
  }
}

void RunWriter::write(const GroupWriter& root, const Step& step) const {
  runs::writeHeader(root, kExploreKind, result_);
  root.attribute("note", result_.note);
  root.attribute("bos_text", result_.bosText);
  writeSettings(root);
  writeView(root);
  runs::writeSummary(root, summaryOf(result_));

  const std::size_t count = result_.prompts.size();
  const GroupWriter prompts = root.group("prompts");
  prompts.attribute("count", std::uint64_t{count});
  for (std::size_t i = 0; i < count; ++i) {
    const double from = static_cast<double>(i) / count, to = static_cast<double>(i + 1) / count;
    step("saving prompt " + std::to_string(i + 1) + " of " + std::to_string(count), from);
    const GroupWriter group = prompts.group(std::to_string(i));
    writePrompt(group, result_.prompts[i]);
    if (const Trace* trace = attentionOf(i)) {
      writeAttention(group, *trace,
                     [&](const std::string& what, double fraction) { step(what, from + (to - from) * fraction); });
    }
  }
}

void RunWriter::writeSettings(const GroupWriter& root) const {
  const ExploreRequest& request = result_.request;
  const GroupWriter group = root.group("settings");
  const auto keep = std::ranges::find(kKeepNames, request.keep, [](const auto& name) { return name.first; });
  group.attribute("model", request.model);
  group.attribute("bos", request.bos);
  group.attribute("chat", request.chat);
  group.attribute("token_limit", std::uint64_t{request.tokenLimit});
  group.attribute("keep", std::string(keep->second));
  group.attribute("budget_bytes", request.budgetBytes);
  group.attribute("array_budget_bytes", request.arrayBudgetBytes);
  group.attribute("device", request.device);
  group.attribute("prompts", std::uint64_t{request.prompts.size()});
  if (request.prompts.empty()) return;
  group.axis("prompt", request.prompts.size());
  group.byteStrings("prompt", "prompt", request.prompts);
}

void RunWriter::writeView(const GroupWriter& root) const {
  const GroupWriter group = root.group("view");
  group.attribute("epsilon", view_.epsilon);
  group.attribute("include_query_0", view_.includeQuery0);
  group.attribute("layer", std::int64_t{view_.layer});
  group.attribute("head", std::int64_t{view_.head});
  group.attribute("json", view_.json);
}

void RunWriter::writePrompt(const GroupWriter& group, const PromptResult& prompt) const {
  const std::size_t tokens = prompt.tokens.size();
  group.axis("layer", config_.layers);
  group.axis("head", config_.heads);
  group.axis("key_head", config_.keyHeads);
  group.axis("residual", config_.layers + 1);
  for (const char* axis : {"query", "key", "token"}) group.axis(axis, tokens);
  group.bytes("prompt", prompt.prompt);
  runs::writeTokens(group, "token", "token", prompt.tokens);
  if (prompt.isSummary())
    group.array("first_share", {"layer", "head"}, prompt.shares.shares.values());
  else
    writeArray(group, "share", {"layer", "head", "key"}, prompt.shares.shares);
  if (!prompt.shares.windows.empty()) group.array("window", {"layer"}, prompt.shares.windows);
  writeArray(group, "row_entropy", {"layer", "head", "query"}, prompt.rowEntropy);
  writeArray(group, "value_norm", {"layer", "key_head", "token"}, prompt.valueNorm);
  writeArray(group, "output_norm", {"layer", "head", "token"}, prompt.outputNorm);
  writeArray(group, "mean_row_entropy", {"layer", "head"}, prompt.meanEntropy);
  writeArray(group, "value_drain", {"layer", "head"}, prompt.drain);
  writeArray(group, "residual_norm", {"residual", "token"}, prompt.residualNorm);
  if (!prompt.tokenLoss.empty()) {
    group.axis("target", tokens - 1, 1);
    group.array("token_loss", {"target"}, prompt.tokenLoss);
  }
  writeNext(group, prompt.next);
}

void RunWriter::writeNext(const GroupWriter& group, const std::vector<Prediction>& next) const {
  if (next.empty()) return;
  std::vector<double> probabilities;
  std::vector<std::string> bytes;
  for (const Prediction& prediction : next) {
    probabilities.push_back(prediction.probability);
    bytes.push_back(prediction.bytes);
  }
  group.axis("prediction", next.size());
  group.array("next_probability", {"prediction"}, probabilities);
  group.texts("next_text", "prediction", bytes);
  group.byteStrings("next", "prediction", bytes);
}

void RunWriter::writeAttention(const GroupWriter& group, const Trace& trace, const Step& step) const {
  group.axis("component", config_.headWidth + extraWidth(config_));
  group.attribute("attention_scale", trace.scale);
  std::vector<std::int64_t> windows;
  for (const Trace::Layer& layer : trace.layer) windows.push_back(layer.window);
  group.array("attention_window", {"layer"}, windows);

  const Handle query = group.createStepwise("q", {"layer", "head", "query", "component"});
  const Handle key = group.createStepwise("k", {"layer", "key_head", "key", "component"});
  const Handle rows = group.createStepwise("log_sum_exp", {"layer", "head", "query"});
  const auto put = [&](const Handle& dataset, const char* name, std::size_t layer, const at::Tensor& values) {
    const at::Tensor plain = values.detach().to(at::kCPU, at::kFloat).contiguous();
    group.writeStep(dataset, name, layer, {plain.const_data_ptr<float>(), static_cast<std::size_t>(plain.numel())});
  };
  for (std::size_t layer = 0; layer < trace.layer.size(); ++layer) {
    step("saving the attention of layer " + std::to_string(layer), double(layer) / trace.layer.size());
    put(query, "q", layer, trace.layer[layer].query);
    put(key, "k", layer, trace.layer[layer].key);
    put(rows, "log_sum_exp", layer, trace.layer[layer].logSumExp);
  }
}

}  // namespace

void saveRun(const std::filesystem::path& path, const Exploration& exploration, const RunView& view, bool keepAttention,
             const Job& job) {
  const std::string name = path.string();
  if (!exploration.result) throw Error(name + ": cannot save the run: there is no result.");
  const RunWriter writer(name, exploration, view, keepAttention);
  writer.check();
  runs::writeRunFile(path, job, [&](const GroupWriter& root, const Step& step) { writer.write(root, step); });
}

}  // namespace sinkscope
