#pragma once

#include "core/model/config.h"
#include "core/model/gguf.h"
#include "core/model/json_fields.h"
#include "core/model/stored_as.h"

#include <map>
#include <string>
#include <vector>

namespace sinkscope {

/// A model family as data: how it is called in files, how its config is read and how its weights are named and
/// stored. A new family is one short file with one such value, and its line in `families()`.
struct Family {
  std::string name;                     ///< `ModelConfig::family`
  std::string ggufArchitecture;         ///< GGUF: general.architecture
  std::vector<std::string> modelTypes;  ///< config.json: model_type

  /// What is the same in all of the family's models, and what a config.json may leave out, as transformers fills it in;
  /// a size of 0 must not be left out.
  ModelConfig usual;
  double usualRopeBase = 10000.0;
  double usualRotaryShare = 1.0;      ///< of a head's numbers that rotate
  bool ropeByLayer = false;           ///< rotary positions differ between layers: `completeFrom...` reads them
  std::int64_t usualFeedForward = 0;  ///< feed-forward width, in widths, where a config.json does not say it

  /// Complete a config in which all is read that families say alike (see `readConfigOf`), with its layers all alike.
  /// Null: there is no more to say.
  void (*completeFromGguf)(const GgufFile& file, ModelConfig& config) = nullptr;
  void (*completeFromJson)(const JsonFields& json, ModelConfig& config) = nullptr;

  /// What config.json calls a field where that is not LLaMa's name: "hidden_size" -> "n_embd".
  std::map<std::string, std::string> jsonNames;

  /// llama.cpp stores query and key rows of these families for RoPE over neighbouring pairs.
  bool interleavedInGguf = false;
  /// Norm weights in safetensors are the factor minus one.
  bool normsLessOne = false;
  /// What stands before a layer's number in safetensors.
  std::string layersName = "layers.";
  /// How parameters lie in safetensors and in GGUF where that differs from LLaMa's: parameter -> name, behind
  /// `layersName` and the number for a layer's own. An expert's parameter is called "expert.gate" here. A bias that is
  /// not named lies as its matrix does, with "bias" for "weight".
  std::map<std::string, StoredAs> safetensorsNames, ggufNames;
  /// Ends of names of tensors that are no weights (masks, frequencies).
  std::vector<std::string> noWeights = {"rotary_emb.inv_freq", "rope_freqs.weight", "rope_factors_long.weight",
                                        "rope_factors_short.weight"};
};

const std::vector<const Family*>& families();

/// The family with this `ModelConfig::family`; throws `Error` when there is none.
const Family& familyNamed(const std::string& name);

/// A model's config from GGUF metadata or from config.json, validated: sizes, epsilon, activation, biases, experts and
/// rotary positions as all families say them, then what is the family's own. Throw `Error` for an unknown family.
ModelConfig readConfigOf(const GgufFile& file);
ModelConfig readConfigOf(const JsonFields& json);

}  // namespace sinkscope
