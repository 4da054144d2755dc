#include "core/model/safetensors.h"

#include "core/error.h"
#include "core/model/json_fields.h"
#include "core/model/safetensors_types.h"
#include "core/model/tensor_values.h"

#include <ATen/ops/empty.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace sinkscope {
namespace {

/// As in the reference implementation.
constexpr std::uint64_t longestHeader = 100'000'000;

/// Bytes of one value; 0 for a type that is not known.
std::uint64_t bytesOf(const std::string& type) {
  static const std::map<std::string, std::uint64_t> bytes = {
      {"BOOL", 1}, {"U8", 1},  {"I8", 1},  {"F8_E4M3", 1}, {"F8_E5M2", 1}, {"U16", 2}, {"I16", 2}, {"F16", 2},
      {"BF16", 2}, {"U32", 4}, {"I32", 4}, {"F32", 4},     {"U64", 8},     {"I64", 8}, {"F64", 8}};
  const auto found = bytes.find(type);
  return found == bytes.end() ? 0 : found->second;
}

/// Makes the infos of one file's header, checking each against the file.
class HeaderReader {
 public:
  HeaderReader(const InputFile& file, std::size_t index) : file_(file), index_(index) {}

  std::map<std::string, TensorInfo> read(std::map<std::string, std::string>& metadata) {
    std::uint64_t length = 0;
    if (file_.size() < 8) fail(" is no safetensors file: it is too short for a header.");
    file_.read(0, &length, sizeof(length));
    if (length > longestHeader || !file_.contains(8, length)) {
      fail(" is no safetensors file or is cut off: its header is said to have " + std::to_string(length) + " bytes.");
    }
    std::string text(length, '\0');
    file_.read(8, text.data(), length);
    const nlohmann::json header = nlohmann::json::parse(text, nullptr, false);
    if (!header.is_object()) fail(" is no safetensors file or is damaged: a JSON object is expected as its header.");
    start_ = 8 + length;
    std::map<std::string, TensorInfo> tensors;
    for (const auto& [name, entry] : header.items()) {
      if (name != "__metadata__") {
        tensors.emplace(name, readInfo(name, entry));
      } else if (entry.is_object()) {
        readMetadata(entry, metadata);
      }
    }
    return tensors;
  }

 private:
  static void readMetadata(const nlohmann::json& entry, std::map<std::string, std::string>& metadata) {
    for (const auto& [name, text] : entry.items()) {
      if (text.is_string()) metadata[name] = text.get<std::string>();
    }
  }
  [[noreturn]] void fail(const std::string& what) const { throw Error(file_.name() + what); }
  [[noreturn]] void failTensor(const std::string& name, const std::string& what) const {
    fail(" is damaged: tensor '" + name + "' " + what + ".");
  }

  TensorInfo readInfo(const std::string& name, const nlohmann::json& entry) const {
    const bool complete = entry.is_object() && entry.contains("dtype") && entry["dtype"].is_string() &&
                          entry.contains("shape") && entry["shape"].is_array() && entry.contains("data_offsets") &&
                          entry["data_offsets"].is_array() && entry["data_offsets"].size() == 2;
    if (!complete) failTensor(name, "has no dtype, shape and two data_offsets, as is expected of it");
    TensorInfo info;
    info.name = name;
    info.file = index_;
    info.type = entry["dtype"].get<std::string>();
    const std::uint64_t values = readShape(entry["shape"], info);
    const std::uint64_t begin = number(name, entry["data_offsets"][0]);
    const std::uint64_t end = number(name, entry["data_offsets"][1]);
    if (begin > end || end > file_.size() - start_) {
      failTensor(name, "reaches from byte " + std::to_string(begin) + " to " + std::to_string(end) + " of " +
                           std::to_string(file_.size() - start_) + " bytes of data");
    }
    info.offset = start_ + begin;
    info.bytes = end - begin;
    std::uint64_t expected = 0;
    const std::uint64_t each = bytesOf(info.type);
    if (each > 0 && (!multiply(values, each, &expected) || expected != info.bytes)) {
      failTensor(name, "has " + std::to_string(info.bytes) + " bytes, but its shape needs another number");
    }
    return info;
  }

  std::uint64_t number(const std::string& name, const nlohmann::json& value) const {
    if (!value.is_number_unsigned()) failTensor(name, "has a shape or offset that is no positive integer");
    return value.get<std::uint64_t>();
  }

  std::uint64_t readShape(const nlohmann::json& shape, TensorInfo& info) const {
    std::uint64_t values = 1;
    for (const nlohmann::json& entry : shape) {
      const std::uint64_t length = number(info.name, entry);
      if (length == 0 || !multiply(values, length, &values) || values > std::uint64_t{1} << 60) {
        failTensor(info.name, "has a dimension of length 0 or more values than any file can hold");
      }
      info.shape.push_back(static_cast<std::int64_t>(length));
    }
    return values;
  }

  const InputFile& file_;
  std::size_t index_;
  std::uint64_t start_ = 0;  // of the data
};

}  // namespace

SafetensorsFile::SafetensorsFile(const std::filesystem::path& path) {
  if (!std::filesystem::is_directory(path)) {
    openFile(path, tensors_);
  } else if (std::filesystem::exists(path / "model.safetensors")) {
    openFile(path / "model.safetensors", tensors_);
  } else if (std::filesystem::exists(path / "model.safetensors.index.json")) {
    openSharded(path / "model.safetensors.index.json");
  } else {
    const bool pickled = std::filesystem::exists(path / "pytorch_model.bin") ||
                         std::filesystem::exists(path / "pytorch_model.bin.index.json");
    if (pickled)
      throw Error(path.string() +
                  " holds its weights as pytorch_model.bin, which this program does not read, for such files are "
                  "programs; load it with Hugging Face transformers and save it with save_pretrained(folder), which "
                  "writes model.safetensors.");
    throw Error(path.string() + " holds no weights: model.safetensors or model.safetensors.index.json is expected.");
  }
}

void SafetensorsFile::openFile(const std::filesystem::path& path, std::map<std::string, TensorInfo>& tensors) {
  files_.emplace_back(path);
  paths_.push_back(path);
  tensors = HeaderReader(files_.back(), files_.size() - 1).read(metadata_);
}

void SafetensorsFile::openSharded(const std::filesystem::path& index) {
  const JsonFields map = JsonFields::ofFile(index).object("weight_map");
  std::map<std::string, std::map<std::string, TensorInfo>> shards;
  for (const auto& [name, file] : map.json().items()) {
    const std::string shard = map.string(name);
    if (shard.empty() || std::filesystem::path(shard).filename() != shard || shard == "." || shard == "..") {
      map.failBecause(name, "is '" + shard + "', but the name of a file beside the index is expected");
    }
    if (!shards.contains(shard)) openFile(index.parent_path() / shard, shards[shard]);
    const auto found = shards[shard].find(name);
    if (found == shards[shard].end())
      throw Error(shard + " has no tensor '" + name + "', though " + index.filename().string() + " says so.");
    tensors_.insert(*found);
  }
}

const TensorInfo& SafetensorsFile::info(const std::string& name) const {
  const auto found = tensors_.find(name);
  if (found == tensors_.end()) throw Error(this->name() + " has no tensor '" + name + "'.");
  return found->second;
}

at::Tensor SafetensorsFile::read(const std::string& name) const {
  const TensorInfo& found = info(name);
  return readValues(files_[found.file], found);
}

at::Tensor SafetensorsFile::readStored(const std::string& name) const {
  const TensorInfo& found = info(name);
  const InputFile& file = files_[found.file];
  const auto type = scalarTypeOf(found.type);
  if (!type)
    throw Error(file.name() + ": tensor '" + name + "' has the type " + found.type + ", which can't be read; " +
                storedTypes() + " can.");
  at::Tensor values = at::empty(found.shape, *type);
  file.read(found.offset, values.mutable_data_ptr(), found.bytes);
  return values;
}

}  // namespace sinkscope
