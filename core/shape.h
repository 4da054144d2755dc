#pragma once

#include <string>

namespace sinkscope {

/// "2 x 3 x 5"; "scalar" where there are no axes.
template <typename Extents>
std::string shapeText(const Extents& extents) {
  std::string text;
  for (const auto extent : extents) text += (text.empty() ? "" : " x ") + std::to_string(extent);
  return text.empty() ? "scalar" : text;
}

}  // namespace sinkscope
