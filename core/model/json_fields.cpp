#include "core/model/json_fields.h"

#include "core/error.h"
#include "core/model/input_file.h"

#include <optional>

namespace sinkscope {

JsonFields JsonFields::ofFile(const std::filesystem::path& path) {
  const InputFile file(path);
  if (file.size() > 100'000'000)
    throw Error(file.name() + " is larger than 100 MB, too large for a JSON file of a model.");
  std::string text(file.size(), '\0');
  file.read(0, text.data(), text.size());
  nlohmann::json object = nlohmann::json::parse(text, nullptr, false);
  if (!object.is_object()) throw Error(file.name() + " is damaged: a JSON object is expected in it.");
  return {std::move(object), file.name()};
}

bool JsonFields::has(const std::string& key) const {
  const auto found = object_.find(key);
  return found != object_.end() && !found->is_null();
}

const nlohmann::json& JsonFields::field(const std::string& key, const char* expected) const {
  if (!has(key)) throw Error(source_ + ": the field '" + key + "' is missing; " + expected + " is expected.");
  return object_[key];
}

void JsonFields::failBecause(const std::string& key, const std::string& what) const {
  throw Error(source_ + ": the field '" + key + "' " + what + ".");
}

std::int64_t JsonFields::integer(const std::string& key) const {
  const nlohmann::json& value = field(key, "an integer");
  // Larger numbers are unsigned in this library, and reals beyond that.
  const bool fits = value.is_number_integer() && (!value.is_number_unsigned() || value.get<std::uint64_t>() >> 63 == 0);
  if (!fits) failBecause(key, "is no 64-bit integer, as is expected of it");
  return value.get<std::int64_t>();
}

std::int64_t JsonFields::integer(const std::string& key, std::int64_t fallback) const {
  return has(key) ? integer(key) : fallback;
}

double JsonFields::real(const std::string& key, double fallback) const {
  if (!has(key)) return fallback;
  const nlohmann::json& value = object_[key];
  if (!value.is_number()) failBecause(key, "is no number, as is expected of it");
  return value.get<double>();
}

bool JsonFields::boolean(const std::string& key, bool fallback) const {
  if (!has(key)) return fallback;
  const nlohmann::json& value = object_[key];
  if (!value.is_boolean()) failBecause(key, "is neither true nor false, as is expected of it");
  return value.get<bool>();
}

std::string JsonFields::string(const std::string& key) const {
  const nlohmann::json& value = field(key, "a text");
  if (!value.is_string()) failBecause(key, "is no text, as is expected of it");
  return value.get<std::string>();
}

std::string JsonFields::string(const std::string& key, const std::string& fallback) const {
  return has(key) ? string(key) : fallback;
}

namespace {

/// The elements of a list for which `is` holds, all of them; nothing where one does not fit.
template <typename Value>
std::optional<std::vector<Value>> listOf(const nlohmann::json& list, bool (nlohmann::json::*is)() const noexcept) {
  if (!list.is_array()) return std::nullopt;
  std::vector<Value> result;
  for (const nlohmann::json& one : list) {
    if (!(one.*is)()) return std::nullopt;
    result.push_back(one.get<Value>());
  }
  return result;
}

}  // namespace

std::vector<std::string> JsonFields::strings(const std::string& key) const {
  const auto list = listOf<std::string>(field(key, "an array of texts"), &nlohmann::json::is_string);
  if (!list) failBecause(key, "is no array of texts, as is expected of it");
  return *list;
}

std::vector<double> JsonFields::reals(const std::string& key) const {
  const auto list = listOf<double>(field(key, "an array of numbers"), &nlohmann::json::is_number);
  if (!list) failBecause(key, "is no array of numbers, as is expected of it");
  return *list;
}

JsonFields JsonFields::object(const std::string& key) const {
  const nlohmann::json& value = field(key, "an object");
  if (!value.is_object()) failBecause(key, "is no object, as is expected of it");
  return {value, source_ + ", " + key};
}

}  // namespace sinkscope
