#pragma once

#include "core/model/observer.h"
#include "core/text/token.h"
#include "core/text/tokenizer.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sinkscope {

/// What is done to the sink while a prompt is run. Leaving <bos> out also changes the first token and the positions;
/// the others tell these apart.
enum class Condition {
  Bos,            ///< <bos> first
  NoBos,          ///< the text alone: another first token, positions moved by one
  ReplacedBos,    ///< another token in the place of <bos>
  HiddenSink,     ///< <bos> first, but no head sees it: its column is taken away, the rest of each row sums to 1
  ZeroedValue,    ///< <bos> first, its value vector 0 in every layer: attended to, but nothing is read there
  KeptPositions,  ///< the text alone, at the positions it has behind <bos>
};

inline constexpr std::array kConditions{Condition::Bos,        Condition::NoBos,       Condition::ReplacedBos,
                                        Condition::HiddenSink, Condition::ZeroedValue, Condition::KeptPositions};

/// Its name on the command line and in files: "bos", "no-bos", "replaced", "hidden", "zeroed", "positions-kept".
std::string_view conditionName(Condition condition);
/// The condition of that name; throws `Error` listing the names.
Condition conditionNamed(std::string_view name);
/// What a person reads: "with <bos>", "<bos> hidden". `bos`: how the model calls it.
std::string conditionTitle(Condition condition, const std::string& bos);

/// Whether a token stands before the text: <bos>, or another in its place.
bool putsTokenFirst(Condition condition);

/// Whether the tokenizer has the <bos> that the condition needs.
bool isPossible(Condition condition, const Tokenizer& tokenizer);

/// The tokens of a pass under a condition, from those of the text. `replacement` stands in for <bos> under
/// `ReplacedBos`. Throws `Error` where the model has no <bos> that the condition needs.
std::vector<Token> conditionTokens(Condition condition, const std::vector<Token>& text, const Tokenizer& tokenizer,
                                   std::int64_t replacement);
/// A prompt's text, the same under every condition: cut so that it has `tokenLimit` tokens behind <bos>; 0: not cut.
std::vector<Token> conditionText(const std::string& prompt, std::size_t tokenLimit, const Tokenizer& tokenizer);
/// What stands in for <bos> under `ReplacedBos`: `asked`, or the text's own second token where that is below 0.
std::int64_t replacementIn(const std::vector<Token>& text, std::int64_t asked);
/// Position of the first of them.
std::int64_t firstPosition(Condition condition);

/// Does to a pass what the condition asks for, and shows the outcome to `inner`.
class ConditionObserver : public Observer {
 public:
  /// `holdsFirstToken`: the pass begins with the first token of its sequence.
  ConditionObserver(Condition condition, std::int64_t heads, bool holdsFirstToken, Observer& inner);

  bool wants(const Place& place) const override;
  at::Tensor visit(const Place& place, at::Tensor value) override;
  at::Tensor hidesFirstKey(int layer) const override;

 private:
  bool zeroes(const Place& place) const;

  Condition condition_;
  bool holdsFirstToken_;
  at::Tensor hidden_;
  Observer& inner_;
};

}  // namespace sinkscope
