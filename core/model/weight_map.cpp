#include "core/model/weight_map.h"

#include "core/error.h"
#include "core/model/cached_pieces.h"
#include "core/model/gguf.h"
#include "core/model/packed_blocks.h"
#include "core/model/tensor_values.h"
#include "core/model/weight_names.h"
#include "core/shape.h"

#include <ATen/Functions.h>
#include <ATen/core/Tensor.h>
#include <c10/util/accumulate.h>

#include <sys/mman.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <optional>
#include <set>
#include <utility>

namespace sinkscope {
namespace {

/// What stands before `ending` in the name of the one tensor that ends so; models of text and images name their text
/// part's tensors in several ways.
std::optional<std::string> prefixOf(const TensorFile& file, const std::string& ending) {
  for (const auto& [name, info] : file.tensors()) {
    if (name.ends_with(ending)) return name.substr(0, name.size() - ending.size());
  }
  return std::nullopt;
}

std::string prefixOfEmbedding(const TensorFile& file, const std::string& name) {
  const std::optional<std::string> prefix = prefixOf(file, name);
  if (!prefix) throw Error(file.name() + " has no tensor '" + name + "'.");
  return *prefix;
}

/// The type, which the program can read. Throws `Error`, naming the tensor, otherwise.
const GgmlType& readableType(const TensorFile& file, const TensorInfo& info, const std::string& name) {
  TensorInfo named = info;
  named.type = name;
  sinkscope::checkReadable(named, file.files()[info.file].filename().string());
  return *ggmlType(name);
}

/// uint8 [rows, bytes of a row], in large pages where the system has them: weights are read row by row, in many places
/// at once.
at::Tensor emptyBytes(std::int64_t rows, std::int64_t bytesOfRow) {
  const at::Tensor bytes = at::empty({rows, bytesOfRow}, at::kByte);
  constexpr std::uintptr_t kPage = std::uintptr_t{2} << 20;
  const auto begin = reinterpret_cast<std::uintptr_t>(bytes.mutable_data_ptr()), end = begin + bytes.nbytes();
  const std::uintptr_t first = (begin + kPage - 1) / kPage * kPage, last = end / kPage * kPage;
  if (last > first) ::madvise(reinterpret_cast<void*>(first), last - first, MADV_HUGEPAGE);  // only a wish
  return bytes;
}

}  // namespace

std::string safetensorsName(const std::string& parameter) {
  const ParsedName parsed(parameter);
  const std::string& name = usualNames(false).at(parsed.part).name;
  if (parsed.part == "output") return name;
  return "model." + (parsed.layer.empty() ? "" : "layers." + parsed.layer + ".") + name;
}

WeightMap::WeightMap(const TensorFile& file, const ModelConfig& config)
    : file_(file),
      config_(config),
      family_(familyNamed(config.family)),
      isGguf_(dynamic_cast<const GgufFile*>(&file) != nullptr),
      prefix_(isGguf_ ? "" : prefixOfEmbedding(file, stored("embedding").name)),
      specs_(parameterSpecs(config)) {
  for (const ParameterSpec& spec : specs_) checkShape(places_[spec.name] = locate(spec), spec);
  checkNothingLeftOut();
}

StoredAs WeightMap::stored(const std::string& part) const {
  const auto find = [&](const std::string& name) -> const StoredAs* {
    for (const auto* names : {isGguf_ ? &family_.ggufNames : &family_.safetensorsNames, &usualNames(isGguf_)})
      if (const auto found = names->find(name); found != names->end()) return &found->second;
    return nullptr;
  };
  if (const StoredAs* own = find(part)) return *own;
  const std::string bias = "Bias";
  if (part.ends_with(bias)) {
    if (const StoredAs* matrix = find(part.substr(0, part.size() - bias.size()))) {
      StoredAs as = *matrix;
      as.name = biasName(as.name);
      if (!as.otherName.empty()) as.otherName = biasName(as.otherName);
      as.transposed = false;
      return as;
    }
  }
  throw Error(file_.name() + ": where a model of the family " + config_.family + " stores '" + part +
              "' is not known.");
}

std::string WeightMap::fullName(const std::string& parameter, const std::string& name) const {
  const ParsedName parsed(parameter);
  std::string own = name;
  if (const std::size_t brackets = own.find("{}"); brackets != std::string::npos)
    own.replace(brackets, 2, std::to_string(parsed.expert));
  if (isGguf_) return (parsed.layer.empty() ? "" : "blk." + parsed.layer + ".") + own;
  if (parsed.part == "output") return prefixOf(file_, own).value_or("") + own;
  return prefix_ + (parsed.layer.empty() ? "" : family_.layersName + parsed.layer + ".") + own;
}

WeightMap::Place WeightMap::locate(const ParameterSpec& spec) const {
  const ParsedName parsed(spec.name);
  Place place;
  place.as = stored(parsed.part);
  place.rows = rowsOf(place.as.piece, spec.shape.front(), config_);
  place.expert = parsed.expert;
  place.isVector = spec.shape.size() == 1;
  if (!place.isVector) place.columns = spec.shape[1];
  const bool turns =
      parsed.part == "query" || parsed.part == "key" || parsed.part == "queryBias" || parsed.part == "keyBias";
  if (isGguf_ && family_.interleavedInGguf && turns) place.rows.pairedWidth = config_.headWidth;
  findWeights(spec.name, place);
  return place;
}

const TensorInfo* WeightMap::findTensor(const std::string& parameter, const std::string& name) const {
  const auto found = file_.tensors().find(fullName(parameter, name));
  return found == file_.tensors().end() ? nullptr : &found->second;
}

void WeightMap::findWeights(const std::string& parameter, Place& place) const {
  const StoredAs& as = place.as;
  place.info = findTensor(parameter, as.name);
  if (!place.info && !as.otherName.empty()) place.info = findTensor(parameter, as.otherName);
  if (place.info) return;
  place.info = findTensor(parameter, as.name + "_blocks");
  place.scales = findTensor(parameter, as.name + "_scales");
  if (!place.info || !place.scales)
    throw Error(file_.name() + " has no tensor '" + fullName(parameter, as.name) + "'.");
  place.as.transposed = false;  // blocks lie along the rows of [out, in]
}

const std::string& WeightMap::Place::type() const {
  static const std::string blocks = "MXFP4";
  return scales ? blocks : info->type;
}

void WeightMap::checkShape(const Place& place, const ParameterSpec& spec) const {
  std::vector<std::int64_t> expected = spec.shape;
  expected.front() = place.rows.stored();
  if (place.as.transposed) std::swap(expected[0], expected[1]);
  if (place.as.ofAllExperts) expected.insert(expected.begin(), config_.experts);
  const auto check = [&](const TensorInfo& info) {
    if (info.shape == expected) return;
    throw Error(file_.files()[info.file].filename().string() + ": tensor '" + info.name + "' has the shape " +
                shapeText(info.shape) + ", but " + shapeText(expected) + " is expected.");
  };
  if (place.scales) {
    if (place.columns % kPackedBlock != 0 || place.info->type != "U8" || place.scales->type != "U8")
      throw Error(file_.files()[place.info->file].filename().string() + ": tensor '" + place.info->name +
                  "' is no MXFP4: bytes are expected, and rows of whole blocks of " + std::to_string(kPackedBlock) +
                  ".");
    expected.back() = place.columns / kPackedBlock;
    check(*place.scales);
    expected.push_back(kPackedBlock / 2);
  }
  check(*place.info);
}

void WeightMap::checkNothingLeftOut() const {
  std::set<std::string> used;
  for (const auto& [parameter, place] : places_) {
    used.insert(place.info->name);
    if (place.scales) used.insert(place.scales->name);
  }
  for (const auto& [name, info] : file_.tensors()) {
    // Outside the text model's layers a safetensors file may hold anything (vision, a copy of the tied embedding).
    const bool matters = isGguf_ || name.starts_with(prefix_ + family_.layersName);
    const bool isNone = std::ranges::any_of(family_.noWeights, [&](const auto& end) { return name.ends_with(end); });
    if (!matters || isNone || used.contains(name)) continue;
    throw Error(file_.files()[info.file].filename().string() + ": tensor '" + name +
                "' is not part of a model of the family " + config_.family + " as this program knows it.");
  }
}

const std::string& WeightMap::type(const ParameterSpec& spec) const {
  return place(spec).type();
}

std::uint64_t WeightMap::bytes(const ParameterSpec& spec) const {
  const Place& own = place(spec);
  const std::int64_t stored = own.rows.stored() * (own.as.ofAllExperts ? config_.experts : 1);
  const std::uint64_t all = own.info->bytes + (own.scales ? own.scales->bytes : 0);
  return all / static_cast<std::uint64_t>(stored) * static_cast<std::uint64_t>(own.rows.rows());
}

/// The rows [begin, end) of a parameter from one tensor.
void WeightMap::readStoredRows(const TensorInfo& info, const Place& place, std::int64_t bytesOfRow, std::int64_t begin,
                               std::int64_t end, std::uint8_t* to) const {
  const std::int64_t first = place.as.ofAllExperts ? place.expert * place.rows.stored() : 0;
  for (std::int64_t row = begin; row < end;) {
    std::int64_t together = 1;  // rows that are neighbours in the file, too
    while (row + together < end && place.rows.of(row + together) == place.rows.of(row) + together) ++together;
    file_.readBytes(info, static_cast<std::uint64_t>((first + place.rows.of(row)) * bytesOfRow),
                    static_cast<std::uint64_t>(together * bytesOfRow), to + (row - begin) * bytesOfRow);
    row += together;
  }
}

/// The parameter's rows [first, end) as they are stored: uint8 [row, bytes of a row].
at::Tensor WeightMap::readRows(const Place& place, std::int64_t first, std::int64_t end,
                               const at::Tensor& buffer) const {
  const GgmlType& type = readableType(file_, *place.info, place.type());
  if (place.columns % type.block != 0)
    throw Error(file_.files()[place.info->file].filename().string() + ": rows of tensor '" + place.info->name +
                "' are no whole blocks of the type " + place.type() + ".");
  const std::int64_t blocks = place.columns / type.block, bytesOfRow = blocks * type.bytes, rows = end - first;
  const bool fits = buffer.defined() && buffer.numel() == rows * bytesOfRow;
  // Of another shape, not a view: that would hold on to the buffer as long as it lives.
  const at::Tensor result = fits ? buffer.resize_({rows, bytesOfRow}) : emptyBytes(rows, bytesOfRow);
  std::uint8_t* to = result.mutable_data_ptr<std::uint8_t>();
  constexpr std::int64_t kBytes = std::int64_t{4} << 20;
  byPieces(rows, std::max<std::int64_t>(1, kBytes / bytesOfRow), [&](std::int64_t begin, std::int64_t count) {
    const std::int64_t from = first + begin, until = from + count;
    if (!place.scales) return readStoredRows(*place.info, place, bytesOfRow, from, until, to + begin * bytesOfRow);
    std::vector<std::uint8_t> packed(static_cast<std::size_t>(count * blocks * (kPackedBlock / 2)));
    std::vector<std::uint8_t> scales(static_cast<std::size_t>(count * blocks));
    readStoredRows(*place.info, place, blocks * (kPackedBlock / 2), from, until, packed.data());
    readStoredRows(*place.scales, place, blocks, from, until, scales.data());
    joinBlocks(scales, packed, to + begin * bytesOfRow);
  });
  return result;
}

at::Tensor WeightMap::read(const ParameterSpec& spec) const {
  const Place& own = place(spec);
  at::Tensor value;
  if (own.isWhole()) {
    value = file_.read(own.info->name);
  } else if (own.as.transposed) {
    Place whole = own;  // every stored row, which is a column
    whole.rows = {.groupRows = own.columns, .taken = own.columns};
    whole.columns = own.rows.stored();
    std::vector<std::int64_t> order(static_cast<std::size_t>(spec.shape.front()));
    for (std::size_t row = 0; row < order.size(); ++row) order[row] = own.rows.of(static_cast<std::int64_t>(row));
    const at::Tensor all =
        WeightMatrix(readRows(whole, 0, own.columns), readableType(file_, *own.info, own.type()), whole.columns)
            .dense();
    value = all.t().index_select(0, at::tensor(order, at::kLong)).contiguous();
  } else {
    value = WeightMatrix(readRows(own, 0, own.rows.rows()), readableType(file_, *own.info, own.type()), own.columns)
                .dense();
    if (own.isVector) value = value.flatten();
  }
  if (!isGguf_ && family_.normsLessOne && ParsedName(spec.name).part.ends_with("Norm")) value.add_(1.0);
  return value;
}

void WeightMap::checkReadable() const {
  for (const auto& [parameter, own] : places_) readableType(file_, *own.info, own.type());
}

std::uint64_t WeightMap::bytesHeld(const ParameterSpec& spec) const {
  return keepsType(spec) ? bytes(spec) : static_cast<std::uint64_t>(4 * c10::multiply_integers(spec.shape));
}

bool WeightMap::keepsType(const ParameterSpec& spec) const {
  const Place& own = place(spec);
  return !own.isVector && !own.as.transposed && own.type() != "F32";
}

WeightMatrix WeightMap::readMatrix(const ParameterSpec& spec, const at::Tensor& buffer) const {
  if (!keepsType(spec)) return WeightMatrix(read(spec));
  const Place& own = place(spec);
  return WeightMatrix(readRows(own, 0, own.rows.rows(), buffer), readableType(file_, *own.info, own.type()),
                      own.columns);
}

WeightMatrix WeightMap::leaveMatrix(const ParameterSpec& spec) const {
  const Place& own = place(spec);
  if (own.as.transposed) return readMatrix(spec);
  const auto read = [this, &own](std::int64_t begin, std::int64_t end) {
    return WeightMatrix(readRows(own, begin, end), readableType(file_, *own.info, own.type()), own.columns);
  };
  return WeightMatrix(read, own.rows.rows(), own.columns);
}

}  // namespace sinkscope
