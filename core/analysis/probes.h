#pragma once

#include "core/analysis/provenance.h"
#include "core/array.h"
#include "core/job.h"
#include "core/model/model.h"
#include "core/text/token.h"
#include "core/text/tokenizer.h"

#include <array>
#include <cstddef>
#include <string>
#include <vector>

namespace sinkscope {

/// What the length probe writes: n times the digit 1.
enum class LengthProbe {
  Ones,    ///< "1111111"
  Digits,  ///< the same with a comma after every third digit: "111,111,1"; the commas are the only difference
};

/// "ones", "digits"; the probe of a name, `Error` where there is none.
std::string lengthProbeName(LengthProbe probe);
LengthProbe lengthProbeNamed(const std::string& name);

/// The spacing of a type's numbers at 1, as `torch.finfo(type).eps`. A difference below it, times the size of what
/// differs, is lost in that type.
struct TypeEpsilon {
  const char* type;
  double epsilon;
};
inline constexpr std::array<TypeEpsilon, 3> kTypeEpsilons{
    {{"float32", 0x1p-23}, {"float16", 0x1p-10}, {"bfloat16", 0x1p-7}}};

/// Do long sequences come to look alike (Barbero et al., "Transformers need glasses!", arXiv 2406.04267)? For every n
/// the sequence x of n digits is compared with x followed by its last token once more.
struct LengthProbeRequest {
  std::string model;  ///< a demo model's name, a file or a folder
  LengthProbe probe = LengthProbe::Ones;
  std::vector<std::size_t> lengths{10, 20, 50, 100, 200};  ///< n, in digits; each at least 1
  std::string separator;  ///< between digits, e.g. " " for "1 1 1"; "" puts them side by side
  bool bos = true;        ///< put <bos> first; without it all tokens of `Ones` have the same state, whatever n
  bool bfloat16 = true;   ///< run the model rounded to bfloat16 as well
  std::string device = "cpu";

  bool operator==(const LengthProbeRequest&) const = default;
};

/// One model's curves against n. `difference`: inf-norm of (last token of x) - (last token of the longer sequence);
/// `scale`: inf-norm of the former, so that a type's own spacing at this size is `scale * epsilon`.
struct LengthProbeCurves {
  std::vector<double> layerDifference, layerScale;  ///< [length]: residual stream after the last layer
  std::vector<double> normDifference, normScale;    ///< [length]: after the final norm
};

struct LengthProbeResult : Provenance {
  LengthProbeRequest request;
  std::vector<std::size_t> tokens;  ///< [length]: of x, <bos> included
  LengthProbeCurves float32;
  LengthProbeCurves bfloat16;  ///< weights and states rounded (see `Bfloat16Observer`); empty when not asked for
};

/// One pass a length and precision: causality makes x's states a part of the longer sequence's.
LengthProbeResult lengthProbe(const Model& model, const Tokenizer& tokenizer, const LengthProbeRequest& request,
                              const Job& job);

/// Many copies of one token: does every copy come to look like the first (Yona et al., arXiv 2503.08908)?
struct RepetitionRequest {
  std::string model;
  std::string text = " the";  ///< its last token is what is repeated
  std::size_t copies = 64;
  bool bos = true;  ///< put <bos> first; without it the first copy stands at position 0, and all have the same state
  std::string device = "cpu";

  bool operator==(const RepetitionRequest&) const = default;
};

struct RepetitionResult : Provenance {
  RepetitionRequest request;
  Token token;                 ///< what was repeated
  Array<float, 2> norm;        ///< [place, copy]: ||v|| of the residual stream; place 0 is the embedding
  std::vector<float> bosNorm;  ///< [place]: of <bos>; empty without it
};

RepetitionResult repetitionProbe(const Model& model, const Tokenizer& tokenizer, const RepetitionRequest& request,
                                 const Job& job);

/// Probes that are asked for together, of one model.
struct ProbeRequest {
  std::vector<LengthProbeRequest> lengths;
  std::vector<RepetitionRequest> repetitions;

  bool operator==(const ProbeRequest&) const = default;
};

/// Their answers: what the Probes view shows and a run file holds.
struct ProbeRun : Provenance {
  std::vector<LengthProbeResult> lengths;
  std::vector<RepetitionResult> repetitions;
};

/// `lengthProbe` and `repetitionProbe` one after another. Throws as they do, and when nothing is asked for.
ProbeRun runProbes(const Model& model, const Tokenizer& tokenizer, const ProbeRequest& request, const Job& job);

}  // namespace sinkscope
