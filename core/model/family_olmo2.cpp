#include "core/model/family.h"
#include "core/model/family_parts.h"

// OLMo 2: norms of what is written alone, and of all heads' queries and keys together.

namespace sinkscope {
namespace {

Family makeFamily() {
  Family family;
  family.name = family.ggufArchitecture = "olmo2";
  family.modelTypes = {"olmo2"};
  family.usual.contextLength = 2048;
  family.usual.norms = NormPlacement::None;
  family.usual.postNorms = true;
  family.usual.queryKeyNorm = family.usual.normsAllHeads = true;
  family.safetensorsNames = {{"postAttentionNorm", {"post_attention_layernorm.weight"}},
                             {"postFeedForwardNorm", {"post_feedforward_layernorm.weight"}}};
  return family;
}

}  // namespace

const Family& olmo2Family() {
  static const Family family = makeFamily();
  return family;
}

}  // namespace sinkscope
