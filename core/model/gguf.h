#pragma once

#include "core/model/input_file.h"
#include "core/model/tensor_file.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace sinkscope {

/// Whether a path is that of a GGUF file: by its name, or where that says nothing (Ollama's blobs) by how it begins.
bool isGgufFile(const std::filesystem::path& path);

/// What part `number` of `count` of a model in several files is called: "stem-00002-of-00003.gguf".
std::string ggufPartName(const std::string& stem, int number, int count);

/// A GGUF file, version 2 or 3: metadata and tensors. Metadata is kept in memory, values of tensors are not.
///
/// The first file of several ("-00001-of-00003.gguf", as llama.cpp names them) opens the others beside it, and has the
/// tensors of all.
///
/// The accessors throw `Error` when the key is missing or holds another kind of value; those with a fallback only for
/// the latter. Numbers of every width are one kind each: integer (signed or not, and arrays of bool) and real.
class GgufFile : public TensorFile {
 public:
  /// A vocabulary's lists (arrays below `tokenizer.`) take most of the time that a header takes; without them the file
  /// is as if it had none.
  enum class Lists { All, WithoutVocabulary };

  explicit GgufFile(const std::filesystem::path& path, Lists lists = Lists::All);

  bool has(const std::string& key) const { return metadata_.contains(key); }
  const std::string& string(const std::string& key) const;
  std::int64_t integer(const std::string& key) const;
  double real(const std::string& key) const;  ///< an integer does as well
  bool boolean(const std::string& key) const;
  const std::vector<std::string>& strings(const std::string& key) const;
  const std::vector<std::int64_t>& integers(const std::string& key) const;
  const std::vector<double>& reals(const std::string& key) const;

  std::string string(const std::string& key, const std::string& fallback) const;
  std::int64_t integer(const std::string& key, std::int64_t fallback) const;
  double real(const std::string& key, double fallback) const;
  bool boolean(const std::string& key, bool fallback) const;

  /// Whether the value is an array of any kind.
  bool isArray(const std::string& key) const;

  std::uint32_t version() const { return version_; }
  std::vector<std::string> keys() const;

  const std::vector<std::filesystem::path>& files() const override { return files_; }
  const std::map<std::string, TensorInfo>& tensors() const override { return tensors_; }
  at::Tensor read(const std::string& name) const override;
  void readBytes(const TensorInfo& info, std::uint64_t begin, std::uint64_t bytes, void* target) const override {
    inputs_[info.file].read(info.offset + begin, target, bytes);
  }

 private:
  using Value = std::variant<bool, std::int64_t, double, std::string, std::vector<std::int64_t>, std::vector<double>,
                             std::vector<std::string>>;
  class Parser;

  const Value& value(const std::string& key) const;
  template <typename T>
  const T& valueAs(const std::string& key, const char* expected) const;

  /// Opens the parts that this first one says there are.
  void addParts(std::int64_t count);

  std::vector<InputFile> inputs_;
  std::vector<std::filesystem::path> files_;
  std::uint32_t version_ = 0;
  std::map<std::string, Value> metadata_;
  std::map<std::string, TensorInfo> tensors_;
};

}  // namespace sinkscope
