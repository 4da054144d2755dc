#pragma once

// Private to core/runs. A kind of run is described once, as a function template `describe` over the fields of its
// result; `FieldWriter` and `FieldReader` have the same methods, so the description writes a file and reads it alike.
// `check` throws what is wrong with a result that was read, so that pages may index it without looking again.

#include "core/array.h"
#include "core/error.h"
#include "core/runs/hdf5.h"
#include "core/runs/parts.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sinkscope::runs {

template <std::size_t N>
std::vector<std::string> axesOf(const std::array<const char*, N>& names) {
  return {names.begin(), names.end()};
}

class FieldWriter {
 public:
  explicit FieldWriter(const hdf5::GroupWriter& group) : group_(group) {}  ///< which must outlive this

  template <typename T>
  void value(const char* name, const T& value) {
    group_.attribute(name, value);
  }
  /// Text of any length.
  void bytes(const char* name, const std::string& value) { group_.bytes(name, value); }
  /// Declares an axis; arrays over it come later.
  void axis(const char* name, std::size_t size) { group_.axis(name, size); }
  /// The same for an axis whose size a reader learns from the file.
  void ownAxis(const char* name, std::size_t size) { group_.axis(name, size); }
  template <typename T, std::size_t N>
  void array(const char* name, const std::array<const char*, N>& axes, const Array<T, N>& values) {
    if (!values.empty()) group_.array(name, axesOf(axes), values.values());
  }
  template <typename T>
  void list(const char* name, const char* axis, const std::vector<T>& values) {
    if (!values.empty()) group_.array(name, {axis}, values);
  }
  void texts(const char* name, const char* axis, const std::vector<std::string>& values) {
    if (!values.empty()) group_.byteStrings(name, axis, values);
  }
  /// Tokens with an axis of their own name.
  void tokens(const char* prefix, const char* axis, const std::vector<Token>& tokens) {
    group_.axis(axis, tokens.size());
    writeTokens(group_, prefix, axis, tokens);
  }
  /// The group `model`.
  void model(const ModelIdentity& identity) { writeModel(group_, identity); }
  /// Groups 0, 1, ... in a group of that name, one an element.
  template <typename T, typename Each>
  void groups(const char* name, const std::vector<T>& elements, Each each) {
    const hdf5::GroupWriter group = group_.group(name);
    group.attribute("count", std::uint64_t{elements.size()});
    for (std::size_t i = 0; i < elements.size(); ++i) {
      const hdf5::GroupWriter one = group.group(std::to_string(i));
      FieldWriter fields(one);
      each(fields, elements[i]);
    }
  }
  template <typename Each>
  void group(const char* name, Each each) {
    const hdf5::GroupWriter group = group_.group(name);
    FieldWriter fields(group);
    each(fields);
  }

 private:
  const hdf5::GroupWriter& group_;
};

class FieldReader {
 public:
  explicit FieldReader(const hdf5::GroupReader& group) : group_(group) {}  ///< which must outlive this

  void value(const char* name, std::string& value) { value = group_.text(name); }
  void value(const char* name, double& value) { value = group_.real(name); }
  void value(const char* name, bool& value) { value = group_.flag(name); }
  void value(const char* name, std::uint64_t& value) { value = group_.unsignedInteger(name); }
  void value(const char* name, std::int64_t& value) { value = group_.integer(name, INT64_MIN, INT64_MAX); }
  void bytes(const char* name, std::string& value) { value = group_.bytes(name); }
  void axis(const char* name, std::size_t size) {
    group_.checkAxis(name, size);
    sizes_[name] = size;
  }
  void ownAxis(const char* name, std::size_t) { axis(name, group_.length(name, kMostTokens)); }
  /// Left empty when the file has none.
  template <typename T, std::size_t N>
  void array(const char* name, const std::array<const char*, N>& axes, Array<T, N>& values) {
    if (!group_.has(name)) return;
    typename Array<T, N>::Shape shape;
    std::ranges::transform(axes, shape.begin(), [this](const char* axis) { return sizes_.at(axis); });
    values = Array<T, N>(shape);
    std::ranges::copy(group_.array<T>(name, hdf5::Shape(shape.begin(), shape.end())), values.data());
  }
  template <typename T>
  void list(const char* name, const char* axis, std::vector<T>& values) {
    values = group_.optionalArray<T>(name, {sizes_.at(axis)});
  }
  void texts(const char* name, const char* axis, std::vector<std::string>& values) {
    if (group_.has(std::string(name) + "_offset")) values = group_.byteStrings(name, sizes_.at(axis));
  }
  void tokens(const char* prefix, const char* axis, std::vector<Token>& tokens) {
    tokens = readTokens(group_, prefix);
    this->axis(axis, tokens.size());
  }
  void model(ModelIdentity& identity) { identity = readModel(group_); }
  template <typename T, typename Each>
  void groups(const char* name, std::vector<T>& elements, Each each) {
    const hdf5::GroupReader group = group_.group(name);
    const std::uint64_t count = group.links();
    if (const std::uint64_t found = group.unsignedInteger("count"); found != count)
      group.fail("count", "is " + std::to_string(found) + ", expected " + std::to_string(count) + ", one a group");
    for (std::uint64_t i = 0; i < count; ++i) {
      const hdf5::GroupReader one = group.group(std::to_string(i));
      FieldReader fields(one);
      each(fields, elements.emplace_back());
    }
  }
  template <typename Each>
  void group(const char* name, Each each) {
    const hdf5::GroupReader group = group_.group(name);
    FieldReader fields(group);
    each(fields);
  }

 private:
  const hdf5::GroupReader& group_;
  std::map<std::string, std::size_t> sizes_;
};

/// A value that the file keeps in another form: `toFile` makes that form, `fromFile` the value from it.
template <typename Stored, typename Value, typename ToFile, typename FromFile>
void as(FieldWriter& fields, const char* name, const Value& value, ToFile toFile, FromFile) {
  fields.value(name, Stored(toFile(value)));
}
template <typename Stored, typename Value, typename ToFile, typename FromFile>
void as(FieldReader& fields, const char* name, Value& value, ToFile, FromFile fromFile) {
  Stored stored;
  fields.value(name, stored);
  value = fromFile(stored);
}

/// How a run file names the kind of a result, specialised beside its description.
template <typename Result>
inline constexpr std::string_view kKind = "";

/// What is a part of a run comes from where the run does; only its seconds are its own.
inline void inherit(Provenance& part, const Provenance& run) {
  const double seconds = part.seconds;
  part = run;
  part.seconds = seconds;
}

/// `PREFIX` (the bytes) and `PREFIX_probability` [token, prediction]: the likeliest next tokens of every token, each
/// row filled up with NaN.
void predictions(FieldWriter& fields, const std::string& prefix, const std::vector<std::vector<Prediction>>& rows);
void predictions(FieldReader& fields, const std::string& prefix, std::vector<std::vector<Prediction>>& rows);

}  // namespace sinkscope::runs
