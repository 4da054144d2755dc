#include "core/model/gguf.h"

#include "core/error.h"
#include "core/model/file_cursor.h"
#include "core/model/ggml_types.h"
#include "core/model/tensor_values.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <limits>
#include <string_view>
#include <type_traits>
#include <utility>

namespace sinkscope {

namespace {

/// Numbers of the value types in a GGUF file.
enum ValueType : std::uint32_t {
  Uint8,
  Int8,
  Uint16,
  Int16,
  Uint32,
  Int32,
  Float32,
  Bool,
  String,
  Array,
  Uint64,
  Int64,
  Float64,
};

/// Stored bytes of one value of a type, at the least (a string's length alone); 0 for a type that has none.
std::uint64_t leastBytes(std::uint32_t type) {
  constexpr std::uint64_t bytes[] = {1, 1, 2, 2, 4, 4, 4, 1, 8, 0, 8, 8, 8};
  return type < std::size(bytes) ? bytes[type] : 0;
}

}  // namespace

bool isGgufFile(const std::filesystem::path& path) {
  if (path.has_extension()) return path.extension() == ".gguf";
  char magic[4] = {};
  std::ifstream(path, std::ios::binary).read(magic, sizeof magic);
  return std::string_view(magic, sizeof magic) == "GGUF";
}

/// Fills a `GgufFile` from its header.
class GgufFile::Parser {
 public:
  Parser(GgufFile& target, Lists lists)
      : target_(target), input_(target.inputs_.front()), cursor_(input_), lists_(lists) {}

  void parse() {
    readMagic();
    const auto tensorCount = cursor_.number<std::uint64_t>();
    const auto valueCount = cursor_.number<std::uint64_t>();
    checkCount(tensorCount, 24, "tensors");
    checkCount(valueCount, 13, "metadata values");
    for (std::uint64_t i = 0; i < valueCount; ++i) readEntry();
    for (std::uint64_t i = 0; i < tensorCount; ++i) readTensorInfo();
    placeTensors();
  }

 private:
  [[noreturn]] void fail(const std::string& what) const { throw Error(input_.name() + what); }

  void readMagic() {
    char magic[4] = {};
    if (cursor_.left() < 24) fail(" is no GGUF file: it is too short for a header.");
    cursor_.bytes(magic, 4);
    if (std::memcmp(magic, "GGUF", 4) != 0) fail(" is no GGUF file: it does not begin with 'GGUF'.");
    target_.version_ = cursor_.number<std::uint32_t>();
    const std::uint32_t version = target_.version_;
    if (version != 0 && (version & 0xffff) == 0)
      fail(" is a big-endian GGUF file; only little-endian ones can be read.");
    if (version != 2 && version != 3) {
      fail(" is a GGUF file of version " + std::to_string(version) + "; versions 2 and 3 can be read.");
    }
  }

  /// A count of things that take `least` bytes each must fit into what is left of the file.
  void checkCount(std::uint64_t count, std::uint64_t least, const std::string& what) const {
    if (count > cursor_.left() / least) {
      fail(" is damaged: it is said to hold " + std::to_string(count) + " " + what + ", but " +
           std::to_string(cursor_.left()) + " bytes are left for them.");
    }
  }

  void readEntry() {
    const std::string key = cursor_.string();
    const auto type = cursor_.number<std::uint32_t>();
    if (type == Array && lists_ == Lists::WithoutVocabulary && key.starts_with("tokenizer.")) return skipArray(key);
    const bool isNew = target_.metadata_.emplace(key, type == Array ? readArray(key) : readValue(type, key)).second;
    if (!isNew) fail(" is damaged: the metadata field '" + key + "' stands in it twice.");
  }

  Value readValue(std::uint32_t type, const std::string& key) {
    switch (type) {
      case Uint8:
        return std::int64_t{cursor_.number<std::uint8_t>()};
      case Int8:
        return std::int64_t{cursor_.number<std::int8_t>()};
      case Uint16:
        return std::int64_t{cursor_.number<std::uint16_t>()};
      case Int16:
        return std::int64_t{cursor_.number<std::int16_t>()};
      case Uint32:
        return std::int64_t{cursor_.number<std::uint32_t>()};
      case Int32:
        return std::int64_t{cursor_.number<std::int32_t>()};
      case Int64:
        return cursor_.number<std::int64_t>();
      case Uint64:
        return large(cursor_.number<std::uint64_t>());
      case Float32:
        return double{cursor_.number<float>()};
      case Float64:
        return cursor_.number<double>();
      case Bool:
        return cursor_.number<std::uint8_t>() != 0;
      case String:
        return cursor_.string();
      default:
        break;
    }
    fail(" is damaged: the metadata field '" + key + "' has the type " + std::to_string(type) +
         ", but 0 ... 12 are expected.");
  }

  /// Numbers of 2^63 and more (seeds, not counts) are kept as the nearest real.
  static Value large(std::uint64_t number) {
    if (number > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) return static_cast<double>(number);
    return static_cast<std::int64_t>(number);
  }

  struct ArrayHeader {
    std::uint32_t type = 0;
    std::uint64_t count = 0;
  };

  ArrayHeader readArrayHeader(const std::string& key) {
    const auto type = cursor_.number<std::uint32_t>();
    const auto count = cursor_.number<std::uint64_t>();
    const std::uint64_t least = leastBytes(type);
    if (least == 0) {
      fail(": the metadata field '" + key + "' is an array of type " + std::to_string(type) +
           ", but arrays of numbers or texts are expected.");
    }
    checkCount(count, least, "values of '" + key + "'");
    return {type, count};
  }

  void skipArray(const std::string& key) {
    const auto [type, count] = readArrayHeader(key);
    if (type != String) return cursor_.skip(count * leastBytes(type));
    for (std::uint64_t i = 0; i < count; ++i) cursor_.skip(cursor_.number<std::uint64_t>());
  }

  Value readArray(const std::string& key) {
    const auto [type, count] = readArrayHeader(key);
    if (type == String) {
      std::vector<std::string> texts(count);
      for (std::string& text : texts) text = cursor_.string();
      return texts;
    }
    if (type == Float32 || type == Float64) return readNumbers<double>(type, key, count);
    return readNumbers<std::int64_t>(type, key, count);
  }

  template <typename T>
  std::vector<T> readNumbers(std::uint32_t type, const std::string& key, std::uint64_t count) {
    std::vector<T> numbers(count);
    for (T& number : numbers) {
      const Value value = readValue(type, key);
      if (const bool* flag = std::get_if<bool>(&value)) {
        number = *flag ? 1 : 0;
      } else if (const T* found = std::get_if<T>(&value)) {
        number = *found;
      } else {
        fail(": a value of the metadata field '" + key + "' is larger than 2^63 - 1.");
      }
    }
    return numbers;
  }

  void readTensorInfo() {
    TensorInfo info;
    info.name = cursor_.string();
    const auto dimensions = cursor_.number<std::uint32_t>();
    if (dimensions > 4) {
      fail(" is damaged: tensor '" + info.name + "' has " + std::to_string(dimensions) +
           " dimensions, but at most 4 are expected.");
    }
    std::uint64_t values = 1;
    for (std::uint32_t i = 0; i < dimensions; ++i) {
      const auto length = cursor_.number<std::uint64_t>();
      if (length == 0) fail(" is damaged: tensor '" + info.name + "' has a dimension of length 0.");
      if (!multiply(values, length, &values) || values > std::uint64_t{1} << 60) {
        fail(" is damaged: tensor '" + info.name + "' has more values than any file can hold.");
      }
      info.shape.push_back(static_cast<std::int64_t>(length));
    }
    std::reverse(info.shape.begin(), info.shape.end());
    const auto id = cursor_.number<std::uint32_t>();
    info.offset = cursor_.number<std::uint64_t>();

    const GgmlType* type = ggmlType(id);
    if (type == nullptr) fail(": tensor '" + info.name + "' has the unknown type " + std::to_string(id) + ".");
    info.type = type->name;
    const std::int64_t row = info.shape.empty() ? 1 : info.shape.back();
    if (row % type->block != 0) {
      fail(" is damaged: the rows of tensor '" + info.name + "' have " + std::to_string(row) + " values, but type " +
           info.type + " needs a multiple of " + std::to_string(type->block) + ".");
    }
    const std::uint64_t blocks = values / static_cast<std::uint64_t>(type->block);
    if (!multiply(blocks, static_cast<std::uint64_t>(type->bytes), &info.bytes)) {
      fail(" is damaged: tensor '" + info.name + "' has more bytes than any file can hold.");
    }
    if (!target_.tensors_.emplace(info.name, info).second) {
      fail(" is damaged: tensor '" + info.name + "' stands in it twice.");
    }
  }

  std::uint64_t alignment() const {
    const std::int64_t alignment = target_.integer("general.alignment", 32);
    if (alignment <= 0 || alignment > (1 << 30) || (alignment & (alignment - 1)) != 0) {
      fail(": the metadata field 'general.alignment' is " + std::to_string(alignment) +
           ", but a power of two is expected.");
    }
    return static_cast<std::uint64_t>(alignment);
  }

  /// Offsets in the file are relative to the aligned end of the header.
  void placeTensors() {
    const std::uint64_t step = alignment();
    const std::uint64_t start = (cursor_.position() + step - 1) / step * step;
    for (auto& [name, info] : target_.tensors_) {
      if (start > input_.size() || info.offset > input_.size() || !input_.contains(start + info.offset, info.bytes)) {
        fail(" is cut off or damaged: tensor '" + name + "' needs " + std::to_string(info.bytes) +
             " bytes that reach beyond the file's end at byte " + std::to_string(input_.size()) + ".");
      }
      info.offset += start;
    }
  }

  GgufFile& target_;
  const InputFile& input_;
  Cursor cursor_;
  Lists lists_;
};

std::string ggufPartName(const std::string& stem, int number, int count) {
  char tail[40] = "";
  std::snprintf(tail, sizeof tail, "-%05d-of-%05d.gguf", number, count);
  return stem + tail;
}

GgufFile::GgufFile(const std::filesystem::path& path, Lists lists) : files_{path} {
  inputs_.emplace_back(path);
  Parser(*this, lists).parse();
  const std::int64_t count = integer("split.count", 1), number = integer("split.no", 0) + 1;
  if (count > 1 && number == 1) addParts(count);
}

void GgufFile::addParts(std::int64_t count) {
  const std::string file = name();
  constexpr std::int64_t most = 99999;  // what a name has room for
  const auto parts = static_cast<int>(std::min(count, most));
  const std::string ending = ggufPartName("", 1, parts);
  if (count > most || !file.ends_with(ending)) {
    throw Error(file + " is the first of " + std::to_string(count) +
                " files of a model ('split.count'), but its name " + "does not end in '" + ending +
                "', by which the others are found.");
  }
  const std::string stem = file.substr(0, file.size() - ending.size());
  for (int number = 2; number <= parts; ++number) {
    GgufFile part(files_.front().parent_path() / ggufPartName(stem, number, parts), Lists::WithoutVocabulary);
    if (part.integer("split.count", 1) != count || part.integer("split.no", 0) != number - 1) {
      throw Error(part.name() + " is not part " + std::to_string(number) + " of the " + std::to_string(count) +
                  " files of " + file + " ('split.no', 'split.count').");
    }
    for (auto& [name, info] : part.tensors_) {
      info.file = files_.size();
      if (!tensors_.emplace(name, info).second)
        throw Error(part.name() + " is damaged: tensor '" + name + "' stands in an earlier file too.");
    }
    files_.push_back(part.files_.front());
    inputs_.push_back(std::move(part.inputs_.front()));
  }
  const auto expected = static_cast<std::uint64_t>(integer("split.tensors.count", std::int64_t(tensors_.size())));
  if (tensors_.size() != expected) {
    throw Error(file + ": the metadata field 'split.tensors.count' is " + std::to_string(expected) + ", but its " +
                std::to_string(count) + " files hold " + std::to_string(tensors_.size()) + " tensors.");
  }
}

const GgufFile::Value& GgufFile::value(const std::string& key) const {
  const auto found = metadata_.find(key);
  if (found == metadata_.end()) throw Error(name() + " has no metadata field '" + key + "'.");
  return found->second;
}

template <typename T>
const T& GgufFile::valueAs(const std::string& key, const char* expected) const {
  const T* found = std::get_if<T>(&value(key));
  if (found == nullptr) {
    throw Error(name() + ": the metadata field '" + key + "' is no " + expected + ", as is expected of it.");
  }
  return *found;
}

const std::string& GgufFile::string(const std::string& key) const {
  return valueAs<std::string>(key, "text");
}

std::int64_t GgufFile::integer(const std::string& key) const {
  return valueAs<std::int64_t>(key, "integer");
}

double GgufFile::real(const std::string& key) const {
  const Value& found = value(key);
  if (const auto* number = std::get_if<std::int64_t>(&found)) return static_cast<double>(*number);
  return valueAs<double>(key, "number");
}

bool GgufFile::boolean(const std::string& key) const {
  return valueAs<bool>(key, "truth value");
}

const std::vector<std::string>& GgufFile::strings(const std::string& key) const {
  return valueAs<std::vector<std::string>>(key, "array of texts");
}

const std::vector<std::int64_t>& GgufFile::integers(const std::string& key) const {
  return valueAs<std::vector<std::int64_t>>(key, "array of integers");
}

const std::vector<double>& GgufFile::reals(const std::string& key) const {
  return valueAs<std::vector<double>>(key, "array of real numbers");
}

std::string GgufFile::string(const std::string& key, const std::string& fallback) const {
  return has(key) ? string(key) : fallback;
}

std::int64_t GgufFile::integer(const std::string& key, std::int64_t fallback) const {
  return has(key) ? integer(key) : fallback;
}

double GgufFile::real(const std::string& key, double fallback) const {
  return has(key) ? real(key) : fallback;
}

bool GgufFile::boolean(const std::string& key, bool fallback) const {
  return has(key) ? boolean(key) : fallback;
}

bool GgufFile::isArray(const std::string& key) const {
  return value(key).index() >= 4;
}

std::vector<std::string> GgufFile::keys() const {
  std::vector<std::string> result;
  for (const auto& [key, value] : metadata_) result.push_back(key);
  return result;
}

at::Tensor GgufFile::read(const std::string& name) const {
  const auto found = tensors_.find(name);
  if (found == tensors_.end()) throw Error(TensorFile::name() + " has no tensor '" + name + "'.");
  return readValues(inputs_[found->second.file], found->second);
}

}  // namespace sinkscope
