#pragma once

#include "core/analysis/condition.h"
#include "core/analysis/prediction.h"
#include "core/analysis/provenance.h"
#include "core/array.h"
#include "core/text/token.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sinkscope {

/// One token put in the place of another.
struct Swap {
  std::int64_t position = 0;  ///< in the text's tokens; an added <bos> does not count
  std::int64_t id = 0;
  bool operator==(const Swap&) const = default;
};

/// The question of the Perturb page and `sinkscope perturb`: what does a change of the prompt change, and where?
struct PerturbRequest {
  std::string model;            ///< a demo model's name, a file or a folder
  std::string prompt;           ///< UTF-8
  std::optional<Swap> swap;     ///< else the change is from `prompt` to `other`
  std::string other;            ///< UTF-8
  std::size_t tokenLimit = 64;  ///< the text is cut so that it has T tokens behind <bos>; 0: no limit
  std::vector<Condition> conditions{Condition::Bos, Condition::NoBos};
  std::int64_t replacement = -1;  ///< id for `Condition::ReplacedBos`; -1: the text's own second token
  std::string device = "cpu";

  bool operator==(const PerturbRequest&) const = default;
};

/// How two token lists lie beside each other: a common beginning and a common end, and what was changed between.
struct Alignment {
  std::size_t begin = 0;     ///< first changed position, the same in both
  std::size_t end = 0;       ///< behind the last changed token of the unchanged prompt
  std::size_t otherEnd = 0;  ///< the same of the changed prompt
  bool sameLength() const { return end == otherEnd; }
  bool operator==(const Alignment&) const = default;
};

/// Common prefix first, then the common suffix of what is left. Throws `Error` where nothing differs.
Alignment align(const std::vector<std::int64_t>& before, const std::vector<std::int64_t>& after);

/// How large a change of a vector is said to be, from v to v'.
enum class ChangeNorm {
  L2,        ///< ||v' - v||
  Relative,  ///< ||v' - v|| / ||v||
  Infinity,  ///< largest component of |v' - v|
  Cosine,    ///< 1 - cos(v, v')
};

inline constexpr std::array kChangeNorms{ChangeNorm::L2, ChangeNorm::Relative, ChangeNorm::Infinity,
                                         ChangeNorm::Cosine};

/// "l2", "relative", "infinity", "cosine"
std::string_view changeNormName(ChangeNorm norm);
/// The norm of that name; throws `Error` for another.
ChangeNorm changeNormNamed(std::string_view name);

/// The change under one condition. Axis `place`: 0 is the embedding, l + 1 the residual stream after layer l, the last
/// one the final norm's output. Axis `token`: positions of the unchanged prompt, <bos> included. Exactly 0 before the
/// change; NaN where a token has no partner (the changed ones, where their numbers differ).
struct PerturbMap {
  Condition condition = Condition::Bos;
  std::vector<Token> before, after;
  Alignment alignment;
  Array<float, 2> l2;        ///< [place, token]
  Array<float, 2> infinity;  ///< [place, token]
  Array<float, 2> cosine;    ///< [place, token]: 1 - cos
  Array<float, 2> norm;      ///< [place, token]: of the unchanged vector, L2

  Array<float, 2> alpha0, otherAlpha0;  ///< [layer, head]: mean share of key 0, before and after
  Array<float, 3> attention;            ///< [layer, head, token]: total variation of the query's row

  std::vector<float> divergence;                         ///< [token]: KL(before || after) of the next token, nats
  std::vector<std::vector<Prediction>> next, otherNext;  ///< [token][5]: likeliest next tokens, before and after

  std::size_t places() const { return l2.extent(0); }
  std::size_t tokens() const { return before.size(); }
};

/// The change by one measure: [place, token].
Array<float, 2> changes(const PerturbMap& map, ChangeNorm norm);

/// Mean change of the tokens behind the swapped ones, [place]; NaN when there are none.
std::vector<double> meanChange(const PerturbMap& map, ChangeNorm norm);

/// The spread `S = mean_{t > p} Delta[t] / Delta[p]`, [place]; p: the mean of the swapped tokens. NaN where these have
/// no partners.
std::vector<double> spread(const PerturbMap& map, ChangeNorm norm);

struct PerturbResult : Provenance {
  PerturbRequest request;
  std::string bosText;           ///< the model's name of <bos>, empty when it has none
  std::string note;              ///< how the prompts were aligned, where they differ in length; else empty
  std::vector<PerturbMap> maps;  ///< one a condition
};

/// "embedding", "0" ... "L - 1", "final norm"
std::vector<std::string> placeNames(std::size_t places);

}  // namespace sinkscope
