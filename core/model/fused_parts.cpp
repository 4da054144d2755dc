#include "core/model/fused_parts.h"

#include "core/model/cached_pieces.h"

#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <ATen/autocast_mode.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace sinkscope {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::variable_list;

// Rows of a norm whose part of the weight's gradient is summed together. Fixed, so that the sum does not depend on how
// threads share the rows.
constexpr std::int64_t kNormRows = 64;

/// Sum of f(0) ... f(count - 1) in sixteen interleaved parts, which vector units add side by side.
template <typename Term>
float sumOf(std::int64_t count, Term f) {
  constexpr std::int64_t kLanes = 16;
  std::array<float, kLanes> lanes{};
  std::int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes)
    for (std::int64_t lane = 0; lane < kLanes; ++lane) lanes[static_cast<std::size_t>(lane)] += f(i + lane);
  for (; i < count; ++i) lanes[0] += f(i);
  float sum = 0.0F;
  for (const float lane : lanes) sum += lane;
  return sum;
}

at::Tensor contiguousRows(const at::Tensor& x) {
  return x.detach().reshape({-1, x.size(-1)}).contiguous();
}

class Norm : public Function<Norm> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& weight, double epsilon) {
    const at::Tensor rows = contiguousRows(x);
    const std::int64_t count = rows.size(0), width = rows.size(1);
    const at::Tensor normed = at::empty_like(rows), inverse = at::empty({count}, rows.options());
    const float* from = rows.const_data_ptr<float>();
    const float* scale = weight.const_data_ptr<float>();
    float* to = normed.mutable_data_ptr<float>();
    float* inverses = inverse.mutable_data_ptr<float>();
    at::parallel_for(0, count, kNormRows, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t row = begin; row < end; ++row) {
        const float* in = from + row * width;
        float* out = to + row * width;
        const float mean = sumOf(width, [&](std::int64_t i) { return in[i] * in[i]; }) / static_cast<float>(width);
        const float factor = 1.0F / std::sqrt(mean + static_cast<float>(epsilon));
        inverses[row] = factor;
        for (std::int64_t i = 0; i < width; ++i) out[i] = in[i] * factor * scale[i];
      }
    });
    context->saved_data["gradient"] = weight.grad();
    context->save_for_backward({rows, weight, inverse});
    return normed.view(x.sizes());
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    const at::Tensor &rows = saved[0], &weight = saved[1], &inverse = saved[2];
    const at::Tensor above = contiguousRows(gradients[0]);
    const std::int64_t count = rows.size(0), width = rows.size(1), blocks = (count + kNormRows - 1) / kNormRows;
    const at::Tensor ofInput = at::empty_like(rows), ofWeight = at::zeros({blocks, width}, rows.options());
    const float* x = rows.const_data_ptr<float>();
    const float* scale = weight.const_data_ptr<float>();
    const float* inverses = inverse.const_data_ptr<float>();
    const float* up = above.const_data_ptr<float>();
    float* down = ofInput.mutable_data_ptr<float>();
    float* sums = ofWeight.mutable_data_ptr<float>();
    byPieces(count, kNormRows, [&](std::int64_t begin, std::int64_t rowsOfPiece) {
      for (std::int64_t row = begin; row < begin + rowsOfPiece; ++row) {
        const float* in = x + row * width;
        const float* g = up + row * width;
        float* out = down + row * width;
        float* sum = sums + row / kNormRows * width;
        const float factor = inverses[row];
        const float along = sumOf(width, [&](std::int64_t i) { return g[i] * scale[i] * in[i]; });
        const float back = along * factor * factor / static_cast<float>(width);
        for (std::int64_t i = 0; i < width; ++i) {
          out[i] = factor * (g[i] * scale[i] - in[i] * back);
          sum[i] += g[i] * in[i] * factor;
        }
      }
    });
    context->saved_data["gradient"].toTensor().add_(ofWeight.sum(0));
    return {ofInput.view(gradients[0].sizes()), {}, {}};
  }
};

/// activation(gate) * up of flat tensors; and, where `ofProduct` is given, what its gradient means for both.
struct Gated {
  at::Tensor product, ofGate, ofUp;

  Gated(const at::Tensor& gate, const at::Tensor& up, const at::Tensor& ofProduct, bool silu)
      : product(at::empty_like(gate)) {
    const bool back = ofProduct.defined();
    if (back) ofGate = at::empty_like(gate);
    if (back) ofUp = at::empty_like(gate);
    byPieces(gate.numel(), kCachedNumbers, [&](std::int64_t begin, std::int64_t count) {
      const auto piece = [&](const at::Tensor& whole) { return whole.narrow(0, begin, count); };
      const at::Tensor x = piece(gate), factor = piece(up);
      at::Tensor active = piece(product);
      silu ? at::silu_out(active, x) : at::gelu_out(active, x, "tanh");
      if (back) {
        const at::Tensor above = piece(ofProduct);
        at::Tensor down = piece(ofGate), along = piece(ofUp);
        at::mul_out(along, above, factor);
        silu ? at::silu_backward_out(down, along, x) : at::gelu_backward_out(down, along, x, "tanh");
        at::mul_out(along, above, active);
      }
      active.mul_(factor);
    });
  }
};

class GatedMap : public Function<GatedMap> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& gate, const at::Tensor& up,
                            const at::Tensor& down, bool silu) {
    context->save_for_backward({gate, up, down});
    context->saved_data["gradient"] = down.grad();
    context->saved_data["silu"] = silu;
    const Gated gated(gate.detach().flatten(), up.detach().flatten(), {}, silu);
    return at::linear(gated.product.view(gate.sizes()), down);
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    const at::Tensor gate = saved[0].detach(), up = saved[1].detach(), down = saved[2].detach();
    const at::Tensor above = contiguousRows(gradients[0]), ofProduct = at::mm(above, down);
    const Gated gated(gate.flatten(), up.flatten(), ofProduct.flatten(), context->saved_data["silu"].toBool());
    context->saved_data["gradient"].toTensor().addmm_(above.t(), gated.product.view(ofProduct.sizes()));
    return {gated.ofGate.view(gate.sizes()), gated.ofUp.view(gate.sizes()), {}, {}};
  }
};

/// Turns by the angles, or back by them for `direction` -1.
at::Tensor turned(const at::Tensor& given, const at::Tensor& cosine, const at::Tensor& sine, float direction) {
  const at::Tensor x = given.stride(-1) == 1 ? given.detach() : given.detach().contiguous();
  const at::Tensor result = at::empty_like(x);
  const std::int64_t heads = x.size(1), tokens = x.size(2), half = x.size(3) / 2;
  const float* from = x.const_data_ptr<float>();
  const float* cosines = cosine.const_data_ptr<float>();
  const float* sines = sine.const_data_ptr<float>();
  float* to = result.mutable_data_ptr<float>();
  const auto rowOf = [](const at::Tensor& of, std::int64_t batch, std::int64_t head, std::int64_t token) {
    return batch * of.stride(0) + head * of.stride(1) + token * of.stride(2);
  };
  at::parallel_for(0, x.size(0) * tokens, 64, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const std::int64_t batch = i / tokens, token = i % tokens;
      const float* c = cosines + token * half;
      const float* s = sines + token * half;
      for (std::int64_t head = 0; head < heads; ++head) {
        const float* in = from + rowOf(x, batch, head, token);
        float* out = to + rowOf(result, batch, head, token);
        for (std::int64_t j = 0; j < half; ++j) {
          const float first = in[j], second = in[j + half], turn = direction * s[j];
          out[j] = first * c[j] - second * turn;
          out[j + half] = second * c[j] + first * turn;
        }
      }
    }
  });
  return result;
}

class Turn : public Function<Turn> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& cosine,
                            const at::Tensor& sine) {
    context->save_for_backward({cosine, sine});
    return turned(x, cosine, sine, 1.0F);
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    return {turned(gradients[0], saved[0], saved[1], -1.0F), {}, {}};
  }
};

}  // namespace

bool fuses(const at::Tensor& x) {
  return x.is_cpu() && x.scalar_type() == at::kFloat && !at::autocast::is_autocast_enabled(at::kCPU);
}

at::Tensor fusedNorm(const at::Tensor& x, const at::Tensor& weight, double epsilon) {
  return Norm::apply(x, weight, epsilon);
}

at::Tensor fusedGatedMap(const at::Tensor& gate, const at::Tensor& up, const at::Tensor& down, Activation activation) {
  return GatedMap::apply(gate, up, down, activation == Activation::Silu);
}

at::Tensor fusedRotation(const at::Tensor& x, const at::Tensor& cosine, const at::Tensor& sine) {
  return Turn::apply(x, cosine, sine);
}

}  // namespace sinkscope
