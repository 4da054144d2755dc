#include "core/analysis/unchanged_pass.h"

#include "core/analysis/likeliest.h"
#include "core/text/token.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <algorithm>
#include <iterator>

namespace sinkscope {
namespace {

std::size_t size(std::int64_t n) {
  return static_cast<std::size_t>(n);
}

}  // namespace

PassRecorder::PassRecorder(std::int64_t layers)
    : residual(size(layers + 2)),
      query(size(layers)),
      key(size(layers)),
      value(size(layers)),
      logSumExp(size(layers)) {}

bool PassRecorder::wants(const Place& place) const {
  switch (place.site) {
    case Site::Embedding:
    case Site::Residual:
    case Site::FinalNorm:
    case Site::Query:
    case Site::Key:
    case Site::Value:
    case Site::LogSumExp:
      return true;
    default:
      return false;
  }
}

at::Tensor PassRecorder::visit(const Place& place, at::Tensor tensor) {
  slot(place) = tensor[0];
  return tensor;
}

at::Tensor& PassRecorder::slot(const Place& place) {
  switch (place.site) {
    case Site::Query:
      return query[size(place.layer)];
    case Site::Key:
      return key[size(place.layer)];
    case Site::Value:
      return value[size(place.layer)];
    case Site::LogSumExp:
      return logSumExp[size(place.layer)];
    default:
      return residual[placeIndex(place, static_cast<std::int64_t>(query.size()))];
  }
}

VectorChange changeBetween(const at::Tensor& before, const at::Tensor& after) {
  const at::Tensor v = before.to(at::kDouble), w = after.to(at::kDouble), difference = w - v;
  const at::Tensor change = difference.norm(2, -1), a = v.norm(2, -1), b = w.norm(2, -1);
  const auto plain = [](const at::Tensor& x) { return x.to(at::kCPU, at::kFloat).contiguous(); };
  // 1 - cos, from ||w - v||^2 = (a - b)^2 + 2 a b (1 - cos): no digits are lost where the angle is small.
  return {plain(change), plain(difference.abs().amax(-1)), plain((change.square() - (a - b).square()) / (a * b * 2.0))};
}

std::size_t placeIndex(const Place& place, std::int64_t layers) {
  if (place.site == Site::Embedding) return 0;
  return size(place.site == Site::FinalNorm ? layers + 1 : place.layer + 1);
}

at::Tensor inputOf(const std::vector<std::int64_t>& ids, const Model& model) {
  return at::tensor(ids, at::kLong).to(model.firstDevice()).unsqueeze(0);
}

HeadAttention headOf(const Model& model, Condition condition, std::int64_t layer, std::int64_t head,
                     const at::Tensor& query, const at::Tensor& key, const at::Tensor& logSumExp) {
  const ModelConfig& c = model.config();
  HeadAttention attention = attentionOf(c, layer, query[head], key[head * c.keyHeads / c.heads], logSumExp[head]);
  attention.hidesFirstKey = condition == Condition::HiddenSink;
  return attention;
}

float firstKeyShare(const HeadAttention& attention) {
  const std::vector<float> shares = column(attention, 0);
  const bool everyone = attention.window == 0 || attention.firstKeys > 0;
  const std::size_t seeing = everyone ? shares.size() : std::min(shares.size(), size(attention.window));
  double sum = 0.0;
  for (std::size_t i = 0; i < seeing; ++i) sum += shares[i];
  return static_cast<float>(sum / static_cast<double>(seeing));
}

std::shared_ptr<const UnchangedPass> runUnchanged(const Model& model, const Tokenizer& tokenizer, Condition condition,
                                                  const std::vector<Token>& tokens, const Job& job) {
  const ModelConfig& c = model.config();
  PassRecorder recorder(c.layers);
  ConditionObserver observer(condition, c.heads, true, recorder);
  forward(c, model.parameters, inputOf(idsOf(tokens), model), &observer, LogitsOf::None, job,
          {.firstPosition = firstPosition(condition)});
  auto pass = std::make_shared<UnchangedPass>();
  pass->condition = condition;
  pass->tokens = tokens;
  for (std::int64_t l = 0; l < c.layers; ++l)
    pass->cache.layer.push_back({recorder.key[size(l)].unsqueeze(0), recorder.value[size(l)].unsqueeze(0)});
  pass->residual = std::move(recorder.residual);
  pass->query = std::move(recorder.query);
  pass->logSumExp = std::move(recorder.logSumExp);
  pass->norm = Array<float, 2>({pass->residual.size(), tokens.size()});
  for (std::size_t place = 0; place < pass->residual.size(); ++place) {
    const at::Tensor norms = at::linalg_vector_norm(pass->residual[place], 2, -1).cpu();
    std::copy_n(norms.const_data_ptr<float>(), tokens.size(), pass->norm.row(place).begin());
  }
  const NextTokens& predictions = pass->predictions.emplace(model, pass->residual.back());
  for (std::int64_t begin = 0; begin < predictions.rows(); begin += rowsAtATime(model)) {
    job.check();
    const at::Tensor some =
        predictions.logProbabilities(begin, std::min(predictions.rows(), begin + rowsAtATime(model)));
    std::ranges::move(likeliestOfRows(some, tokenizer, kPredictions), std::back_inserter(pass->next));
  }
  pass->alpha0 = Array<float, 2>({size(c.layers), size(c.heads)});
  forEveryHead(model, job, [&](std::int64_t layer, std::int64_t head) {
    pass->alpha0(layer, head) = firstKeyShare(headOf(model, condition, layer, head, pass->query[size(layer)],
                                                     recorder.key[size(layer)], pass->logSumExp[size(layer)]));
  });
  return pass;
}

}  // namespace sinkscope
