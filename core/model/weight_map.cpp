#include "core/model/weight_map.h"

#include "core/error.h"
#include "core/model/cached_pieces.h"
#include "core/model/gguf.h"
#include "core/model/tensor_values.h"
#include "core/shape.h"

#include <ATen/Functions.h>
#include <ATen/core/Tensor.h>

#include <algorithm>
#include <cctype>
#include <optional>
#include <set>
#include <utility>

namespace sinkscope {
namespace {

// LLaMa's names, which most families share. A bias is called as its matrix.
const std::map<std::string, StoredAs> ggufNames = {
    {"embedding", {"token_embd.weight"}},
    {"positions", {"position_embd.weight"}},
    {"finalNorm", {"output_norm.weight"}},
    {"output", {"output.weight"}},
    {"attentionNorm", {"attn_norm.weight"}},
    {"query", {"attn_q.weight"}},
    {"key", {"attn_k.weight"}},
    {"value", {"attn_v.weight"}},
    {"attentionOutput", {"attn_output.weight"}},
    {"queryNorm", {"attn_q_norm.weight"}},
    {"keyNorm", {"attn_k_norm.weight"}},
    {"sinkLogit", {"attn_sinks.weight"}},
    {"postAttentionNorm", {"post_attention_norm.weight"}},
    {"postFeedForwardNorm", {"post_ffw_norm.weight"}},
    {"feedForwardNorm", {"ffn_norm.weight"}},
    {"gate", {"ffn_gate.weight"}},
    {"up", {"ffn_up.weight"}},
    {"down", {"ffn_down.weight"}},
    {"expertRouter", {"ffn_gate_inp.weight"}},
    {"expert.gate", {.name = "ffn_gate_exps.weight", .ofAllExperts = true}},
    {"expert.up", {.name = "ffn_up_exps.weight", .ofAllExperts = true}},
    {"expert.down", {.name = "ffn_down_exps.weight", .ofAllExperts = true}},
};

const std::map<std::string, StoredAs> safetensorsNames = {
    {"embedding", {"embed_tokens.weight"}},
    {"positions", {"embed_positions.weight"}},
    {"finalNorm", {"norm.weight"}},
    {"output", {"lm_head.weight"}},
    {"attentionNorm", {"input_layernorm.weight"}},
    {"query", {"self_attn.q_proj.weight"}},
    {"key", {"self_attn.k_proj.weight"}},
    {"value", {"self_attn.v_proj.weight"}},
    {"attentionOutput", {"self_attn.o_proj.weight"}},
    {"queryNorm", {"self_attn.q_norm.weight"}},
    {"keyNorm", {"self_attn.k_norm.weight"}},
    {"sinkLogit", {"self_attn.sink_logit"}},
    {"extraKey", {"self_attn.extra_key"}},
    {"extraValue", {"self_attn.extra_value"}},
    {"outputGate", {"self_attn.gate_proj.weight"}},
    {"router", {"router.weight"}},
    {"feedForwardNorm", {"post_attention_layernorm.weight"}},
    {"gate", {"mlp.gate_proj.weight"}},
    {"up", {"mlp.up_proj.weight"}},
    {"down", {"mlp.down_proj.weight"}},
    {"expertRouter", {"mlp.gate.weight"}},
    {"expert.gate", {"mlp.experts.{}.gate_proj.weight"}},
    {"expert.up", {"mlp.experts.{}.up_proj.weight"}},
    {"expert.down", {"mlp.experts.{}.down_proj.weight"}},
};

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

/// "layer3.expert7.gate" is layer 3's part "expert.gate" of expert 7.
struct ParsedName {
  std::string layer, part;
  std::int64_t expert = 0;

  explicit ParsedName(const std::string& parameter) : part(parameter) {
    const std::size_t dot = part.find('.');
    if (dot == std::string::npos) return;
    layer = part.substr(5, dot - 5);
    part = part.substr(dot + 1);
    const std::size_t end = part.find('.');
    if (end == std::string::npos) return;
    expert = std::stoll(part.substr(6, end - 6));
    part = "expert" + part.substr(end);
  }
};

std::string biasName(const std::string& matrix) {
  const std::string weight = "weight";
  return matrix.ends_with(weight) ? matrix.substr(0, matrix.size() - weight.size()) + "bias" : matrix + "_bias";
}

/// The type, which the program can read. Throws `Error`, naming the tensor, otherwise.
const GgmlType& readableType(const TensorFile& file, const TensorInfo& info, const std::string& name) {
  TensorInfo named = info;
  named.type = name;
  sinkscope::checkReadable(named, file.files()[info.file].filename().string());
  return *ggmlType(name);
}

// Values in a block of the published gpt-oss, two in a byte.
constexpr std::int64_t kPackedBlock = 32;

/// Scales and packed values, where neighbours share a byte, as blocks of ggml's MXFP4: its scale, then bytes of which
/// each holds a value of the block's first half and below it, as high bits, one of the second.
void joinBlocks(const std::vector<std::uint8_t>& scales, const std::vector<std::uint8_t>& packed, std::uint8_t* to) {
  constexpr std::size_t kBytes = kPackedBlock / 2;
  for (std::size_t block = 0; block < scales.size(); ++block) {
    const std::uint8_t* from = packed.data() + block * kBytes;
    const auto value = [&](std::size_t i) { return (from[i / 2] >> (i % 2 == 0 ? 0 : 4)) & 15; };
    *to++ = scales[block];
    for (std::size_t i = 0; i < kBytes; ++i) *to++ = static_cast<std::uint8_t>(value(i) | (value(i + kBytes) << 4));
  }
}

}  // namespace

std::string safetensorsName(const std::string& parameter) {
  const ParsedName parsed(parameter);
  const std::string& name = safetensorsNames.at(parsed.part).name;
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
    for (const auto* names :
         {isGguf_ ? &family_.ggufNames : &family_.safetensorsNames, isGguf_ ? &ggufNames : &safetensorsNames})
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
  const at::Tensor result = fits ? buffer.view({rows, bytesOfRow}) : at::empty({rows, bytesOfRow}, at::kByte);
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
