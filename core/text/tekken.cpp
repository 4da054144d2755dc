#include "core/text/tekken.h"

#include "core/error.h"
#include "core/text/byte_level_bpe.h"
#include "core/text/text_file.h"
#include "core/text/tokenizer_config.h"

#include <nlohmann/json.hpp>

namespace sinkscope {
namespace {

using Json = nlohmann::json;

constexpr std::int64_t largestVocabulary = std::int64_t{1} << 24;

// Files up to version 7 don't name their special tokens; these are they, by id.
constexpr const char* unnamedSpecials[] = {"<unk>",
                                           "<s>",
                                           "</s>",
                                           "[INST]",
                                           "[/INST]",
                                           "[AVAILABLE_TOOLS]",
                                           "[/AVAILABLE_TOOLS]",
                                           "[TOOL_RESULTS]",
                                           "[/TOOL_RESULTS]",
                                           "[TOOL_CALLS]",
                                           "[IMG]",
                                           "<pad>",
                                           "[IMG_BREAK]",
                                           "[IMG_END]",
                                           "[PREFIX]",
                                           "[MIDDLE]",
                                           "[SUFFIX]",
                                           "[SYSTEM_PROMPT]",
                                           "[/SYSTEM_PROMPT]",
                                           "[TOOL_CONTENT]"};

/// The bytes behind base64 text; nothing when it is not that.
std::optional<std::string> decodedBase64(const std::string& text) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  std::uint32_t bits = 0;
  int count = 0;
  const std::size_t end = std::min(text.find('='), text.size());
  for (std::size_t at = 0; at < end; ++at) {
    const std::size_t digit = digits.find(text[at]);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> count & 0xFF);
  }
  return bytes;
}

/// One tekken.json on its way to a vocabulary.
class Reader {
 public:
  Reader(const Json& json, const std::filesystem::path& path) : json_(json), source_(path.string()) {}

  std::shared_ptr<Tokenizer> tokenizer(const TokenizerConfig& config) {
    const Json& settings = json_.at("config");
    const auto size = settings.at("default_vocab_size").get<std::int64_t>();
    const auto specials = settings.at("default_num_special_tokens").get<std::int64_t>();
    if (specials < 0 || size <= specials || size > largestVocabulary) {
      throw Error(source_ + ": default_vocab_size is " + std::to_string(size) + " and default_num_special_tokens is " +
                  std::to_string(specials) + "; expected more tokens than special ones.");
    }
    vocabulary_.plainBytes = true;
    vocabulary_.ignoreMerges = true;  // a word that is a token is that token
    vocabulary_.tokens.resize(static_cast<std::size_t>(size));
    vocabulary_.ranks.resize(static_cast<std::size_t>(size));
    readTokens(static_cast<std::size_t>(specials));
    readSpecials(static_cast<std::size_t>(specials));
    vocabulary_.preTokenizer.addSplit(settings.at("pattern").get<std::string>(), SplitBehaviour::isolated, false,
                                      source_);
    vocabulary_.addsBos = vocabulary_.bos && config.addBos.value_or(true);
    return std::make_shared<ByteLevelBpe>(vocabulary_);
  }

 private:
  void readTokens(std::size_t specials) {
    for (const Json& entry : json_.at("vocab")) {
      const auto rank = entry.at("rank").get<std::size_t>();
      if (rank >= vocabulary_.tokens.size() - specials) continue;  // files hold more than their models use
      auto bytes = decodedBase64(entry.at("token_bytes").get<std::string>());
      if (!bytes || bytes->empty()) {
        throw Error(source_ + ": token_bytes of the token of rank " + std::to_string(rank) + " is not base64.");
      }
      vocabulary_.tokens[specials + rank] = std::move(*bytes);
      vocabulary_.ranks[specials + rank] = static_cast<std::uint32_t>(rank);
    }
    for (std::size_t id = specials; id < vocabulary_.tokens.size(); ++id) {
      if (!vocabulary_.ranks[id]) {
        throw Error(source_ + ": the vocabulary has no token of rank " + std::to_string(id - specials) + ".");
      }
    }
  }

  void readSpecials(std::size_t count) {
    for (std::size_t id = 0; id < count; ++id) {
      vocabulary_.tokens[id] = id < std::size(unnamedSpecials) && !json_.contains("special_tokens")
                                   ? unnamedSpecials[id]
                                   : "<SPECIAL_" + std::to_string(id) + ">";
    }
    for (const Json& entry : json_.value("special_tokens", Json::array())) {
      const auto id = entry.at("rank").get<std::size_t>();
      if (id >= count) {
        throw Error(source_ + ": special_tokens has the rank " + std::to_string(id) + ", expected less than " +
                    std::to_string(count) + ".");
      }
      vocabulary_.tokens[id] = entry.at("token_str").get<std::string>();
    }
    for (std::size_t id = 0; id < count; ++id) {
      const std::string& name = vocabulary_.tokens[id];
      const auto number = static_cast<std::int64_t>(id);
      vocabulary_.added.push_back({.text = name, .id = number, .special = true});
      if (name == "<s>") vocabulary_.bos = number;
      if (name == "</s>") vocabulary_.eos = number;
    }
  }

  const Json& json_;
  const std::string source_;
  BpeVocabulary vocabulary_{.source = source_};
};

}  // namespace

std::shared_ptr<Tokenizer> loadTekken(const std::filesystem::path& path) {
  const Json json = Json::parse(readTextFile(path), nullptr, false);
  if (json.is_discarded()) throw Error(path.string() + " is not a tekken.json as expected: it is no JSON.");
  try {
    return Reader(json, path).tokenizer(readTokenizerConfig(path.parent_path()));
  } catch (const Json::exception& error) {
    throw Error(path.string() + " is not a tekken.json as expected: " + error.what() + ".");
  }
}

}  // namespace sinkscope
