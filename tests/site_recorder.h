#pragma once

#include "core/model/observer.h"

#include <ATen/core/Tensor.h>

#include <map>
#include <string>

namespace sinkscope {

/// Keeps every tensor of a pass over one prompt, without the batch axis, under its place's name.
class SiteRecorder : public Observer {
 public:
  bool wants(const Place&) const override { return true; }
  at::Tensor visit(const Place& place, at::Tensor value) override {
    seen_[toString(place)] = value[0];
    return value;
  }

  const at::Tensor& at(Site site, std::int64_t layer = -1) const {
    return seen_.at(toString({site, static_cast<int>(layer)}));
  }

 private:
  std::map<std::string, at::Tensor> seen_;
};

}  // namespace sinkscope
