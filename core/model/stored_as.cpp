#include "core/model/stored_as.h"

namespace sinkscope {

std::int64_t StoredRows::of(std::int64_t row) const {
  if (pairedWidth > 0) {
    const std::int64_t half = pairedWidth / 2, inHead = row % pairedWidth;
    row += (inHead < half ? 2 * inHead : 2 * (inHead - half) + 1) - inHead;
  }
  return row / taken * groupRows + first + row % taken * step;
}

StoredRows rowsOf(Piece piece, std::int64_t rows, const ModelConfig& config) {
  const std::int64_t d = config.headWidth, shared = config.keyHeads > 0 ? config.heads / config.keyHeads : 0;
  const std::int64_t queries = config.heads * d, keys = config.keyHeads * d;
  switch (piece) {
    case Piece::Queries:
      return {.groupRows = queries + 2 * keys, .first = 0, .taken = queries};
    case Piece::Keys:
      return {.groupRows = queries + 2 * keys, .first = queries, .taken = keys};
    case Piece::Values:
      return {.groupRows = queries + 2 * keys, .first = queries + keys, .taken = keys};
    case Piece::QueriesOfHeads:
      return {.groups = config.keyHeads, .groupRows = (shared + 2) * d, .first = 0, .taken = shared * d};
    case Piece::KeysOfHeads:
      return {.groups = config.keyHeads, .groupRows = (shared + 2) * d, .first = shared * d, .taken = d};
    case Piece::ValuesOfHeads:
      return {.groups = config.keyHeads, .groupRows = (shared + 2) * d, .first = (shared + 1) * d, .taken = d};
    case Piece::FirstHalf:
      return {.groupRows = 2 * rows, .first = 0, .taken = rows};
    case Piece::SecondHalf:
      return {.groupRows = 2 * rows, .first = rows, .taken = rows};
    case Piece::EvenRows:
      return {.groupRows = 2 * rows, .first = 0, .taken = rows, .step = 2};
    case Piece::OddRows:
      return {.groupRows = 2 * rows, .first = 1, .taken = rows, .step = 2};
    case Piece::FromThird:
      return {.groupRows = rows + 2, .first = 2, .taken = rows};
    default:
      return {.groupRows = rows, .first = 0, .taken = rows};
  }
}

}  // namespace sinkscope
