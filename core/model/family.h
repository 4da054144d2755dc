#pragma once

#include "core/model/config.h"
#include "core/model/gguf.h"
#include "core/model/json_fields.h"

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

  /// Complete a config whose shapes were read by `readConfigOf`.
  void (*completeFromGguf)(const GgufFile& file, ModelConfig& config) = nullptr;
  void (*completeFromJson)(const JsonFields& json, ModelConfig& config) = nullptr;

  /// What a config.json may leave out, as transformers fills it in; 0 where it must not.
  ModelConfig jsonDefaults;

  /// llama.cpp stores query and key rows of these families for RoPE over neighbouring pairs.
  bool interleavedInGguf = false;
  /// Norm weights in safetensors are the factor minus one.
  bool normsLessOne = false;
  /// Names of a layer's parameters in safetensors that differ from LLaMa's: parameter -> name after `layers.N.`.
  std::map<std::string, std::string> layerNames;
};

const std::vector<const Family*>& families();

/// The family with this `ModelConfig::family`; throws `Error` when there is none.
const Family& familyNamed(const std::string& name);

/// A model's config from GGUF metadata or from config.json, validated. Throw `Error` for an unknown family.
ModelConfig readConfigOf(const GgufFile& file);
ModelConfig readConfigOf(const JsonFields& json);

}  // namespace sinkscope
