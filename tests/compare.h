#pragma once

#include "core/array.h"

#include <ATen/Functions.h>
#include <ATen/core/Tensor.h>

#include <QString>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <sstream>
#include <string>
#include <vector>

namespace sinkscope {

/// Allowed difference: `|actual - expected| <= absolute + relative * |expected|`.
struct Tolerance {
  double relative = 0.0;
  double absolute = 0.0;
};

/// A row-major copy of whatever is compared, in double.
struct Numbers {
  std::vector<std::int64_t> shape;
  std::vector<double> values;
};

inline Numbers numbers(const at::Tensor& tensor) {
  if (!tensor.defined()) return {};
  const at::Tensor flat = tensor.detach().cpu().to(at::kDouble).contiguous();
  const double* data = flat.const_data_ptr<double>();
  return {flat.sizes().vec(), std::vector<double>(data, data + flat.numel())};
}

template <typename T, std::size_t N>
Numbers numbers(const Array<T, N>& array) {
  return {{array.shape().begin(), array.shape().end()}, {array.values().begin(), array.values().end()}};
}

template <typename T>
Numbers numbers(const std::vector<T>& vector) {
  return {{static_cast<std::int64_t>(vector.size())}, {vector.begin(), vector.end()}};
}

inline std::string shapeText(const std::vector<std::int64_t>& shape) {
  std::ostringstream text;
  text << '[';
  for (std::size_t i = 0; i < shape.size(); ++i) text << (i ? ", " : "") << shape[i];
  text << ']';
  return text.str();
}

/// Empty when the two agree; else a sentence with the name, the worst place, both values there and the largest
/// difference. A NaN agrees with nothing.
inline std::string mismatch(const std::string& name, const Numbers& actual, const Numbers& expected,
                            const Tolerance& tolerance) {
  if (actual.shape != expected.shape)
    return name + ": shape " + shapeText(actual.shape) + ", expected " + shapeText(expected.shape);
  std::size_t worst = 0, wrong = 0;
  double worstExcess = -1.0, largest = 0.0;
  for (std::size_t i = 0; i < expected.values.size(); ++i) {
    const double difference = std::abs(actual.values[i] - expected.values[i]);
    const double allowed = tolerance.absolute + tolerance.relative * std::abs(expected.values[i]);
    const bool fits = difference <= allowed;  // false for NaN
    const double excess = std::isnan(difference) ? HUGE_VAL : difference - allowed;
    if (!fits) ++wrong;
    if (!fits && excess > worstExcess) {
      worstExcess = excess;
      worst = i;
    }
    largest = std::isnan(difference) ? HUGE_VAL : std::max(largest, difference);
  }
  if (wrong == 0) return {};
  std::vector<std::int64_t> index(expected.shape.size());
  std::size_t rest = worst;
  for (std::size_t axis = index.size(); axis-- > 0;) {
    const auto extent = static_cast<std::size_t>(expected.shape[axis]);
    index[axis] = static_cast<std::int64_t>(rest % extent);
    rest /= extent;
  }
  std::ostringstream text;
  text.precision(9);
  text << name << ": " << wrong << " of " << expected.values.size() << " differ; worst at " << shapeText(index) << ": "
       << actual.values[worst] << ", expected " << expected.values[worst] << "; largest difference " << largest;
  return text.str();
}

template <typename A, typename B>
std::string mismatch(const std::string& name, const A& actual, const B& expected, const Tolerance& tolerance) {
  return mismatch(name, numbers(actual), numbers(expected), tolerance);
}

}  // namespace sinkscope

/// Fails the test with the sentence of `mismatch` unless `actual` and `expected` (tensors, arrays or vectors) agree.
#define COMPARE_NUMBERS(name, actual, expected, ...)                                                               \
  do {                                                                                                             \
    const std::string difference = sinkscope::mismatch(name, actual, expected, sinkscope::Tolerance(__VA_ARGS__)); \
    if (!difference.empty()) QFAIL(difference.c_str());                                                            \
  } while (false)
