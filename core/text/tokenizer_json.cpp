#include "core/text/tokenizer_json.h"

#include "core/error.h"
#include "core/text/byte_level_bpe.h"
#include "core/text/character_bpe.h"
#include "core/text/sentencepiece_names.h"
#include "core/text/text_file.h"
#include "core/text/tokenizer_config.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <unordered_map>

namespace sinkscope {
namespace {

using Json = nlohmann::json;

constexpr std::int64_t largestId = std::int64_t{1} << 24;

/// The steps of a normalizer or pre-tokenizer, those inside sequences one by one.
std::vector<Json> stepsOf(const Json& step) {
  if (step.is_null()) return {};
  if (step.value("type", "") != "Sequence") return {step};
  std::vector<Json> steps;
  for (const Json& part : step.contains("normalizers") ? step.at("normalizers") : step.at("pretokenizers")) {
    for (Json& inner : stepsOf(part)) steps.push_back(std::move(inner));
  }
  return steps;
}

bool containsByteLevel(const Json& preTokenizer) {
  const auto steps = stepsOf(preTokenizer);
  return std::any_of(steps.begin(), steps.end(),
                     [](const Json& step) { return step.value("type", "") == "ByteLevel"; });
}

/// One tokenizer.json on its way to a vocabulary.
class Reader {
 public:
  Reader(const Json& json, const std::filesystem::path& path) : json_(json), source_(path.string()) {}

  std::shared_ptr<Tokenizer> tokenizer(const TokenizerConfig& config) {
    const std::string type = json_.at("model").value("type", "BPE");
    if (type != "BPE") fail("the tokenizer model \"" + type + "\" is not supported; expected BPE.");
    readModel();
    readEnds(config);
    const Json normalizer = json_.value("normalizer", Json());
    const Json preTokenizer = json_.value("pre_tokenizer", Json());
    if (containsByteLevel(preTokenizer)) {
      for (const Json& step : stepsOf(normalizer)) {
        if (!readForm(step)) unknownType("normalizer", step, "NFC, NFD, NFKC, NFKD or none with ByteLevel");
      }
      for (const Json& step : stepsOf(preTokenizer)) readByteLevel(step);
      return std::make_shared<ByteLevelBpe>(vocabulary_);
    }
    readMarks(normalizer, preTokenizer);
    return std::make_shared<CharacterBpe>(vocabulary_);
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

  void readModel() {
    const Json& model = json_.at("model");
    for (const char* key : {"continuing_subword_prefix", "end_of_word_suffix"}) {
      const auto affix = model.find(key);
      if (affix != model.end() && affix->is_string() && !affix->get<std::string>().empty()) {
        fail(std::string(key) + " \"" + affix->get<std::string>() + "\" is not supported; expected none.");
      }
    }
    for (const auto& [token, id] : model.at("vocab").items()) put(vocabulary_.tokens, token, id.get<std::int64_t>());
    for (const Json& merge : model.at("merges")) vocabulary_.merges.push_back(pairOf(merge));
    if (const auto unknown = model.find("unk_token"); unknown != model.end() && unknown->is_string()) {
      vocabulary_.unknown = idOf(unknown->get<std::string>());
    }
    vocabulary_.ignoreMerges = model.value("ignore_merges", false);
    vocabulary_.byteFallback = model.value("byte_fallback", false);
    vocabulary_.fuseUnknown = model.value("fuse_unk", false);
    for (const Json& added : json_.value("added_tokens", Json::array())) {
      vocabulary_.added.push_back({.text = added.at("content").get<std::string>(),
                                   .id = added.at("id").get<std::int64_t>(),
                                   .special = added.value("special", false),
                                   .normalized = added.value("normalized", false),
                                   .stripLeft = added.value("lstrip", false),
                                   .stripRight = added.value("rstrip", false),
                                   .wholeWord = added.value("single_word", false)});
      AddedToken& token = vocabulary_.added.back();
      // As in the reference: a token of the vocabulary keeps its id, whatever is said here.
      if (const auto known = idOf(token.text))
        token.id = *known;
      else
        put(vocabulary_.tokens, token.text, token.id);
    }
  }

  /// Whether the step is one of Unicode's normal forms.
  bool readForm(const Json& step) {
    const std::string type = step.value("type", "");
    constexpr std::pair<const char*, NormalForm> forms[] = {
        {"NFC", NormalForm::nfc}, {"NFD", NormalForm::nfd}, {"NFKC", NormalForm::nfkc}, {"NFKD", NormalForm::nfkd}};
    for (const auto& [name, form] : forms) {
      if (type != name) continue;
      if (vocabulary_.form != NormalForm::none) fail("the normalizer \"" + type + "\" is not supported after another.");
      vocabulary_.form = form;
      return true;
    }
    return false;
  }

  std::pair<std::string, std::string> pairOf(const Json& merge) const {
    if (merge.is_array() && merge.size() == 2) return {merge[0].get<std::string>(), merge[1].get<std::string>()};
    return mergeOf(merge.get<std::string>(), source_);
  }

  void readByteLevel(const Json& step) {
    const std::string type = step.value("type", "");
    if (byteLevelSeen_) fail("a pre-tokenizer after ByteLevel is not supported (\"" + type + "\").");
    if (type == "Split") {
      const Json& pattern = step.at("pattern");
      vocabulary_.preTokenizer.addSplit(
          pattern.contains("Regex") ? pattern.at("Regex").get<std::string>()
                                    : Regex::quoted(pattern.at("String").get<std::string>()),
          splitBehaviourNamed(step.at("behavior").get<std::string>(), source_), step.value("invert", false), source_);
    } else if (type == "Digits") {
      vocabulary_.preTokenizer.addDigits(step.value("individual_digits", false));
    } else if (type == "Punctuation") {
      vocabulary_.preTokenizer.addSplit(R"([\p{P}\x21-\x2F\x3A-\x40\x5B-\x60\x7B-\x7E])",
                                        splitBehaviourNamed(step.value("behavior", "Isolated"), source_), false,
                                        source_);
    } else if (type == "ByteLevel") {
      byteLevelSeen_ = true;
      const bool prefix = step.value("add_prefix_space", true);
      if (prefix) vocabulary_.prefix = SpacePrefix::unlessSpace;
      if (prefix && !vocabulary_.preTokenizer.empty()) {
        fail("the pre-tokenizer ByteLevel with add_prefix_space is only supported as the first step.");
      }
      if (step.value("use_regex", true)) vocabulary_.preTokenizer.addGpt2();
    } else {
      unknownType("pre-tokenizer", step, "Split, Digits, Punctuation or ByteLevel");
    }
  }

  /// Reads how spaces become "\u2581": by Replace and Prepend, or by Metaspace.
  void readMarks(const Json& normalizer, const Json& preTokenizer) {
    if (vocabulary_.ignoreMerges) fail("ignore_merges is only supported with the pre-tokenizer ByteLevel.");
    bool marked = false;
    for (const Json& step : stepsOf(normalizer)) {
      if (readForm(step)) continue;
      const std::string type = step.value("type", "");
      const bool replace =
          type == "Replace" && step.value("content", "") == spaceMark && step.at("pattern").value("String", "") == " ";
      const bool prepend = type == "Prepend" && step.value("prepend", "") == spaceMark;
      if (prepend) vocabulary_.prefix = SpacePrefix::always;
      if (!replace && !prepend) unknownType("normalizer", step, "\"\u2581\" put before the text or for a space");
      marked |= replace;
    }
    for (const Json& step : stepsOf(preTokenizer)) {
      const std::string type = step.value("type", "");
      // Where a normalizer has replaced all spaces, splitting at them does nothing.
      if (type == "Split" && marked && step.at("pattern").value("String", "") == " ") continue;
      if (type != "Metaspace" || step.value("replacement", "") != spaceMark) {
        unknownType("pre-tokenizer", step, "ByteLevel, or Metaspace with \"\u2581\"");
      }
      readMetaspace(step);
      marked = true;
    }
    if (!marked) fail("neither the normalizer nor the pre-tokenizer says how spaces are written; expected \"\u2581\".");
  }

  void readMetaspace(const Json& step) {
    const std::string scheme = step.value("prepend_scheme", step.value("add_prefix_space", true) ? "always" : "never");
    if (scheme == "always") vocabulary_.prefix = SpacePrefix::unlessMark;
    if (scheme == "first") vocabulary_.prefix = SpacePrefix::markAtStart;
    vocabulary_.splitAtSpaces = step.value("split", true);
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

  void readEnds(const TokenizerConfig& config) {
    const auto first = firstOf(json_.value("post_processor", Json()));
    const auto known = [&](std::optional<std::int64_t> id) {
      return id && *id >= 0 && *id < static_cast<std::int64_t>(vocabulary_.tokens.size()) ? id : std::nullopt;
    };
    vocabulary_.bos = config.bos.empty() ? first : idOf(config.bos);
    if (!vocabulary_.bos) vocabulary_.bos = known(config.bosId);
    vocabulary_.eos = config.eos.empty() ? known(config.eosId) : idOf(config.eos);
    vocabulary_.addsBos = vocabulary_.bos && (first == vocabulary_.bos || config.addBos.value_or(false));
  }

  const Json& json_;
  const std::string source_;
  BpeVocabulary vocabulary_{.source = source_};
  std::unordered_map<std::string, std::int64_t> ids_;
  bool byteLevelSeen_ = false;
};

}  // namespace

std::shared_ptr<Tokenizer> tokenizerOfJson(const Json& json, const std::filesystem::path& path) {
  try {
    return Reader(json, path).tokenizer(readTokenizerConfig(path.parent_path()));
  } catch (const Json::exception& error) {
    throw Error(path.string() + " is not a tokenizer.json as expected: " + error.what() + ".");
  }
}

std::shared_ptr<Tokenizer> loadTokenizerJson(const std::filesystem::path& path) {
  const Json json = Json::parse(readTextFile(path), nullptr, false);
  if (json.is_discarded()) throw Error(path.string() + " is not a tokenizer.json as expected: it is no JSON.");
  return tokenizerOfJson(json, path);
}

}  // namespace sinkscope
