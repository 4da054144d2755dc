#include "core/analysis/collapse.h"

#include "core/error.h"
#include "core/model/decoder.h"
#include "core/trace/attention.h"
#include "core/trace/output_norm.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <numeric>

namespace sinkscope {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

std::vector<double> toVector(const at::Tensor& x) {
  const at::Tensor flat = x.to(at::kCPU, at::kDouble).contiguous();
  return {flat.const_data_ptr<double>(), flat.const_data_ptr<double>() + flat.numel()};
}

/// Measures a pass over one prompt (batch 1) while it runs: no layer's tensors outlive the layer.
class CollapseObserver : public Observer {
 public:
  CollapseObserver(const Model& model, CollapseResult& result, const Job& job)
      : model_(model), config_(model.config()), result_(result), job_(job) {
    const ModelConfig& config = config_;
    const auto layers = static_cast<std::size_t>(config.layers), heads = static_cast<std::size_t>(config.heads);
    result.shares.shares = Array<float, 3>({layers, heads, result.tokens.size()});
    result.rowEntropy = Array<double, 2>({layers, heads});
    outputNorm = Array<float, 3>({layers, heads, result.tokens.size()});
    for (const LayerConfig& layer : config.perLayer) result.shares.windows.push_back(layer.windowOf(0));
  }

  bool wants(const Place& place) const override {
    return place.site == Site::Embedding || place.site == Site::Residual || place.site == Site::Query ||
           place.site == Site::Key || place.site == Site::Value || place.site == Site::LogSumExp;
  }

  at::Tensor visit(const Place& place, at::Tensor value) override {
    if (place.site == Site::Query)
      query_ = value[0];
    else if (place.site == Site::Key)
      key_ = value[0];
    else if (place.site == Site::Value)
      write(place.layer, value[0]);
    else if (place.site == Site::LogSumExp)
      attention(place.layer, value[0]);
    else
      stream(value[0]);
    return value;
  }

  Array<float, 3> outputNorm;  // [layer, head, token]

 private:
  void attention(std::int64_t layer, const at::Tensor& logSumExp) {
    const AttentionStatistics statistics =
        attentionStatistics(attentionOf(config_, layer, query_, key_, logSumExp), job_);
    for (std::int64_t h = 0; h < config_.heads; ++h) {
      std::ranges::copy(statistics.columnMean.row(h), result_.shares.shares.row(layer, h).begin());
      result_.rowEntropy(layer, h) = mean(statistics.rowEntropy.row(h));
    }
    query_ = key_ = at::Tensor();
  }

  void write(std::int64_t layer, const at::Tensor& value) {  // [key head, token, d]
    const WeightMatrix output = model_.parameters.matrix(Parameters::nameOf(layer, "attentionOutput"));
    const Array<float, 2> norms = outputNorms(output, value, config_.heads);
    for (std::int64_t h = 0; h < config_.heads; ++h) std::ranges::copy(norms.row(h), outputNorm.row(layer, h).begin());
  }

  void stream(const at::Tensor& v) {  // [token, D]
    job_.check();
    const std::int64_t tokens = v.size(0);
    result_.all.add(rankMeasures(v));
    job_.check();
    result_.withoutFirst.add(rankMeasures(v.slice(0, 1)));
    const std::vector<double> norms = toVector(at::linalg_vector_norm(v.to(at::kDouble), 2, -1));
    result_.firstNorm.push_back(norms[0]);
    result_.firstNormRatio.push_back(norms[0] / median({norms.begin() + 1, norms.end()}));
    if (tokens < 2) {
      result_.lastDistance.push_back(kNaN);
      result_.lastDistanceMax.push_back(kNaN);
      return;
    }
    const at::Tensor difference = v[tokens - 1].to(at::kDouble) - v[tokens - 2].to(at::kDouble);
    result_.lastDistance.push_back(at::linalg_vector_norm(difference).item<double>());
    result_.lastDistanceMax.push_back(difference.abs().max().item<double>());
  }

  const Model& model_;
  const ModelConfig& config_;
  CollapseResult& result_;
  const Job& job_;
  at::Tensor query_, key_;  // of the layer under way
};

}  // namespace

std::vector<double> CollapseResult::rowEntropyByLayer() const {
  std::vector<double> result;
  for (std::size_t layer = 0; layer < rowEntropy.extent(0); ++layer) {
    const std::span<const double> heads = rowEntropy.row(layer);
    result.push_back(std::accumulate(heads.begin(), heads.end(), 0.0) / static_cast<double>(heads.size()));
  }
  return result;
}

CollapseResult collapse(const Model& model, const Tokenizer& tokenizer, const CollapseRequest& request,
                        const Job& job) {
  const auto start = std::chrono::steady_clock::now();
  const at::NoGradGuard noGradients;
  CollapseResult result;
  result.request = request;
  static_cast<Provenance&>(result) = provenanceOf(model);
  if (tokenizer.bos()) result.bosText = tokenizer.bytesOf(*tokenizer.bos());
  result.tokens = tokenizer.encode(request.prompt, {.addBos = request.bos, .limit = request.tokenLimit});
  if (result.tokens.empty()) throw Error("The prompt has no tokens: collapse needs at least one.");
  CollapseObserver observer(model, result, job);
  const at::Tensor input =
      at::tensor(idsOf(result.tokens), at::kLong).to(model.firstDevice()).unsqueeze(0);  // [1, token]
  forward(model.config(), model.parameters, input, &observer, LogitsOf::None, job);
  result.drain = valueDrain(observer.outputNorm);
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
}

CollapseRun collapseUnder(const Model& model, const Tokenizer& tokenizer, const CollapseRequest& request,
                          const std::vector<bool>& withBos, const Job& job) {
  CollapseRun run;
  static_cast<Provenance&>(run) = provenanceOf(model);
  const auto count = static_cast<double>(withBos.size());
  for (std::size_t i = 0; i < withBos.size(); ++i) {
    CollapseRequest one = request;
    one.bos = withBos[i];
    const auto share = static_cast<double>(i) / count;
    run.results.push_back(collapse(model, tokenizer, one, job.part(share, share + 1.0 / count)));
    run.results.back().created = run.created;
    run.seconds += run.results.back().seconds;
  }
  return run;
}

}  // namespace sinkscope
