#include "core/model/place.h"

#include <algorithm>
#include <charconv>
#include <iterator>

namespace sinkscope {
namespace {

struct SiteName {
  Site site;
  std::string_view name;
  bool inLayer;
  bool perHead;
};

constexpr SiteName siteNames[] = {
    {Site::Embedding, "embedding", false, false},
    {Site::Router, "router", true, false},
    {Site::AttentionNorm, "attentionNorm", true, false},
    {Site::Query, "query", true, true},
    {Site::Key, "key", true, true},
    {Site::Value, "value", true, true},
    {Site::LogSumExp, "logSumExp", true, true},
    {Site::HeadOutput, "headOutput", true, true},
    {Site::AttentionWrite, "attentionWrite", true, false},
    {Site::ResidualMiddle, "residualMiddle", true, false},
    {Site::FeedForwardNorm, "feedForwardNorm", true, false},
    {Site::FeedForwardWrite, "feedForwardWrite", true, false},
    {Site::Residual, "residual", true, false},
    {Site::FinalNorm, "finalNorm", false, false},
    {Site::Logits, "logits", false, false},
};

/// Takes `word` and a number off the front of `text`; nothing when they do not stand there. Numbers are written
/// without leading zeros, so that a place has one name only.
std::optional<int> takeNumber(std::string_view word, std::string_view& text) {
  if (!text.starts_with(word)) return std::nullopt;
  const std::string_view digits = text.substr(word.size());
  int number = -1;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const auto length = static_cast<std::size_t>(end - digits.data());
  if (error != std::errc() || number < 0 || digits[0] == '-') return std::nullopt;
  if (digits[0] == '0' && length > 1) return std::nullopt;
  text = digits.substr(length);
  return number;
}

}  // namespace

std::string toString(const Place& place) {
  std::string text;
  if (place.layer >= 0) text = "layer" + std::to_string(place.layer) + ".";
  text += siteNames[static_cast<std::size_t>(place.site)].name;
  if (place.head >= 0) text += ".head" + std::to_string(place.head);
  return text;
}

std::optional<Place> parsePlace(std::string_view name) {
  Place place;
  if (const auto layer = takeNumber("layer", name)) {
    if (!name.starts_with('.')) return std::nullopt;
    name.remove_prefix(1);
    place.layer = *layer;
  }
  const std::string_view word = name.substr(0, name.find('.'));
  const auto* site = std::find_if(std::begin(siteNames), std::end(siteNames),
                                  [word](const SiteName& candidate) { return candidate.name == word; });
  if (site == std::end(siteNames) || site->inLayer != (place.layer >= 0)) return std::nullopt;
  place.site = site->site;
  name.remove_prefix(word.size());
  if (name.empty()) return place;
  const auto head = takeNumber(".head", name);
  if (!head || !name.empty() || !site->perHead) return std::nullopt;
  place.head = *head;
  return place;
}

}  // namespace sinkscope
