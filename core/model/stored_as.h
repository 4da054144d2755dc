#pragma once

#include "core/model/config.h"

#include <cstdint>
#include <string>

namespace sinkscope {

/// Which rows of a stored matrix make a parameter: families store some of theirs as one.
enum class Piece {
  Whole,
  Queries,  ///< of queries, keys and values one after the other
  Keys,
  Values,
  QueriesOfHeads,  ///< of a key head's queries, key and value, then the next key head's
  KeysOfHeads,
  ValuesOfHeads,
  FirstHalf,
  SecondHalf,
  EvenRows,
  OddRows,
  FromThird,  ///< all but the first two (OPT's positions count from 2)
};

/// How a parameter lies in a weight file.
struct StoredAs {
  std::string name;  ///< behind a layer's prefix; {} stands for an expert's number
  Piece piece = Piece::Whole;
  bool transposed = false;     ///< stored as [in, out]
  bool ofAllExperts = false;   ///< one tensor [expert, out, in] holds all experts'
  std::string otherName = {};  ///< what it may be called instead
};

/// Rows of a stored matrix in the order of a parameter's: within each of some groups alike.
struct StoredRows {
  std::int64_t groups = 1, groupRows = 0;  ///< how the stored rows are divided
  std::int64_t first = 0, taken = 0;       ///< which rows of each group are taken
  std::int64_t step = 1;                   ///< and every which of them
  std::int64_t pairedWidth =
      0;  ///< rows of heads of this width lie in neighbouring pairs (0, d/2), (1, d/2 + 1), ...; 0: not

  std::int64_t stored() const { return groups * groupRows; }
  std::int64_t rows() const { return groups * taken; }
  /// The stored row that is the parameter's row `row`.
  std::int64_t of(std::int64_t row) const;
};

/// The rows of a piece; `rows` is how many the parameter has.
StoredRows rowsOf(Piece piece, std::int64_t rows, const ModelConfig& config);

}  // namespace sinkscope
