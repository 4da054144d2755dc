#include "core/model/family.h"
#include "core/model/family_parts.h"

// LLaMa 1 ... 3.2 and what is built like it (SmolLM2, TinyLlama, ...); in a GGUF also Mistral and Mixtral.

namespace sinkscope {
namespace {

void completeFromGguf(const GgufFile& file, ModelConfig& config) {
  setWindow(config, file.integer(keyOf(file, "attention.sliding_window"), 0));
}

Family makeFamily() {
  Family family;
  family.name = "llama";
  family.ggufArchitecture = "llama";
  family.modelTypes = {"llama"};
  family.completeFromGguf = completeFromGguf;
  family.usual.contextLength = 2048;
  family.usual.normEpsilon = 1e-6;
  family.interleavedInGguf = true;
  return family;
}

}  // namespace

const Family& llamaFamily() {
  static const Family family = makeFamily();
  return family;
}

}  // namespace sinkscope
