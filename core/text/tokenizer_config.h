#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace sinkscope {

/// What the files beside a tokenizer say about it. Everything is optional, as are the files.
struct TokenizerConfig {
  std::optional<bool> addBos;         ///< tokenizer_config.json: add_bos_token
  bool addPrefixSpace = false;        ///< tokenizer_config.json: add_prefix_space
  std::vector<std::string> special;   ///< names of the tokens that have a role (bos_token, pad_token, ...)
  std::string bos;                    ///< name of the token; empty: not said
  std::string eos;                    ///< name of the token; empty: not said
  std::optional<std::int64_t> bosId;  ///< config.json: bos_token_id
  std::optional<std::int64_t> eosId;  ///< config.json: eos_token_id
};

/// Reads tokenizer_config.json, special_tokens_map.json and config.json in `folder`. Throws `Error` when one of them is
/// not JSON.
TokenizerConfig readTokenizerConfig(const std::filesystem::path& folder);

}  // namespace sinkscope
