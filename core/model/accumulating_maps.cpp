#include "core/model/accumulating_maps.h"

#include <ATen/Functions.h>
#include <ATen/autocast_mode.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/custom_function.h>

#include <cstddef>
#include <vector>

namespace sinkscope {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::variable_list;

at::Tensor rows(const at::Tensor& x) {
  return x.reshape({-1, x.size(-1)});
}

class Linears : public Function<Linears> {
 public:
  static variable_list forward(AutogradContext* context, const at::Tensor& x, const variable_list& weights) {
    const at::DeviceType device = x.device().type();
    const bool low = at::autocast::is_autocast_enabled(device);
    const at::ScalarType type = low ? at::autocast::get_autocast_dtype(device) : x.scalar_type();
    variable_list kept{x.to(type)}, results;
    std::vector<at::Tensor> gradients;
    for (const at::Tensor& weight : weights) {
      kept.push_back(weight.to(type));
      gradients.push_back(weight.grad());
      results.push_back(at::linear(kept.front(), kept.back()).to(x.scalar_type()));
    }
    context->saved_data["gradients"] = gradients;
    context->save_for_backward(kept);
    return results;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    const at::Tensor& x = saved.front();
    const std::vector<at::Tensor> ofWeights = context->saved_data["gradients"].toTensorVector();
    at::Tensor ofInput;
    for (std::size_t i = 0; i < ofWeights.size(); ++i) {
      const at::Tensor &weight = saved[i + 1], &ofWeight = ofWeights[i];
      const at::Tensor ofOutput = rows(gradients[i].to(weight.scalar_type()));
      if (weight.scalar_type() == ofWeight.scalar_type())
        ofWeight.addmm_(ofOutput.t(), rows(x));
      else
        ofWeight.add_(at::mm(ofOutput.t(), rows(x)));
      if (ofInput.defined())
        ofInput.addmm_(ofOutput, weight);
      else
        ofInput = at::mm(ofOutput, weight);
    }
    variable_list result(ofWeights.size() + 1);
    result.front() = ofInput.to(ofWeights.front().scalar_type()).view(x.sizes());
    return result;
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

std::vector<at::Tensor> accumulatingLinears(const at::Tensor& x, const std::vector<at::Tensor>& weights) {
  return Linears::apply(x, weights);
}

at::Tensor accumulatingLookUp(const at::Tensor& table, const at::Tensor& ids) {
  return LookUp::apply(table, ids);
}

}  // namespace sinkscope
