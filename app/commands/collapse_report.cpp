#include "app/commands/collapse_report.h"

#include "app/commands/json_values.h"

#include <algorithm>
#include <cstdio>

namespace sinkscope {
namespace {

using nlohmann::json;

json modelJson(const ModelIdentity& model) {
  return {{"name", model.name}, {"weights", model.weightType}};
}

json curvesJson(const RankCurves& curves) {
  return {{"residual", jsonArray(curves.residual)},           {"relativeResidual", jsonArray(curves.relativeResidual)},
          {"dongResidual", jsonArray(curves.dongResidual)},   {"effectiveRank", jsonArray(curves.effectiveRank)},
          {"matrixEntropy", jsonArray(curves.matrixEntropy)}, {"meanCosine", jsonArray(curves.meanCosine)}};
}

json curvesJson(const LengthProbeCurves& curves) {
  return {{"layerDifference", jsonArray(curves.layerDifference)},
          {"layerScale", jsonArray(curves.layerScale)},
          {"normDifference", jsonArray(curves.normDifference)},
          {"normScale", jsonArray(curves.normScale)}};
}

/// "embed" or the layer that a place comes after.
std::string placeName(std::size_t place) {
  return place == 0 ? "embed" : std::to_string(place - 1);
}

/// The type with the widest spacing that a difference is still above, or a word for one below all of them.
const char* survives(double difference, double scale) {
  const char* type = "none";
  double widest = 0.0;
  for (const auto& [name, epsilon] : kTypeEpsilons)
    if (difference > epsilon * scale && epsilon > widest) {
      type = name;
      widest = epsilon;
    }
  return type;
}

void printCurves(const LengthProbeResult& result, const LengthProbeCurves& curves, const char* title) {
  if (curves.layerDifference.empty()) return;
  std::printf(
      "\n%s\n             after the last layer                 after the final norm\n"
      "  n  tokens  difference  over scale  survives in  difference  over scale  survives in\n",
      title);
  for (std::size_t i = 0; i < result.tokens.size(); ++i) {
    std::printf("%4zu %6zu", result.request.lengths[i], result.tokens[i]);
    for (const auto& [difference, scale] : {std::pair{curves.layerDifference[i], curves.layerScale[i]},
                                            std::pair{curves.normDifference[i], curves.normScale[i]}})
      std::printf("  %10.4g  %10.3g  %-11s", difference, difference / scale, survives(difference, scale));
    std::printf("\n");
  }
}

}  // namespace

void printCollapse(const CollapseResult& result, double epsilon) {
  const std::vector<double> entropy = result.rowEntropyByLayer();
  const std::vector<double> rate = sinkRateByLayer(std::span(&result.shares, 1), epsilon);
  std::printf("%s, %zu tokens, %s added\n\n", result.model.name.c_str(), result.tokens.size(),
              result.request.bos ? result.bosText.c_str() : "no <bos>");
  std::printf(
      "        all tokens                          without token 0                     last two  row      sink   "
      "token 0\n"
      "layer   residual    Dong    rank  entropy    residual    Dong    rank  entropy  cosine  distance  entropy  "
      "rate   norm ratio\n");
  for (std::size_t place = 0; place < result.firstNorm.size(); ++place) {
    std::printf("%-6s", placeName(place).c_str());
    for (const RankCurves* curves : {&result.all, &result.withoutFirst})
      std::printf("  %8.4f %7.4f %7.2f  %7.3f  ", curves->relativeResidual[place], curves->dongResidual[place],
                  curves->effectiveRank[place], curves->matrixEntropy[place]);
    std::printf("%6.3f  %8.3g", result.withoutFirst.meanCosine[place], result.lastDistance[place]);
    if (place == 0)
      std::printf("        –      –");
    else
      std::printf("  %7.3f  %5.3f", entropy[place - 1], rate[place - 1]);
    std::printf("  %10.3g\n", result.firstNormRatio[place]);
  }
  std::printf(
      "\nresidual and Dong are fractions of the stream's size; rank is exp of the entropy of the singular values over\n"
      "their sum; entropies in nats; sink rate at eps %g, query 0 included.\n",
      epsilon);
}

void printLengths(const LengthProbeResult& result) {
  std::printf("%s, %s, %s added: the last token before and after it is repeated, largest difference of a component\n",
              result.model.name.c_str(),
              result.request.probe == LengthProbe::Ones ? "n times the digit 1" : "n times the digit 1 in threes",
              result.request.bos ? "<bos>" : "no <bos>");
  printCurves(result, result.float32, "float32");
  printCurves(result, result.bfloat16, "rounded to bfloat16");
}

void printRepetition(const RepetitionResult& result) {
  const std::size_t copies = result.norm.extent(1);
  std::vector<std::size_t> shown;
  for (std::size_t k = 1; k <= copies; k *= 2) shown.push_back(k - 1);
  if (shown.back() != copies - 1) shown.push_back(copies - 1);
  std::printf("%s, %zu copies of '%s': norm of the residual stream of the k-th copy\n\nlayer ",
              result.model.name.c_str(), copies, visibleText(result.token).c_str());
  if (!result.bosNorm.empty()) std::printf("      <bos>");
  for (const std::size_t k : shown) std::printf("  %9s", ("k " + std::to_string(k + 1)).c_str());
  std::printf("\n");
  for (std::size_t place = 0; place < result.norm.extent(0); ++place) {
    std::printf("%-6s", placeName(place).c_str());
    if (!result.bosNorm.empty()) std::printf("  %9.4g", static_cast<double>(result.bosNorm[place]));
    for (const std::size_t k : shown) std::printf("  %9.4g", static_cast<double>(result.norm(place, k)));
    std::printf("\n");
  }
}

json collapseJson(const CollapseResult& result, double epsilon) {
  json report{{"model", modelJson(result.model)},
              {"prompt", result.request.prompt},
              {"bos", result.request.bos},
              {"epsilon", epsilon},
              {"all", curvesJson(result.all)},
              {"withoutFirst", curvesJson(result.withoutFirst)},
              {"lastDistance", jsonArray(result.lastDistance)},
              {"lastDistanceMax", jsonArray(result.lastDistanceMax)},
              {"firstNorm", jsonArray(result.firstNorm)},
              {"firstNormRatio", jsonArray(result.firstNormRatio)},
              {"rowEntropy", jsonArray(result.rowEntropy)},
              {"sinkRate", jsonArray(sinkRateByLayer(std::span(&result.shares, 1), epsilon))},
              {"seconds", result.seconds}};
  for (const Token& token : result.tokens) {
    report["ids"].push_back(token.id);
    report["tokens"].push_back(visibleText(token));
  }
  return report;
}

json lengthsJson(const LengthProbeResult& result) {
  json report{
      {"model", modelJson(result.model)}, {"probe", result.request.probe == LengthProbe::Ones ? "ones" : "digits"},
      {"bos", result.request.bos},        {"lengths", result.request.lengths},
      {"tokens", result.tokens},          {"float32", curvesJson(result.float32)},
      {"seconds", result.seconds}};
  if (result.request.bfloat16) report["bfloat16"] = curvesJson(result.bfloat16);
  for (const auto& [type, epsilon] : kTypeEpsilons) report["epsilon"][type] = epsilon;
  return report;
}

json repetitionJson(const RepetitionResult& result) {
  json report{
      {"model", modelJson(result.model)}, {"probe", "repeat"},
      {"bos", result.request.bos},        {"token", {{"id", result.token.id}, {"text", visibleText(result.token)}}},
      {"norm", jsonArray(result.norm)},   {"seconds", result.seconds}};
  if (!result.bosNorm.empty())
    report["bosNorm"] = jsonArray(std::vector<double>(result.bosNorm.begin(), result.bosNorm.end()));
  return report;
}

}  // namespace sinkscope
