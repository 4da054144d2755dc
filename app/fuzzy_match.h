#pragma once

#include <QList>
#include <QString>
#include <optional>

namespace sinkscope {

/// How letters that were typed lie in a text.
struct FuzzyMatch {
  double score = 0.0;       ///< the higher, the better
  QList<qsizetype> places;  ///< of the letters in the text, ascending
};

/// Finds the letters of each typed word in the text, in their order but with others between, in either case; of all
/// ways to do so the best: at the beginnings of words and side by side. Words may come in any order. Nothing where a
/// word is not there.
std::optional<FuzzyMatch> fuzzyMatch(const QString& typed, const QString& text);

}  // namespace sinkscope
