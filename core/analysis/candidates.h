#pragma once

#include "core/job.h"
#include "core/model/model.h"
#include "core/text/token.h"
#include "core/text/tokenizer.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sinkscope {

/// A token that could stand in another's place.
struct Candidate {
  std::int64_t id = 0;
  std::string bytes;
  double probability = 0.0;  ///< what the model gives it there; 0 where it was not asked
  bool operator==(const Candidate&) const = default;
};

/// The model's likeliest tokens behind `before` (at least one token), likeliest first.
std::vector<Candidate> likelyTokens(const Model& model, const Tokenizer& tokenizer, const std::vector<Token>& before,
                                    std::size_t count, const Job& job);

/// Random tokens about as frequent as `id`: a vocabulary learned by merging is in the order of frequency, so ids within
/// a fifth of it up and down; they begin a word where it does, and continue one where it does. Fewer where there are
/// fewer.
std::vector<Candidate> similarTokens(const Tokenizer& tokenizer, std::int64_t id, std::size_t count,
                                     std::uint64_t seed);

/// Tokens that contain `text`: the one that is it, then those that begin with it, then the others, the shorter first. A
/// leading space of a token is passed over.
std::vector<Candidate> tokensContaining(const Tokenizer& tokenizer, std::string_view text, std::size_t count);

/// The id of the token that is `bytes`, a space before it included; nothing where the vocabulary has none.
std::optional<std::int64_t> tokenThatIs(const Tokenizer& tokenizer, std::string_view bytes);

}  // namespace sinkscope
