#pragma once

// Private to core/runs: what a run of probes holds, written and read alike.

#include "core/analysis/probes.h"
#include "core/runs/fields.h"

#include <array>
#include <concepts>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace sinkscope::runs {

template <>
inline constexpr std::string_view kKind<ProbeRun> = "probe";

inline constexpr std::array kLengthCurves{std::pair{"layer_difference", &LengthProbeCurves::layerDifference},
                                          std::pair{"layer_scale", &LengthProbeCurves::layerScale},
                                          std::pair{"norm_difference", &LengthProbeCurves::normDifference},
                                          std::pair{"norm_scale", &LengthProbeCurves::normScale}};

template <typename Fields, typename Result>
void describeLengths(Fields& fields, Result& result) {
  auto& request = result.request;
  fields.value("seconds", result.seconds);
  as<std::string>(fields, "probe", request.probe, lengthProbeName, lengthProbeNamed);
  fields.value("model", request.model);
  fields.value("device", request.device);
  fields.value("separator", request.separator);
  fields.value("bos", request.bos);
  fields.value("bfloat16", request.bfloat16);
  std::uint64_t count = request.lengths.size();
  fields.value("length_count", count);
  fields.axis("length", count);
  fields.list("digits", "length", request.lengths);
  fields.list("tokens", "length", result.tokens);
  for (const auto& [name, curve] : kLengthCurves) {
    fields.list((std::string("float32_") + name).c_str(), "length", result.float32.*curve);
    fields.list((std::string("bfloat16_") + name).c_str(), "length", result.bfloat16.*curve);
  }
}

template <typename Fields, typename Result>
void describeCopies(Fields& fields, Result& result, std::size_t layers) {
  auto& request = result.request;
  fields.value("seconds", result.seconds);
  fields.value("model", request.model);
  fields.value("device", request.device);
  fields.value("bos", request.bos);
  fields.value("copies", request.copies);
  fields.bytes("text", request.text);
  std::vector<Token> repeated{result.token};  // an axis of one: tokens are stored in lists
  fields.tokens("token", "token", repeated);
  if constexpr (!std::is_const_v<Result>) {
    if (repeated.size() == 1) result.token = repeated.front();
  }
  fields.axis("place", layers + 1);
  fields.axis("copy", request.copies);
  fields.array("norm", std::array{"place", "copy"}, result.norm);
  fields.list("bos_norm", "place", result.bosNorm);
}

template <typename Fields, typename Run>
void describe(Fields& fields, Run& run) requires std::same_as<std::remove_const_t<Run>, ProbeRun> {
  const auto layers = static_cast<std::size_t>(run.model.config.layers);
  fields.groups("lengths", run.lengths, [](auto& probe, auto& one) { describeLengths(probe, one); });
  fields.groups("repetitions", run.repetitions,
                [layers](auto& probe, auto& one) { describeCopies(probe, one, layers); });
}

/// A page may index the curves by their length, and the copies by place, without looking again.
inline void check(ProbeRun& run) {
  if (run.lengths.empty() && run.repetitions.empty()) throw Error("it holds no probe, expected at least one.");
  for (LengthProbeResult& result : run.lengths) {
    inherit(result, run);
    const std::size_t count = result.request.lengths.size();
    bool whole = count > 0 && result.tokens.size() == count;
    for (const auto& [name, curve] : kLengthCurves)
      whole = whole && (result.float32.*curve).size() == count &&
              (result.bfloat16.*curve).size() == (result.request.bfloat16 ? count : 0);
    if (!whole) throw Error("a length probe lacks one of its curves.");
  }
  const auto places = static_cast<std::size_t>(run.model.config.layers) + 1;
  for (RepetitionResult& result : run.repetitions) {
    inherit(result, run);
    if (result.norm.empty() || result.bosNorm.size() != (result.request.bos ? places : 0))
      throw Error("a repetition probe lacks one of its norms.");
  }
}

}  // namespace sinkscope::runs
