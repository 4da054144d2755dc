#pragma once

#include "core/model/model.h"
#include "core/text/tokenizer.h"

#include <filesystem>

namespace sinkscope {

/// Writes a model as a folder in Hugging Face's layout: config.json, model.safetensors, the tokenizer and its config. A
/// plain decoder (`ModelConfig::family` "llama") loads in transformers with the same logits; another one (off-by-one,
/// sigmoid, ALiBi, ...) has the model type "sinkscope" and loads here alone. An older folder of that name is replaced
/// when the new one is whole. Throws `Error`.
void exportModel(const std::filesystem::path& folder, const Model& model, const std::filesystem::path& tokenizerPath,
                 const Tokenizer& tokenizer);

}  // namespace sinkscope
