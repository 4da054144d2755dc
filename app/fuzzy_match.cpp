#include "app/fuzzy_match.h"

#include <algorithm>
#include <limits>
#include <vector>

namespace sinkscope {
namespace {

constexpr double kAtWordStart = 1.0, kSideBySide = 1.2, kElsewhere = 0.1;
constexpr double kPerSkipped = 0.01;  // a letter that lies between two that were typed
constexpr double kNever = -std::numeric_limits<double>::infinity();

bool startsWord(const QString& text, qsizetype at) {
  return at == 0 || !text[at - 1].isLetterOrNumber();
}

/// The best way to find the letters of one word, by dynamic programming over (letter, place).
std::optional<FuzzyMatch> matchWord(const QString& word, const QString& text) {
  const qsizetype letters = word.size(), places = text.size();
  // best[i][j]: the score of the first i + 1 letters where the last of them lies at j; from[i][j]: where the one before
  // it lies.
  std::vector<std::vector<double>> best(letters, std::vector<double>(places, kNever));
  std::vector<std::vector<qsizetype>> from(letters, std::vector<qsizetype>(places, -1));
  for (qsizetype i = 0; i < letters; ++i) {
    for (qsizetype j = i; j < places; ++j) {
      if (text[j].toCaseFolded() != word[i].toCaseFolded()) continue;
      const double alone = startsWord(text, j) ? kAtWordStart : kElsewhere;
      if (i == 0) {
        best[i][j] = alone;
        continue;
      }
      for (qsizetype before = i - 1; before < j; ++before) {
        const bool beside = before == j - 1;
        const double score =
            best[i - 1][before] + (beside ? kSideBySide : alone - kPerSkipped * static_cast<double>(j - before - 1));
        if (score <= best[i][j]) continue;
        best[i][j] = score;
        from[i][j] = before;
      }
    }
  }
  const auto last = std::ranges::max_element(best.back());
  if (last == best.back().end() || *last == kNever) return std::nullopt;
  FuzzyMatch match{*last, {}};
  qsizetype place = last - best.back().begin();
  for (qsizetype i = letters - 1; i >= 0; --i) {
    match.places.prepend(place);
    place = from[i][place];
  }
  return match;
}

}  // namespace

std::optional<FuzzyMatch> fuzzyMatch(const QString& typed, const QString& text) {
  FuzzyMatch all;
  for (const QString& word : typed.split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
    const std::optional<FuzzyMatch> match = matchWord(word, text);
    if (!match) return std::nullopt;
    all.score += match->score;
    all.places += match->places;
  }
  std::ranges::sort(all.places);
  all.places.erase(std::unique(all.places.begin(), all.places.end()), all.places.end());
  return all;
}

}  // namespace sinkscope
