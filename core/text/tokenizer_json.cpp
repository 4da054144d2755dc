#include "core/text/tokenizer_json.h"

#include "core/error.h"
#include "core/text/byte_level_bpe.h"
#include "core/text/text_file.h"
#include "core/text/tokenizer_config.h"

#include <nlohmann/json.hpp>

#include <unordered_map>

namespace sinkscope {
namespace {

using Json = nlohmann::json;

constexpr std::int64_t largestId = std::int64_t{1} << 24;

/// One tokenizer.json on its way to a vocabulary.
class Reader {
 public:
  Reader(const Json& json, const std::filesystem::path& path) : json_(json), source_(path.string()) {}

  ByteLevelVocabulary byteLevel(const TokenizerConfig& config) {
    ByteLevelVocabulary vocabulary;
    vocabulary.source = source_;
    readModel(vocabulary);
    if (json_.contains("normalizer") && !json_.at("normalizer").is_null()) {
      unknownType("normalizer", json_.at("normalizer"), "none");
    }
    readPreTokenizer(json_.at("pre_tokenizer"), vocabulary);
    readEnds(config, vocabulary);
    return vocabulary;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const { throw Error(source_ + ": " + what); }
  [[noreturn]] void unknownType(const std::string& field, const Json& value, const std::string& expected) const {
    const std::string type = value.is_object() ? value.value("type", "") : value.type_name();
    fail("the " + field + " \"" + type + "\" is not supported; expected " + expected + ".");
  }

  void put(std::vector<std::string>& tokens, const std::string& token, std::int64_t id) {
    if (id < 0 || id >= largestId) fail("the token \"" + token + "\" has the id " + std::to_string(id) + ".");
    if (static_cast<std::size_t>(id) >= tokens.size()) tokens.resize(static_cast<std::size_t>(id) + 1);
    tokens[static_cast<std::size_t>(id)] = token;
    ids_[token] = id;
  }

  void readModel(ByteLevelVocabulary& vocabulary) {
    const Json& model = json_.at("model");
    for (const auto& [token, id] : model.at("vocab").items()) put(vocabulary.tokens, token, id.get<std::int64_t>());
    for (const Json& merge : model.at("merges")) vocabulary.merges.push_back(pairOf(merge));
    if (const auto unknown = model.find("unk_token"); unknown != model.end() && unknown->is_string()) {
      vocabulary.unknown = idOf(unknown->get<std::string>());
    }
    vocabulary.ignoreMerges = model.value("ignore_merges", false);
    for (const Json& added : json_.value("added_tokens", Json::array())) {
      vocabulary.added.push_back(
          {added.at("content").get<std::string>(), added.at("id").get<std::int64_t>(), added.value("special", false)});
      if (!idOf(vocabulary.added.back().text)) {
        put(vocabulary.tokens, vocabulary.added.back().text, vocabulary.added.back().id);
      }
    }
  }

  std::pair<std::string, std::string> pairOf(const Json& merge) const {
    if (merge.is_array() && merge.size() == 2) return {merge[0].get<std::string>(), merge[1].get<std::string>()};
    const std::string text = merge.get<std::string>();
    const std::size_t space = text.find(' ', 1);
    if (space == std::string::npos) fail("the merge \"" + text + "\" is not two tokens with a space between them.");
    return {text.substr(0, space), text.substr(space + 1)};
  }

  void readPreTokenizer(const Json& step, ByteLevelVocabulary& vocabulary) {
    const std::string type = step.value("type", "");
    if (byteLevelSeen_) fail("a pre-tokenizer after ByteLevel is not supported (\"" + type + "\").");
    if (type == "Sequence") {
      for (const Json& part : step.at("pretokenizers")) readPreTokenizer(part, vocabulary);
    } else if (type == "Split") {
      const Json& pattern = step.at("pattern");
      vocabulary.preTokenizer.addSplit(
          pattern.contains("Regex") ? pattern.at("Regex").get<std::string>()
                                    : Regex::quoted(pattern.at("String").get<std::string>()),
          splitBehaviourNamed(step.at("behavior").get<std::string>(), source_), step.value("invert", false), source_);
    } else if (type == "Digits") {
      vocabulary.preTokenizer.addDigits(step.value("individual_digits", false));
    } else if (type == "Punctuation") {
      vocabulary.preTokenizer.addSplit(R"([\p{P}\x21-\x2F\x3A-\x40\x5B-\x60\x7B-\x7E])",
                                       splitBehaviourNamed(step.value("behavior", "Isolated"), source_), false,
                                       source_);
    } else if (type == "ByteLevel") {
      byteLevelSeen_ = true;
      vocabulary.addPrefixSpace = step.value("add_prefix_space", true);
      if (vocabulary.addPrefixSpace && !vocabulary.preTokenizer.empty()) {
        fail("the pre-tokenizer ByteLevel with add_prefix_space is only supported as the first step.");
      }
      if (step.value("use_regex", true)) vocabulary.preTokenizer.addGpt2();
    } else {
      unknownType("pre-tokenizer", step, "Sequence, Split, Digits, Punctuation or ByteLevel");
    }
  }

  /// The special token that the post-processor puts first.
  std::optional<std::int64_t> firstOf(const Json& processor) const {
    if (!processor.is_object()) return std::nullopt;
    if (processor.value("type", "") == "Sequence") {
      for (const Json& part : processor.at("processors")) {
        if (const auto id = firstOf(part)) return id;
      }
    }
    const Json single = processor.value("single", Json::array());
    if (processor.value("type", "") != "TemplateProcessing" || !single.is_array() || single.empty())
      return std::nullopt;
    return single[0].contains("SpecialToken") ? idOf(single[0].at("SpecialToken").at("id").get<std::string>())
                                              : std::nullopt;
  }

  std::optional<std::int64_t> idOf(const std::string& token) const {
    const auto found = ids_.find(token);
    return found == ids_.end() ? std::nullopt : std::optional(found->second);
  }

  void readEnds(const TokenizerConfig& config, ByteLevelVocabulary& vocabulary) const {
    const auto first = firstOf(json_.value("post_processor", Json()));
    const auto known = [&](std::optional<std::int64_t> id) {
      return id && *id >= 0 && *id < static_cast<std::int64_t>(vocabulary.tokens.size()) ? id : std::nullopt;
    };
    vocabulary.bos = config.bos.empty() ? first : idOf(config.bos);
    if (!vocabulary.bos) vocabulary.bos = known(config.bosId);
    vocabulary.eos = config.eos.empty() ? known(config.eosId) : idOf(config.eos);
    vocabulary.addsBos = vocabulary.bos && (first == vocabulary.bos || config.addBos.value_or(false));
  }

  const Json& json_;
  const std::string source_;
  std::unordered_map<std::string, std::int64_t> ids_;
  bool byteLevelSeen_ = false;
};

bool containsByteLevel(const Json& step) {
  if (!step.is_object()) return false;
  if (step.value("type", "") == "ByteLevel") return true;
  for (const Json& part : step.value("pretokenizers", Json::array())) {
    if (containsByteLevel(part)) return true;
  }
  return false;
}

}  // namespace

std::shared_ptr<const Tokenizer> loadTokenizerJson(const std::filesystem::path& path) {
  const std::string content = readTextFile(path);
  try {
    const Json json = Json::parse(content);
    const std::string type = json.at("model").value("type", "BPE");
    if (type != "BPE") {
      throw Error(path.string() + ": the tokenizer model \"" + type + "\" is not supported; expected BPE.");
    }
    const Json preTokenizer = json.value("pre_tokenizer", Json());
    if (!containsByteLevel(preTokenizer)) {
      throw Error(path.string() + ": the pre_tokenizer is not byte-level; expected ByteLevel.");
    }
    return std::make_shared<ByteLevelBpe>(Reader(json, path).byteLevel(readTokenizerConfig(path.parent_path())));
  } catch (const Json::exception& error) {
    throw Error(path.string() + " is not a tokenizer.json as expected: " + error.what() + ".");
  }
}

}  // namespace sinkscope
