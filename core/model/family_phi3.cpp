#include "core/model/family.h"
#include "core/model/family_parts.h"

// Phi-3: query, key and value in one matrix, gate and up in another; LongRoPE.

namespace sinkscope {
namespace {

void completeFromGguf(const GgufFile& file, ModelConfig& config) {
  setWindow(config, file.integer(keyOf(file, "attention.sliding_window"), 0));
}

void completeFromJson(const JsonFields& json, ModelConfig& config) {
  setWindow(config, windowIn(json, 0));
}

std::map<std::string, StoredAs> names(const std::string& attention, const std::string& feedForward) {
  return {{"query", {attention, Piece::Queries}},
          {"key", {attention, Piece::Keys}},
          {"value", {attention, Piece::Values}},
          {"gate", {feedForward, Piece::FirstHalf}},
          {"up", {feedForward, Piece::SecondHalf}}};
}

Family makeFamily() {
  Family family;
  family.name = family.ggufArchitecture = "phi3";
  family.modelTypes = {"phi3"};
  family.completeFromGguf = completeFromGguf;
  family.completeFromJson = completeFromJson;
  family.usual.contextLength = 4096;
  family.safetensorsNames = names("self_attn.qkv_proj.weight", "mlp.gate_up_proj.weight");
  family.ggufNames = names("attn_qkv.weight", "ffn_up.weight");
  return family;
}

}  // namespace

const Family& phi3Family() {
  static const Family family = makeFamily();
  return family;
}

}  // namespace sinkscope
