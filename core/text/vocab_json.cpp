#include "core/error.h"
#include "core/text/text_file.h"
#include "core/text/tokenizer_config.h"
#include "core/text/tokenizer_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace sinkscope {
namespace {

using Json = nlohmann::json;

Json readObject(const std::filesystem::path& path) {
  Json json = Json::parse(readTextFile(path), nullptr, false);
  if (json.is_object()) return json;
  throw Error(path.string() + " is not a JSON object from tokens to ids.");
}

/// The lines of merges.txt, without the one that says its version.
Json mergesOf(const std::string& content) {
  Json merges = Json::array();
  for (std::size_t at = 0; at < content.size();) {
    const std::size_t end = std::min(content.find('\n', at), content.size());
    std::string line = content.substr(at, end - at);
    if (line.ends_with('\r')) line.pop_back();
    if (!line.empty() && !(at == 0 && line.starts_with("#version"))) merges.push_back(std::move(line));
    at = end + 1;
  }
  return merges;
}

}  // namespace

std::shared_ptr<Tokenizer> loadVocabJson(const std::filesystem::path& path) {
  const std::filesystem::path folder = path.parent_path();
  TokenizerConfig config = readTokenizerConfig(folder);
  if (config.special.empty()) config.special.push_back("<|endoftext|>");  // GPT-2's, where no file says otherwise
  Json vocabulary = readObject(path);
  Json added = Json::array();
  if (std::filesystem::exists(folder / "added_tokens.json")) {
    const Json more = readObject(folder / "added_tokens.json");
    for (const auto& [name, id] : more.items()) {
      vocabulary[name] = id;
      const bool special = std::find(config.special.begin(), config.special.end(), name) != config.special.end();
      if (!special) added.push_back({{"id", id}, {"content", name}});
    }
  }
  for (const std::string& name : config.special) {
    if (!vocabulary.contains(name)) continue;
    added.push_back({{"id", vocabulary[name]}, {"content", name}, {"special", true}});
  }
  const Json json = {
      {"model",
       {{"type", "BPE"}, {"vocab", std::move(vocabulary)}, {"merges", mergesOf(readTextFile(folder / "merges.txt"))}}},
      {"added_tokens", std::move(added)},
      {"pre_tokenizer", {{"type", "ByteLevel"}, {"add_prefix_space", config.addPrefixSpace}, {"use_regex", true}}}};
  return tokenizerOfJson(json, path);
}

}  // namespace sinkscope
