#include "core/train/exported_model.h"

#include "core/error.h"
#include "core/model/config_names.h"
#include "core/model/safetensors_writer.h"
#include "core/model/weight_map.h"
#include "core/new_file.h"

#include <nlohmann/json.hpp>

#include <cstring>
#include <map>

#include <unistd.h>

namespace sinkscope {
namespace {

using Json = nlohmann::ordered_json;

void writeText(const std::filesystem::path& path, const std::string& text) {
  NewFile file(path);
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t put = ::write(file.descriptor(), text.data() + at, text.size() - at);
    if (put < 0 && errno != EINTR) throw Error(path.string() + ": cannot write it: " + std::strerror(errno) + ".");
    if (put > 0) at += static_cast<std::size_t>(put);
  }
  file.commit();
}

Json configJson(const ModelConfig& config, const Tokenizer& tokenizer) {
  const LayerConfig& layer = config.perLayer.front();
  const bool plain = config.family == "llama";
  Json json;
  json["architectures"] = {plain ? "LlamaForCausalLM" : "SinkscopeForCausalLM"};
  json["model_type"] = config.family;
  json["vocab_size"] = config.vocabulary;
  json["hidden_size"] = config.width;
  json["intermediate_size"] = config.feedForwardWidth;
  json["num_hidden_layers"] = config.layers;
  json["num_attention_heads"] = config.heads;
  json["num_key_value_heads"] = config.keyHeads;
  json["head_dim"] = config.headWidth;
  json["hidden_act"] = "silu";
  json["max_position_embeddings"] = config.contextLength;
  json["rms_norm_eps"] = config.normEpsilon;
  json["rope_theta"] = layer.ropeBase;
  json["tie_word_embeddings"] = config.tiedEmbedding;
  json["attention_bias"] = false;
  json["mlp_bias"] = false;
  json["dtype"] = "float32";
  if (tokenizer.bos()) json["bos_token_id"] = *tokenizer.bos();
  if (tokenizer.eos()) json["eos_token_id"] = *tokenizer.eos();
  if (plain) return json;
  eachVariant(config, [&](const char* name, const auto& value) { json[name] = nameOf(value); });
  json["output_gate"] = config.outputGate;
  json["query_key_norm"] = config.queryKeyNorm;
  json["window"] = layer.window;
  json["first_keys"] = layer.firstKeys;
  for (const LayerConfig& each : config.perLayer) json["capacity"].push_back(each.capacity);
  return json;
}

Json tokenizerJson(const Tokenizer& tokenizer) {
  Json json;
  json["tokenizer_class"] = "PreTrainedTokenizerFast";  // reads what kind it is; LlamaTokenizer would take any for BPE
  json["add_bos_token"] = tokenizer.bos().has_value();
  json["add_eos_token"] = false;
  json["add_prefix_space"] = false;
  json["legacy"] = false;
  json["clean_up_tokenization_spaces"] = false;
  if (tokenizer.bos()) json["bos_token"] = tokenizer.bytesOf(*tokenizer.bos());
  if (tokenizer.eos()) json["eos_token"] = tokenizer.bytesOf(*tokenizer.eos());
  json["unk_token"] = "<unk>";
  return json;
}

}  // namespace

void exportModel(const std::filesystem::path& folder, const Model& model, const std::filesystem::path& tokenizerPath,
                 const Tokenizer& tokenizer) {
  std::filesystem::path made = folder;
  made += ".part";
  try {
    std::filesystem::remove_all(made);
    std::filesystem::create_directories(made);
    std::map<std::string, at::Tensor> tensors;
    for (const ParameterSpec& spec : parameterSpecs(model.config()))
      tensors[safetensorsName(spec.name)] = model.parameters[spec.name].detach();
    writeSafetensors(made / "model.safetensors", tensors, {{"format", "pt"}});
    writeText(made / "config.json", configJson(model.config(), tokenizer).dump(2) + "\n");
    writeText(made / "tokenizer_config.json", tokenizerJson(tokenizer).dump(2) + "\n");
    std::filesystem::copy_file(tokenizerPath, made / ("tokenizer" + tokenizerPath.extension().string()));
    std::filesystem::remove_all(folder);
    std::filesystem::rename(made, folder);
  } catch (const std::filesystem::filesystem_error& error) {
    throw Error(folder.string() + ": the model cannot be written: " + error.code().message() + ".");
  }
}

}  // namespace sinkscope
