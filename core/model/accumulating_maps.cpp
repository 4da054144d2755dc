#include "core/model/accumulating_maps.h"

#include <ATen/Functions.h>
#include <ATen/autocast_mode.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/custom_function.h>

namespace sinkscope {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::variable_list;

at::Tensor rows(const at::Tensor& x) {
  return x.reshape({-1, x.size(-1)});
}

class Linear : public Function<Linear> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& weight) {
    context->saved_data["gradient"] = weight.grad();
    const at::DeviceType device = x.device().type();
    if (!at::autocast::is_autocast_enabled(device)) {
      context->save_for_backward({x, weight});
      return at::linear(x, weight);
    }
    const at::ScalarType type = at::autocast::get_autocast_dtype(device);
    const at::Tensor low = x.to(type), lowWeight = weight.to(type);
    context->save_for_backward({low, lowWeight});
    return at::linear(low, lowWeight).to(at::kFloat);
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    const at::Tensor &x = saved[0], &weight = saved[1];
    const at::Tensor ofOutput = rows(gradients[0].to(weight.scalar_type()));
    const at::Tensor gradient = context->saved_data["gradient"].toTensor();
    if (weight.scalar_type() == gradient.scalar_type())
      gradient.addmm_(ofOutput.t(), rows(x));
    else
      gradient.add_(at::mm(ofOutput.t(), rows(x)));
    return {at::mm(ofOutput, weight).to(at::kFloat).view(x.sizes()), {}};
  }
};

class LookUp : public Function<LookUp> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& table, const at::Tensor& ids) {
    context->saved_data["gradient"] = table.grad();
    context->save_for_backward({ids});
    return at::embedding(table, ids);
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const at::Tensor ids = context->get_saved_variables()[0];
    context->saved_data["gradient"].toTensor().index_add_(0, ids.flatten(), rows(gradients[0]));
    return {{}, {}};
  }
};

}  // namespace

bool accumulates(const at::Tensor& weight) {
  return at::GradMode::is_enabled() && weight.requires_grad() && weight.grad().defined();
}

at::Tensor accumulatingLinear(const at::Tensor& x, const at::Tensor& weight) {
  return Linear::apply(x, weight);
}

at::Tensor accumulatingLookUp(const at::Tensor& table, const at::Tensor& ids) {
  return LookUp::apply(table, ids);
}

}  // namespace sinkscope
