#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <numeric>
#include <span>
#include <vector>

namespace sinkscope {

/// A dense row-major array of plain numbers. Results are made of these, so that views, run files and the command
/// line need no tensor library. The names of the axes stand in a comment where an array is declared.
template <typename T, std::size_t N>
class Array {
 public:
  using Shape = std::array<std::size_t, N>;

  Array() = default;
  explicit Array(const Shape& shape, T fill = T{}) : shape_(shape), values_(count(shape), fill) {}

  const Shape& shape() const { return shape_; }
  std::size_t extent(std::size_t axis) const { return shape_[axis]; }
  std::size_t size() const { return values_.size(); }
  bool empty() const { return values_.empty(); }

  T* data() { return values_.data(); }
  const T* data() const { return values_.data(); }
  /// A view of all values; of an array that has a name, or the view would outlive it.
  std::span<T> values() & { return values_; }
  std::span<const T> values() const& { return values_; }
  std::span<const T> values() && = delete;

  template <typename... Index>
  T& operator()(Index... index) {
    return values_[offset({static_cast<std::size_t>(index)...})];
  }
  template <typename... Index>
  const T& operator()(Index... index) const {
    return values_[offset({static_cast<std::size_t>(index)...})];
  }

  /// The values along the last axis at the given leading indices.
  template <typename... Index>
  std::span<const T> row(Index... leading) const& {
    static_assert(sizeof...(Index) + 1 == N);
    return std::span<const T>(values_).subspan(offset({static_cast<std::size_t>(leading)..., std::size_t{0}}),
                                               shape_[N - 1]);
  }
  template <typename... Index>
  std::span<T> row(Index... leading) & {
    static_assert(sizeof...(Index) + 1 == N);
    return std::span<T>(values_).subspan(offset({static_cast<std::size_t>(leading)..., std::size_t{0}}), shape_[N - 1]);
  }

  template <typename... Index>
  std::span<const T> row(Index...) && = delete;

  bool operator==(const Array&) const = default;

 private:
  static std::size_t count(const Shape& shape) {
    return std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies<>());
  }
  std::size_t offset(const Shape& index) const {
    std::size_t at = 0;
    for (std::size_t axis = 0; axis < N; ++axis) at = at * shape_[axis] + index[axis];
    return at;
  }

  Shape shape_{};
  std::vector<T> values_;
};

}  // namespace sinkscope
