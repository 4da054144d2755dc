#include "core/model/halved_attention.h"

#include "core/model/attend_parts.h"

#include <ATen/Functions.h>
#include <torch/csrc/autograd/custom_function.h>

#include <array>
#include <optional>

namespace sinkscope {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Queries from `begin` on, `count` of them, over the keys up to the last of them.
struct Half {
  std::int64_t begin, count;
  at::Tensor mask;  // added to the scores; undefined where the square is causal

  at::Tensor queries(const at::Tensor& x) const { return x.narrow(2, begin, count); }
  at::Tensor keys(const at::Tensor& x) const { return x.narrow(2, 0, begin + count); }
  std::optional<at::Tensor> added() const { return mask.defined() ? std::optional(mask) : std::nullopt; }
};

std::array<Half, 2> halvesOf(std::int64_t tokens, at::Device device) {
  const std::int64_t middle = tokens / 2;
  const at::Tensor mask = hidingMask(unseenKeys(middle, tokens, 0, tokens, 0, 0, device));
  return {Half{0, middle, {}}, Half{middle, tokens - middle, mask}};
}

class HalvedAttention : public torch::autograd::Function<HalvedAttention> {
 public:
  static variable_list forward(AutogradContext* context, const at::Tensor& query, const at::Tensor& key,
                               const at::Tensor& value, double scale) {
    const at::IntArrayRef sizes = query.sizes();
    // As the operator lays it out: the heads of a token side by side.
    const at::Tensor output = at::empty({sizes[0], sizes[2], sizes[1], sizes[3]}, query.options()).transpose(1, 2);
    const at::Tensor logSumExp = at::empty({sizes[0], sizes[1], sizes[2]}, query.options());
    for (const Half& half : halvesOf(sizes[2], query.device())) {
      const auto [part, logSum] = at::_scaled_dot_product_flash_attention_for_cpu(
          half.queries(query), half.keys(key), half.keys(value), 0.0, !half.mask.defined(), half.added(), scale);
      half.queries(output).copy_(part);
      logSumExp.narrow(2, half.begin, half.count).copy_(logSum);
    }
    context->save_for_backward({query, key, value, output, logSumExp});
    context->saved_data["scale"] = scale;
    context->mark_non_differentiable({logSumExp});
    return {output, logSumExp};
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    const at::Tensor &query = saved[0], &key = saved[1], &value = saved[2], &output = saved[3], &logSumExp = saved[4];
    const at::Tensor ofQuery = at::empty_like(query);
    at::Tensor ofKey, ofValue;
    const auto halves = halvesOf(query.size(2), query.device());
    // The second half sees every key: what it gives is what the first half's is added to.
    for (const Half& half : {halves[1], halves[0]}) {
      const auto [q, k, v] = at::_scaled_dot_product_flash_attention_for_cpu_backward(
          half.queries(gradients[0]), half.queries(query), half.keys(key), half.keys(value), half.queries(output),
          logSumExp.narrow(2, half.begin, half.count), 0.0, !half.mask.defined(), half.added(),
          context->saved_data["scale"].toDouble());
      half.queries(ofQuery).copy_(q);
      if (ofKey.defined()) {
        half.keys(ofKey).add_(k);
        half.keys(ofValue).add_(v);
      } else {
        ofKey = k;
        ofValue = v;
      }
    }
    return {ofQuery, ofKey, ofValue, {}};
  }
};

}  // namespace

bool halves(std::int64_t tokens) {
  return tokens >= 256 && tokens <= 1024;
}

Attended attendByHalves(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value, double scale) {
  const variable_list both = HalvedAttention::apply(query, key, value, scale);
  return {both[0], both[1]};
}

}  // namespace sinkscope
