#include "core/analysis/condition.h"

#include "core/error.h"

#include <ATen/Functions.h>

#include <algorithm>

namespace sinkscope {
namespace {

Token addedToken(std::int64_t id, const Tokenizer& tokenizer) {
  return {id, tokenizer.bytesOf(id), 0, 0, tokenizer.isSpecial(id)};
}

}  // namespace

std::string_view conditionName(Condition condition) {
  switch (condition) {
    case Condition::Bos:
      return "bos";
    case Condition::NoBos:
      return "no-bos";
    case Condition::ReplacedBos:
      return "replaced";
    case Condition::HiddenSink:
      return "hidden";
    case Condition::ZeroedValue:
      return "zeroed";
    case Condition::KeptPositions:
      return "positions-kept";
  }
  return {};
}

Condition conditionNamed(std::string_view name) {
  const auto found = std::ranges::find(kConditions, name, conditionName);
  if (found != kConditions.end()) return *found;
  std::string names;
  for (const Condition condition : kConditions)
    names += (names.empty() ? "" : ", ") + std::string(conditionName(condition));
  throw Error("There is no condition \"" + std::string(name) + "\"; there are " + names + ".");
}

std::string conditionTitle(Condition condition, const std::string& bos) {
  const std::string name = bos.empty() ? "<bos>" : bos;
  switch (condition) {
    case Condition::Bos:
      return "with " + name;
    case Condition::NoBos:
      return "without " + name;
    case Condition::ReplacedBos:
      return "another token for " + name;
    case Condition::HiddenSink:
      return name + " hidden";
    case Condition::ZeroedValue:
      return name + " with value 0";
    case Condition::KeptPositions:
      return "without " + name + ", positions kept";
  }
  return {};
}

bool putsTokenFirst(Condition condition) {
  return condition != Condition::NoBos && condition != Condition::KeptPositions;
}

bool isPossible(Condition condition, const Tokenizer& tokenizer) {
  return !putsTokenFirst(condition) || condition == Condition::ReplacedBos || tokenizer.bos().has_value();
}

std::vector<Token> conditionTokens(Condition condition, const std::vector<Token>& text, const Tokenizer& tokenizer,
                                   std::int64_t replacement) {
  std::vector<Token> tokens;
  if (putsTokenFirst(condition)) {
    if (condition == Condition::ReplacedBos) {
      tokens.push_back(addedToken(replacement, tokenizer));
    } else if (tokenizer.bos()) {
      tokens.push_back(addedToken(*tokenizer.bos(), tokenizer));
    } else {
      throw Error("The model's vocabulary has no <bos>; the condition \"" + std::string(conditionName(condition)) +
                  "\" needs one.");
    }
  }
  tokens.insert(tokens.end(), text.begin(), text.end());
  return tokens;
}

std::vector<Token> conditionText(const std::string& prompt, std::size_t tokenLimit, const Tokenizer& tokenizer) {
  const std::size_t limit = tokenLimit == 0 ? 0 : std::max<std::size_t>(1, tokenLimit - 1);
  return tokenizer.encode(prompt, {.limit = limit});
}

std::int64_t replacementIn(const std::vector<Token>& text, std::int64_t asked) {
  return asked >= 0 ? asked : text[text.size() > 1 ? 1 : 0].id;
}

std::int64_t firstPosition(Condition condition) {
  return condition == Condition::KeptPositions ? 1 : 0;
}

ConditionObserver::ConditionObserver(Condition condition, std::int64_t heads, bool holdsFirstToken, Observer& inner)
    : condition_(condition), holdsFirstToken_(holdsFirstToken), inner_(inner) {
  if (condition == Condition::HiddenSink) hidden_ = at::ones({heads}, at::kBool);
}

bool ConditionObserver::zeroes(const Place& place) const {
  return condition_ == Condition::ZeroedValue && holdsFirstToken_ && place.site == Site::Value;
}

bool ConditionObserver::wants(const Place& place) const {
  return zeroes(place) || inner_.wants(place);
}

at::Tensor ConditionObserver::visit(const Place& place, at::Tensor value) {
  if (zeroes(place)) {
    value = value.clone();
    value.select(2, 0).zero_();
  }
  return inner_.wants(place) ? inner_.visit(place, std::move(value)) : value;
}

at::Tensor ConditionObserver::hidesFirstKey(int layer) const {
  return hidden_.defined() ? hidden_ : inner_.hidesFirstKey(layer);
}

}  // namespace sinkscope
