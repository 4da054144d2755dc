#include "core/model/sigmoid_attention.h"

#include "core/model/attend_parts.h"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <vector>

namespace sinkscope {
namespace {

/// What the sums over blocks of queries share. Query r stands at position keys - queries + r.
struct Blocks {
  std::int64_t queries, keys, window, firstKeys;

  template <typename Work>
  void each(Work work) const {
    for (std::int64_t begin = 0; begin < queries; begin += kQueryBlock)
      work(begin, std::min(kQueryBlock, queries - begin));
  }
  /// Keys that a block sees together: the first ones.
  std::int64_t seen(std::int64_t begin, std::int64_t count) const { return keys - queries + begin + count; }

  /// Sigmoids of scores [..., query, key]; 0 where a query does not see.
  at::Tensor weights(const at::Tensor& scores, std::int64_t begin) const {
    const std::int64_t position = keys - queries + begin;
    const at::Tensor hidden =
        unseenKeys(position, position + scores.size(-2), 0, scores.size(-1), window, firstKeys, scores.device());
    return at::sigmoid(scores).masked_fill(hidden, 0.0);
  }
};

/// sum_j sigmoid(scale q_i . k_j) v_j over the keys that a query sees; heads alike in all three.
class SigmoidSum : public torch::autograd::Function<SigmoidSum> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& query, const at::Tensor& key,
                            const at::Tensor& value, double scale, std::int64_t window, std::int64_t firstKeys) {
    context->save_for_backward({query, key, value});
    context->saved_data["scale"] = scale;
    context->saved_data["window"] = window;
    context->saved_data["firstKeys"] = firstKeys;
    const Blocks blocks{query.size(2), key.size(2), window, firstKeys};
    std::vector<at::Tensor> outputs;
    blocks.each([&](std::int64_t begin, std::int64_t count) {
      const std::int64_t seen = blocks.seen(begin, count);
      const at::Tensor scores =
          at::matmul(query.narrow(2, begin, count), key.narrow(2, 0, seen).transpose(-1, -2)) * scale;
      outputs.push_back(at::matmul(blocks.weights(scores, begin), value.narrow(2, 0, seen)));
    });
    return at::cat(outputs, 2);
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    const at::Tensor &query = saved[0], &key = saved[1], &value = saved[2], &output = gradients[0];
    const double scale = context->saved_data["scale"].toDouble();
    const Blocks blocks{query.size(2), key.size(2), context->saved_data["window"].toInt(),
                        context->saved_data["firstKeys"].toInt()};
    const at::Tensor ofKey = at::zeros_like(key), ofValue = at::zeros_like(value);
    std::vector<at::Tensor> ofQuery;
    blocks.each([&](std::int64_t begin, std::int64_t count) {
      const std::int64_t seen = blocks.seen(begin, count);
      const at::Tensor q = query.narrow(2, begin, count), k = key.narrow(2, 0, seen), v = value.narrow(2, 0, seen);
      const at::Tensor out = output.narrow(2, begin, count);
      const at::Tensor weights = blocks.weights(at::matmul(q, k.transpose(-1, -2)) * scale, begin);
      const at::Tensor ofScores = at::matmul(out, v.transpose(-1, -2)) * weights * (1.0 - weights) * scale;
      ofValue.narrow(2, 0, seen).add_(at::matmul(weights.transpose(-1, -2), out));
      ofKey.narrow(2, 0, seen).add_(at::matmul(ofScores.transpose(-1, -2), q));
      ofQuery.push_back(at::matmul(ofScores, k));
    });
    return {at::cat(ofQuery, 2), ofKey, ofValue, {}, {}, {}};
  }
};

}  // namespace

Attended attendBySigmoid(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
                         const AttentionForm& form) {
  const std::int64_t heads = query.size(1), width = value.size(3);
  const bool normalised = form.weights == AttentionWeights::NormalisedSigmoid;
  // A column of ones gathers each row's sum.
  const at::Tensor summed = normalised ? at::cat({value, at::ones_like(value.narrow(3, 0, 1))}, 3) : value;
  const at::Tensor sums = SigmoidSum::apply(query, repeatHeads(key, heads), repeatHeads(summed, heads), form.scale,
                                            form.window, form.firstKeys);
  if (!normalised) return {sums, at::zeros({query.size(0), query.size(1), query.size(2)}, query.options())};
  const at::Tensor rowSum = sums.narrow(3, width, 1);
  return {sums.narrow(3, 0, width) / rowSum, rowSum.squeeze(3).log()};
}

}  // namespace sinkscope
