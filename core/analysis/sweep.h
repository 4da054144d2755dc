#pragma once

#include "core/analysis/perturbation.h"
#include "core/analysis/provenance.h"
#include "core/array.h"
#include "core/text/token.h"

#include <cstdint>
#include <string>
#include <vector>

namespace sinkscope {

/// The question of the Perturb page's sweep and of `sinkscope perturb --every`: how far does a change at each position
/// reach, on average over random replacements?
struct SweepRequest {
  std::string model;            ///< a demo model's name, a file or a folder
  std::string prompt;           ///< UTF-8
  std::size_t tokenLimit = 64;  ///< the text is cut so that it has T tokens behind <bos>; 0: no limit
  std::vector<Condition> conditions{Condition::Bos, Condition::NoBos};
  std::int64_t replacement = -1;  ///< id for `Condition::ReplacedBos`; -1: the text's own second token
  std::int64_t draws = 4;         ///< random tokens of like frequency (`similarTokens`) that take each token's place
  std::uint64_t seed = 1;
  std::string device = "cpu";

  bool operator==(const SweepRequest&) const = default;
};

/// The changes under one condition, averaged over the draws. Axis `place` as in `PerturbMap`; axis `position`: the
/// swapped tokens, those of the text (an added first token is never swapped); axis `token`: the tokens of the pass.
/// Exactly 0 before the swapped token; NaN where no swap of the position was done yet.
struct SweepMap {
  Condition condition = Condition::Bos;
  std::vector<Token> tokens;
  Array<float, 3> l2;               ///< [place, position, token]
  Array<float, 3> infinity;         ///< [place, position, token]
  Array<float, 3> cosine;           ///< [place, position, token]: 1 - cos
  Array<float, 2> norm;             ///< [place, token]: of the unchanged vector, L2
  std::vector<std::int64_t> count;  ///< [position]: swaps that were averaged

  std::size_t places() const { return norm.extent(0); }
  std::size_t positions() const { return count.size(); }
  /// Where a position stands among the tokens.
  std::size_t tokenOf(std::size_t position) const { return position + tokens.size() - count.size(); }
};

struct SweepResult : Provenance {
  SweepRequest request;
  std::string bosText;           ///< the model's name of <bos>, empty when it has none
  Array<std::int64_t, 2> drawn;  ///< [position, draw]: ids; -1 where the vocabulary has fewer alike
  std::vector<SweepMap> maps;    ///< one a condition

  std::size_t positions() const { return drawn.extent(0); }
  /// Positions with all their swaps done under every condition.
  std::size_t positionsDone() const;
  /// Whether the sweep was looked at, or stopped, before its end.
  bool partial() const { return positionsDone() < positions(); }
};

/// The mean change by one measure at one place: [position, token].
Array<float, 2> changes(const SweepMap& map, ChangeNorm norm, std::size_t place);

/// How far a change reaches: the mean change of the token `distance` behind the swapped one, over the positions that
/// were swapped, [place, distance]; distance 0 is the swapped token. NaN where there is no such pair.
Array<double, 2> reach(const SweepMap& map, ChangeNorm norm);

/// The spread of one swap (`spread` of a `PerturbMap`) of the mean changes, averaged over the positions that were
/// swapped and have tokens behind them, [place].
std::vector<double> spread(const SweepMap& map, ChangeNorm norm);

}  // namespace sinkscope
