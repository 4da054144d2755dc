#pragma once

// Private to core/runs: what a report's run holds, written and read alike.

#include "core/analysis/report.h"
#include "core/error.h"
#include "core/runs/fields.h"

#include <array>
#include <concepts>
#include <string>
#include <utility>

namespace sinkscope::runs {

template <>
inline constexpr std::string_view kKind<ReportResult> = "report";

inline constexpr std::array kPromptValues{std::pair{"prompt_share", &ReportCondition::promptShare},
                                          std::pair{"prompt_loss", &ReportCondition::promptLoss},
                                          std::pair{"prompt_spread", &ReportCondition::promptSpread}};
inline constexpr std::array kLayerValues{std::pair{"layer_share", &ReportCondition::shareByLayer},
                                         std::pair{"layer_row_entropy", &ReportCondition::entropyByLayer},
                                         std::pair{"layer_spread", &ReportCondition::spreadByLayer}};
inline constexpr std::array kIntervals{std::pair{"share", &ReportCondition::share},
                                       std::pair{"loss", &ReportCondition::loss},
                                       std::pair{"spread", &ReportCondition::spread}};

/// [bound]: mean, lower and upper end.
inline void interval(FieldWriter& fields, const char* name, const MeanInterval& value) {
  fields.list(name, "bound", std::vector{value.mean, value.low, value.high});
}
inline void interval(FieldReader& fields, const char* name, MeanInterval& value) {
  std::vector<double> bounds;
  fields.list(name, "bound", bounds);
  if (bounds.size() != 3) throw Error("a model lacks the interval of its " + std::string(name) + ".");
  value = {bounds[0], bounds[1], bounds[2]};
}

/// [threshold, bound]
inline void intervals(FieldWriter& fields, const char* name, const std::vector<MeanInterval>& values) {
  Array<double, 2> bounds({values.size(), 3});
  for (std::size_t i = 0; i < values.size(); ++i)
    std::ranges::copy(std::array{values[i].mean, values[i].low, values[i].high}, bounds.row(i).begin());
  fields.array(name, std::array{"threshold", "bound"}, bounds);
}
inline void intervals(FieldReader& fields, const char* name, std::vector<MeanInterval>& values) {
  Array<double, 2> bounds;
  fields.array(name, std::array{"threshold", "bound"}, bounds);
  for (std::size_t i = 0; i < bounds.extent(0); ++i) values.push_back({bounds(i, 0), bounds(i, 1), bounds(i, 2)});
}

template <typename Fields, typename Request>
void describeReportRequest(Fields& fields, Request& request) {
  fields.value("prompts_name", request.promptsName);
  fields.value("token_limit", request.tokenLimit);
  fields.value("resamples", request.resamples);
  fields.value("seed", request.seed);
  fields.value("device", request.device);
  fields.ownAxis("model", request.models.size());
  fields.ownAxis("prompt", request.prompts.size());
  fields.ownAxis("threshold", request.epsilons.size());
  fields.texts("model", "model", request.models);
  fields.texts("prompt", "prompt", request.prompts);
  fields.list("epsilon", "threshold", request.epsilons);
}

template <typename Fields, typename Condition>
void describeReportCondition(Fields& fields, Condition& condition, std::size_t layers, const ReportRequest& request) {
  fields.value("bos", condition.bos);
  fields.value("tokens_min", condition.tokensMin);
  fields.value("tokens_max", condition.tokensMax);
  fields.axis("threshold", request.epsilons.size());
  fields.axis("bound", 3);
  fields.axis("prompt", request.prompts.size());
  fields.axis("layer", layers);
  intervals(fields, "rate", condition.rate);
  for (const auto& [name, value] : kIntervals) interval(fields, name, condition.*value);
  fields.array("prompt_rate", std::array{"threshold", "prompt"}, condition.promptRate);
  for (const auto& [name, values] : kPromptValues) fields.list(name, "prompt", condition.*values);
  fields.array("layer_rate", std::array{"threshold", "layer"}, condition.rateByLayer);
  for (const auto& [name, values] : kLayerValues) fields.list(name, "layer", condition.*values);
}

template <typename Fields, typename Result>
void describe(Fields& fields, Result& result) requires std::same_as<std::remove_const_t<Result>, ReportResult> {
  fields.group("settings", [&](auto& settings) { describeReportRequest(settings, result.request); });
  fields.groups("models", result.models, [&](auto& group, auto& model) {
    group.value("created", model.created);
    group.value("program", model.program);
    group.value("torch", model.torch);
    group.value("seconds", model.seconds);
    group.value("bos_text", model.bosText);
    group.value("adds_bos", model.addsBos);
    group.model(model.model);
    group.groups("conditions", model.conditions, [&](auto& fieldsOfOne, auto& condition) {
      describeReportCondition(fieldsOfOne, condition, static_cast<std::size_t>(model.model.config.layers),
                              result.request);
    });
  });
}

/// A page and a table may index all of it without looking again.
inline void check(const ReportResult& result) {
  const std::size_t epsilons = result.request.epsilons.size(), prompts = result.request.prompts.size();
  if (epsilons == 0 || prompts == 0 || result.models.empty()) throw Error("it lacks thresholds, prompts or models.");
  for (const ModelReport& model : result.models) {
    const auto layers = static_cast<std::size_t>(model.model.config.layers);
    if (model.conditions.empty() || model.conditions.size() > 2)
      throw Error("a model has " + std::to_string(model.conditions.size()) + " conditions, expected one or two.");
    for (const ReportCondition& condition : model.conditions) {
      bool whole = condition.promptRate.size() == epsilons * prompts && condition.rate.size() == epsilons &&
                   condition.rateByLayer.size() == epsilons * layers;
      for (const auto& [name, values] : kPromptValues) whole = whole && (condition.*values).size() == prompts;
      for (const auto& [name, values] : kLayerValues) whole = whole && (condition.*values).size() == layers;
      if (!whole) throw Error("a model lacks one of its measures.");
    }
  }
}

}  // namespace sinkscope::runs
