#include "core/text/tokenizer_config.h"

#include "core/error.h"
#include "core/text/text_file.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace sinkscope {
namespace {

using Json = nlohmann::json;

Json readObject(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path)) return Json::object();
  Json json = Json::parse(readTextFile(path), nullptr, false);
  if (json.is_object()) return json;
  throw Error(path.string() + " is not a JSON object.");
}

/// A token's name: a string, or an object with the name as its "content".
std::string nameAt(const Json& json, const char* key) {
  const auto found = json.find(key);
  if (found == json.end()) return {};
  if (found->is_string()) return found->get<std::string>();
  return found->is_object() && found->contains("content") && found->at("content").is_string()
             ? found->at("content").get<std::string>()
             : std::string();
}

std::optional<std::int64_t> idAt(const Json& json, const char* key) {
  const auto found = json.find(key);
  if (found == json.end()) return std::nullopt;
  const Json& id = found->is_array() && !found->empty() ? found->front() : *found;  // several <eos>: the first
  return id.is_number_integer() ? std::optional(id.get<std::int64_t>()) : std::nullopt;
}

}  // namespace

TokenizerConfig readTokenizerConfig(const std::filesystem::path& folder) {
  const Json tokenizer = readObject(folder / "tokenizer_config.json");
  const Json names = readObject(folder / "special_tokens_map.json");
  const Json model = readObject(folder / "config.json");
  TokenizerConfig config;
  if (const auto found = tokenizer.find("add_bos_token"); found != tokenizer.end() && found->is_boolean()) {
    config.addBos = found->get<bool>();
  }
  if (const auto found = tokenizer.find("add_prefix_space"); found != tokenizer.end() && found->is_boolean()) {
    config.addPrefixSpace = found->get<bool>();
  }
  for (const Json* object : {&tokenizer, &names}) {
    for (const char* role : {"bos", "eos", "unk", "pad", "sep", "cls", "mask"}) {
      const std::string name = nameAt(*object, (std::string(role) + "_token").c_str());
      if (!name.empty() && std::find(config.special.begin(), config.special.end(), name) == config.special.end()) {
        config.special.push_back(name);
      }
    }
  }
  config.bos = nameAt(tokenizer, "bos_token");
  if (config.bos.empty()) config.bos = nameAt(names, "bos_token");
  config.eos = nameAt(tokenizer, "eos_token");
  if (config.eos.empty()) config.eos = nameAt(names, "eos_token");
  config.bosId = idAt(model, "bos_token_id");
  config.eosId = idAt(model, "eos_token_id");
  return config;
}

}  // namespace sinkscope
