#include "core/trace/trace.h"

#include "core/averages.h"
#include "core/model/attend.h"
#include "core/model/decoder.h"
#include "core/model/safetensors.h"
#include "core/model/safetensors_writer.h"
#include "core/trace/output_norm.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <span>
#include <string>
#include <system_error>
#include <utility>

namespace sinkscope {
namespace {

// Logits made at a time while the loss is taken: 1024 x 4096 floats stay in a processor's outer cache.
constexpr std::int64_t kLossTokens = 1024, kLossVocabulary = 4096;

std::size_t size(std::int64_t n) {
  return static_cast<std::size_t>(n);
}

void copyInto(const at::Tensor& x, std::span<float> out) {
  const at::Tensor flat = x.to(at::kCPU, at::kFloat).contiguous();
  std::copy_n(flat.const_data_ptr<float>(), out.size(), out.data());
}

/// The softmax over the vocabulary at every token, gathered block by block, so that no T x V tensor is made and each
/// block of the output matrix is looked at once for all prompts. From their hidden states after the final norm,
/// [token, D] each: the loss of every token but the first, and the last token's logits.
void predict(const Model& model, const std::vector<at::Tensor>& hidden, const std::vector<at::Tensor>& ids,
             std::vector<Trace>& traces, const Job& job) {
  const WeightMatrix output = model.parameters.matrix(outputMatrix(model.config()));  // [V, D]
  const double cap = model.config().logitCap;
  std::vector<std::vector<at::Tensor>> last(traces.size());
  std::vector<at::Tensor> logSums;
  for (const at::Tensor& x : hidden) logSums.push_back(at::full({x.size(0)}, -INFINITY, x.options()));
  for (std::int64_t v = 0; v < output.rows(); v += kLossVocabulary) {
    const std::int64_t end = std::min(output.rows(), v + kLossVocabulary);
    job.progress("loss", static_cast<double>(v) / static_cast<double>(output.rows()));
    const WeightMatrix rows = output.part(v, end);
    for (std::size_t p = 0; p < hidden.size(); ++p) {
      const std::int64_t tokens = hidden[p].size(0);
      for (std::int64_t begin = 0; begin < tokens; begin += kLossTokens) {
        const std::int64_t stop = std::min(tokens, begin + kLossTokens);
        const at::Tensor logits = capped(rows.map(hidden[p].slice(0, begin, stop)), cap);
        if (stop == tokens) last[p].push_back(logits[stop - begin - 1].to(at::kCPU, at::kFloat, false, true));
        const at::Tensor most = logits.amax(1);
        at::Tensor logSum = logSums[p].slice(0, begin, stop);
        logSum.copy_(at::logaddexp(logSum, logits.sub_(most.unsqueeze(1)).exp_().sum(1).log_().add_(most)));
      }
    }
  }
  for (std::size_t p = 0; p < hidden.size(); ++p) {
    const std::int64_t predictions = hidden[p].size(0) - 1;
    const at::Tensor targets = output.look(ids[p].slice(0, 1));
    const at::Tensor target = capped((hidden[p].slice(0, 0, predictions) * targets).sum(1), cap);
    traces[p].tokenLoss.resize(size(predictions));
    copyInto(logSums[p].slice(0, 0, predictions) - target, traces[p].tokenLoss);
    traces[p].lastLogits = at::cat(last[p]);
  }
}

/// Keeps of a pass over one prompt (batch 1) what the trace holds.
class Recorder : public Observer {
 public:
  Recorder(const Model& model, std::int64_t tokens, const TraceOptions& options, const Job& job)
      : trace(blankTrace(model.config(), tokens, options)), model_(model), options_(options), job_(job) {}

  bool wants(const Place& place) const override {
    switch (place.site) {
      case Site::Embedding:
      case Site::Residual:
      case Site::Value:
        return true;
      case Site::Query:
      case Site::Key:
      case Site::LogSumExp:
        return options_.statistics || options_.keep != Keep::Statistics;
      case Site::FinalNorm:
        return options_.loss;
      default:
        return false;
    }
  }

  at::Tensor visit(const Place& place, at::Tensor value) override {
    switch (place.site) {
      case Site::Embedding:
        residual(0, value);
        break;
      case Site::Residual:
        residual(place.layer + 1, value);
        break;
      case Site::Value:
        valueNorms(place.layer, value[0]);
        break;
      case Site::Query:
        trace.layer[size(place.layer)].query = value[0];
        break;
      case Site::Key:
        trace.layer[size(place.layer)].key = value[0];
        break;
      case Site::LogSumExp:
        trace.layer[size(place.layer)].logSumExp = value[0];
        attention(place.layer);
        break;
      default:
        finalHidden = value[0];
        break;
    }
    return value;
  }

  Trace trace;
  at::Tensor finalHidden;  // [token, D]

 private:
  bool isWhole() const { return options_.wholePrompts > 0; }

  void residual(std::int64_t index, const at::Tensor& value) {
    copyInto(at::linalg_vector_norm(value[0], 2, -1), trace.residualNorm.row(index));
    if (options_.keep != Keep::Everything) return;
    (index == 0 ? trace.embedding : trace.layer[size(index - 1)].residual) = value[0];
  }

  void valueNorms(std::int64_t layer, const at::Tensor& value) {  // [key head, token, d]
    const ModelConfig& c = model_.config();
    const WeightMatrix output = model_.parameters.matrix(Parameters::nameOf(layer, "attentionOutput"));
    const Array<float, 2> written = outputNorms(output, value, c.heads);
    if (!isWhole()) {
      for (std::int64_t h = 0; h < c.heads; ++h) trace.drain(layer, h) = static_cast<float>(valueDrain(written.row(h)));
      return;
    }
    const at::Tensor norms = at::linalg_vector_norm(value, 2, -1);
    for (std::int64_t k = 0; k < c.keyHeads; ++k) copyInto(norms[k], trace.valueNorm.row(layer, k));
    for (std::int64_t h = 0; h < c.heads; ++h)
      std::ranges::copy(written.row(h), trace.outputNorm.row(layer, h).begin());
  }

  /// Everything that query, key and log-sum-exp are needed for; they go when they are not to be kept.
  void attention(std::int64_t layer) {
    Trace::Layer& kept = trace.layer[size(layer)];
    if (options_.statistics) {
      const AttentionStatistics statistics =
          attentionStatistics(attentionOf(model_.config(), layer, kept.query, kept.key, kept.logSumExp), job_);
      for (std::int64_t h = 0; h < trace.heads; ++h) {
        // The row of a summary has room for key 0.
        const std::span<float> shares = trace.shares.row(layer, h);
        std::ranges::copy_n(statistics.columnMean.row(h).begin(), std::ssize(shares), shares.begin());
        if (isWhole())
          std::ranges::copy(statistics.rowEntropy.row(h), trace.rowEntropy.row(layer, h).begin());
        else
          trace.meanEntropy(layer, h) = static_cast<float>(mean(statistics.rowEntropy.row(h)));
      }
    }
    if (options_.keep == Keep::Statistics) kept.query = kept.key = kept.logSumExp = at::Tensor();
  }

  const Model& model_;
  TraceOptions options_;
  const Job& job_;
};

/// What passes over several prompts have done so far, in a file: where they were interrupted, others go on after each
/// prompt's last whole layer. Without a name it does nothing.
class InterruptedPasses {
 public:
  InterruptedPasses(std::filesystem::path path, const std::vector<std::vector<std::int64_t>>& prompts,
                    std::vector<Recorder>& recorders, std::vector<ForwardPass>& passes)
      : path_(std::move(path)), prompts_(prompts), recorders_(recorders), passes_(passes) {}

  /// Whether there was something to go on with.
  bool load() {
    if (path_.empty() || !std::filesystem::exists(path_)) return false;
    const SafetensorsFile file(path_);
    const auto read = [&](const std::string& name, std::size_t p) { return file.readStored(name + std::to_string(p)); };
    for (std::size_t p = 0; p < passes_.size(); ++p) {
      if (!at::equal(read("ids", p), at::tensor(prompts_[p], at::kLong)))
        throw Error(path_.string() + " belongs to other prompts; remove it to begin anew.");
      for (const auto& [name, values] : arraysOf(recorders_[p].trace)) copyInto(read(name, p), values);
      passes_[p].resume(read("stream", p), read("layers", p).item<std::int64_t>());
    }
    return true;
  }

  /// Saves where that was not done for a while, so that it costs little.
  void saveNowAndThen() {
    constexpr std::chrono::seconds kBetween{20};
    if (std::chrono::steady_clock::now() - saved_ < kBetween) return;
    save();
    saved_ = std::chrono::steady_clock::now();
  }

  void save() const {
    if (path_.empty()) return;
    std::map<std::string, at::Tensor> tensors;
    for (std::size_t p = 0; p < passes_.size(); ++p) {
      const auto put = [&](const std::string& name, const at::Tensor& value) {
        tensors[name + std::to_string(p)] = value.contiguous();
      };
      put("ids", at::tensor(prompts_[p], at::kLong));
      put("layers", at::tensor(passes_[p].layersDone(), at::kLong));
      put("stream", passes_[p].stream().cpu());
      for (const auto& [name, values] : arraysOf(recorders_[p].trace))
        put(name, at::from_blob(values.data(), {static_cast<std::int64_t>(values.size())}, at::kFloat));
    }
    std::filesystem::create_directories(path_.parent_path());
    writeSafetensors(path_, tensors, {});
  }

  void remove() const {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove(path_, ignored);
  }

 private:
  std::filesystem::path path_;
  const std::vector<std::vector<std::int64_t>>& prompts_;
  std::vector<Recorder>& recorders_;
  std::vector<ForwardPass>& passes_;
  std::chrono::steady_clock::time_point saved_ = std::chrono::steady_clock::now();
};

}  // namespace

Trace capture(const Model& model, const std::vector<std::int64_t>& ids, const TraceOptions& options, const Job& job) {
  return std::move(captureAll(model, {ids}, options, job).front());
}

std::vector<Trace> captureAll(const Model& model, const std::vector<std::vector<std::int64_t>>& prompts,
                              const TraceOptions& options, const Job& job, const std::filesystem::path& interrupted) {
  const at::NoGradGuard noGradients;
  const Job passing = options.loss ? job.part(0.0, 0.9) : job;
  const bool together = prompts.size() > 1;
  const Job ofPrompt = together ? passing.quiet() : passing;
  std::vector<Recorder> recorders;
  std::vector<ForwardPass> passes;
  std::vector<at::Tensor> inputs;  // [1, token] each
  recorders.reserve(prompts.size());
  const Context context;
  for (const std::vector<std::int64_t>& ids : prompts) {
    if (ids.empty()) throw Error("There is nothing to analyse: the prompt has no tokens.");
    inputs.push_back(at::tensor(ids, at::kLong).to(model.firstDevice()).unsqueeze(0));
    recorders.emplace_back(model, static_cast<std::int64_t>(ids.size()), options.from(recorders.size()), passing);
    passes.emplace_back(model.config(), model.parameters, &recorders.back(), ofPrompt, context);
  }
  InterruptedPasses state(interrupted, prompts, recorders, passes);
  if (!state.load())
    for (std::size_t p = 0; p < passes.size(); ++p) passes[p].begin(inputs[p]);
  const std::int64_t layers = model.config().layers;
  try {
    for (std::int64_t layer = 0; layer < layers; ++layer) {
      const auto waits = [&](const ForwardPass& pass) { return pass.layersDone() == layer; };
      if (std::ranges::none_of(passes, waits)) continue;
      if (together)
        passing.progress("layer " + std::to_string(layer + 1) + " of " + std::to_string(layers),
                         static_cast<double>(layer) / static_cast<double>(layers));
      for (ForwardPass& pass : passes)
        if (waits(pass)) pass.step();
      state.saveNowAndThen();
    }
  } catch (...) {
    state.save();
    throw;
  }
  std::vector<Trace> traces;
  for (std::size_t p = 0; p < passes.size(); ++p) {
    passes[p].finish(LogitsOf::None);
    traces.push_back(std::move(recorders[p].trace));
  }
  if (options.loss) {
    const at::Device device = model.parameters.deviceOf(outputMatrix(model.config()));
    std::vector<at::Tensor> hidden, ids;
    for (std::size_t p = 0; p < passes.size(); ++p) {
      hidden.push_back(recorders[p].finalHidden.to(device));
      ids.push_back(inputs[p][0].to(device));
    }
    predict(model, hidden, ids, traces, job.part(0.9, 1.0));
  }
  state.remove();
  return traces;
}

}  // namespace sinkscope
