#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace sinkscope {

/// The fields of a JSON object with errors that name the file and the field. A field that is null counts as missing.
/// The accessors without a fallback throw `Error` when the field is missing, all of them when it is of another kind.
class JsonFields {
 public:
  JsonFields(nlohmann::json object, std::string source) : object_(std::move(object)), source_(std::move(source)) {}

  /// The object in a file of at most 100 MB.
  static JsonFields ofFile(const std::filesystem::path& path);

  bool has(const std::string& key) const;
  std::int64_t integer(const std::string& key) const;
  std::int64_t integer(const std::string& key, std::int64_t fallback) const;
  double real(const std::string& key, double fallback) const;
  bool boolean(const std::string& key, bool fallback) const;
  std::string string(const std::string& key) const;
  std::string string(const std::string& key, const std::string& fallback) const;
  std::vector<std::string> strings(const std::string& key) const;
  std::vector<double> reals(const std::string& key) const;
  JsonFields object(const std::string& key) const;

  const nlohmann::json& json() const { return object_; }
  const std::string& source() const { return source_; }

  [[noreturn]] void failBecause(const std::string& key, const std::string& what) const;

 private:
  const nlohmann::json& field(const std::string& key, const char* expected) const;

  nlohmann::json object_;
  std::string source_;  // names the file, and the object within it
};

}  // namespace sinkscope
