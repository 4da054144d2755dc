#include "core/analysis/intervention.h"

#include "core/error.h"
#include "core/text/token.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <initializer_list>
#include <optional>
#include <utility>

namespace sinkscope {
namespace {

constexpr std::array kKinds{
    std::pair{"remove", InterventionKind::RemoveHeads}, std::pair{"hide", InterventionKind::HideSink},
    std::pair{"value", InterventionKind::ReplaceValue}, std::pair{"off-by-one", InterventionKind::OffByOne},
    std::pair{"first", InterventionKind::ReplaceFirst}, std::pair{"prepend", InterventionKind::Prepend},
    std::pair{"window", InterventionKind::Cache}};
constexpr std::array kReplacements{std::pair{"zero", Replacement::Zero}, std::pair{"mean", Replacement::Mean},
                                   std::pair{"noise", Replacement::Noise}, std::pair{"shuffle", Replacement::Shuffle}};

constexpr std::string_view kNotation =
    "remove, hide, value, off-by-one, first=TOKEN, prepend=TOKEN or window=LAST+FIRST, as in \"remove=mean:3.2,5.*\"";

[[noreturn]] void fail(std::string_view text, const std::string& expected) {
  throw Error("The intervention \"" + std::string(text) + "\" is not understood: expected " + expected + ".");
}

bool takesToken(InterventionKind kind) {
  return kind == InterventionKind::ReplaceFirst || kind == InterventionKind::Prepend;
}

template <typename Table, typename Value>
const char* nameIn(const Table& table, Value value) {
  return std::ranges::find(table, value, [](const auto& entry) { return entry.second; })->first;
}

template <typename Number>
std::optional<Number> number(std::string_view text) {
  Number value{};
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc() || end != text.data() + text.size()) return {};
  return value;
}

/// The text before the first `sign`, and what follows it.
std::pair<std::string_view, std::optional<std::string_view>> split(std::string_view text, char sign) {
  const std::size_t at = text.find(sign);
  if (at == std::string_view::npos) return {text, {}};
  return {text.substr(0, at), text.substr(at + 1)};
}

std::optional<Interval> interval(std::string_view text) {
  if (text == "*") return Interval{};
  const auto [from, to] = split(text, '-');
  const auto first = number<std::int64_t>(from), last = number<std::int64_t>(to.value_or(from));
  if (!first || !last || *first < 0 || *last < *first) return {};
  return Interval{*first, *last};
}

void eachPart(std::string_view list, const std::function<void(std::string_view)>& take) {
  for (std::optional<std::string_view> rest = list; rest;) {
    const auto [part, others] = split(*rest, ',');
    take(part);
    rest = others;
  }
}

std::string text(std::initializer_list<std::string_view> parts) {
  std::string whole;
  for (const std::string_view part : parts) whole += part;
  return whole;
}

std::string intervalText(const Interval& interval) {
  if (interval == Interval{}) return "*";
  const std::string first = std::to_string(interval.first);
  return interval.last == interval.first ? first : text({first, "-", std::to_string(interval.last)});
}

std::string positionsText(const std::vector<Interval>& positions, std::string_view between) {
  std::string list;
  for (const Interval& one : positions) list += text({list.empty() ? "" : between, intervalText(one)});
  return list;
}

std::string headsText(const std::vector<HeadRange>& heads, std::string_view between) {
  std::string list;
  for (const HeadRange& one : heads)
    list += text({list.empty() ? "" : between, intervalText(one.layers), ".", intervalText(one.heads)});
  return list;
}

std::string factorText(double factor) {
  std::array<char, 32> digits;
  return {digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), factor).ptr};
}

std::string replacementTitle(const Intervention& i) {
  switch (i.replacement) {
    case Replacement::Zero:
      return "set to 0";
    case Replacement::Mean:
      return "replaced by the mean";
    case Replacement::Noise:
      return "replaced by noise";
    case Replacement::Shuffle:
      return "replaced by another token's";
    case Replacement::Scale:
      return text({"times ", factorText(i.factor)});
  }
  return {};
}

void readHow(Intervention& intervention, std::string_view how, std::string_view whole) {
  const auto named =
      std::ranges::find(kReplacements, how, [](const auto& entry) { return std::string_view(entry.first); });
  switch (intervention.kind) {
    case InterventionKind::RemoveHeads:
    case InterventionKind::ReplaceValue:
      if (named != kReplacements.end()) {
        intervention.replacement = named->second;
      } else if (const auto factor = number<double>(how);
                 factor && intervention.kind == InterventionKind::ReplaceValue) {
        intervention.replacement = Replacement::Scale;
        intervention.factor = *factor;
      } else {
        fail(whole, std::string("zero, mean, noise") +
                        (intervention.kind == InterventionKind::RemoveHeads ? " or shuffle" : ", shuffle or a factor") +
                        " behind the =");
      }
      return;
    case InterventionKind::Cache: {
      const auto [last, first] = split(how, '+');
      const auto kept = number<std::int64_t>(last), sinks = number<std::int64_t>(first.value_or("0"));
      if (!kept || *kept < 1 || !sinks || *sinks < 0)
        fail(whole,
             "the number of last keys, at least 1, and where first ones are kept too, + and theirs: window=64+4");
      intervention.last = *kept;
      intervention.first = *sinks;
      return;
    }
    default:
      fail(whole, "no =");
  }
}

}  // namespace

bool Intervention::contains(std::int64_t layer, std::int64_t head) const {
  return heads.empty() || std::ranges::any_of(heads, [&](const HeadRange& range) {
           return range.layers.contains(layer) && range.heads.contains(head);
         });
}

Intervention parseIntervention(std::string_view whole) {
  const std::string_view name = whole.substr(0, whole.find_first_of("=:@"));
  const auto kind = std::ranges::find(kKinds, name, [](const auto& entry) { return std::string_view(entry.first); });
  if (kind == kKinds.end()) fail(whole, std::string(kNotation));
  Intervention result;
  result.kind = kind->second;
  std::string_view rest = whole.substr(name.size());
  if (takesToken(result.kind)) {
    if (rest.size() < 2 || rest.front() != '=') fail(whole, "a token behind " + std::string(name) + "=");
    result.token = rest.substr(1);
    return result;
  }
  const auto [beforePositions, positions] = split(rest, '@');
  const auto [beforeHeads, heads] = split(beforePositions, ':');
  if (!beforeHeads.empty()) {
    readHow(result, beforeHeads.substr(1), whole);
  } else if (result.kind == InterventionKind::Cache) {
    fail(whole, "window=LAST or window=LAST+FIRST");
  }
  if (result.kind == InterventionKind::Cache && (heads || positions))
    fail(whole, "no heads and no positions: all layers share one cache");
  if (heads && *heads != "*")
    eachPart(*heads, [&](std::string_view part) {
      const auto [layer, head] = split(part, '.');
      const auto layers = interval(layer), inLayer = interval(head.value_or(""));
      if (!layers || !inLayer) fail(whole, "heads such as 3.2, 3-5.* or *.0 with commas between");
      result.heads.push_back({*layers, *inLayer});
    });
  if (positions)
    eachPart(*positions, [&](std::string_view part) {
      const auto range = interval(part);
      if (!range) fail(whole, "positions such as 0, 4-9 with commas between");
      result.positions.push_back(*range);
    });
  return result;
}

std::string toString(const Intervention& i) {
  const std::string name = nameIn(kKinds, i.kind);
  if (takesToken(i.kind)) return text({name, "=", i.token});
  if (i.kind == InterventionKind::Cache) {
    const std::string first = i.first > 0 ? text({"+", std::to_string(i.first)}) : "";
    return text({name, "=", std::to_string(i.last), first});
  }
  const std::string how = i.replacement == Replacement::Scale  ? factorText(i.factor)
                          : i.replacement == Replacement::Zero ? ""
                                                               : nameIn(kReplacements, i.replacement);
  return text({name, how.empty() ? "" : "=", how, i.heads.empty() ? "" : ":", headsText(i.heads, ","),
               i.positions.empty() ? "" : "@", positionsText(i.positions, ",")});
}

std::string interventionTitle(const Intervention& i, const std::string& bos) {
  const std::string first = bos.empty() ? "the first token" : bos;
  const std::string heads = i.heads.empty() ? "all heads" : text({"heads ", headsText(i.heads, ", ")});
  const std::string ofHeads = i.heads.empty() ? "" : text({", ", heads});
  const std::string positions = positionsText(i.positions, ", ");
  const std::string atQueries = positions.empty() ? "" : text({", queries ", positions});
  switch (i.kind) {
    case InterventionKind::RemoveHeads:
      return text({"output of ", heads, " ", replacementTitle(i), atQueries});
    case InterventionKind::HideSink:
      return text({first, " hidden from ", heads, atQueries});
    case InterventionKind::ReplaceValue:
      return text({"value of ", positions.empty() ? "" : "tokens ", positions.empty() ? first : positions, " ",
                   replacementTitle(i), ofHeads});
    case InterventionKind::OffByOne:
      return text({"softmax-off-by-one", ofHeads, atQueries});
    case InterventionKind::ReplaceFirst:
      return text({"\"", visibleText(i.token), "\" in the place of ", first});
    case InterventionKind::Prepend:
      return text({"\"", visibleText(i.token), "\" before ", first});
    case InterventionKind::Cache:
      return text({"cache of the last ", std::to_string(i.last), " keys", i.first > 0 ? " and the first " : "",
                   i.first > 0 ? std::to_string(i.first) : ""});
  }
  return {};
}

void checkHeads(const Intervention& intervention, const ModelConfig& config) {
  for (const HeadRange& range : intervention.heads) {
    const auto most = [](const Interval& numbers) { return std::max(numbers.first, numbers.last); };
    if (most(range.layers) >= config.layers || most(range.heads) >= config.heads)
      throw Error("The intervention \"" + toString(intervention) + "\" names heads " + headsText({range}, ",") +
                  ", but the model has layers 0 to " + std::to_string(config.layers - 1) + " with heads 0 to " +
                  std::to_string(config.heads - 1) + ".");
  }
}

}  // namespace sinkscope
