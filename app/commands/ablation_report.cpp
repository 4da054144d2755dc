#include "app/commands/ablation_report.h"

#include "app/commands/json_values.h"

#include <cstdio>

namespace sinkscope {
namespace {

using nlohmann::json;

constexpr int kNameWidth = 44;

void printOutcome(const std::string& name, const AblationOutcome& outcome, const AblationOutcome& untouched,
                  double epsilon) {
  const std::size_t last = outcome.change.extent(1) - 2;  // the residual stream after the last layer
  const double loss = meanOf(outcome.loss);
  std::printf("%-*s %8.3f %+8.3f %8.4f %9.3f %7.3f", kNameWidth, name.c_str(), loss, loss - meanOf(untouched.loss),
              meanOf(outcome.divergence), sinkRate(outcome.share, epsilon), meanShare(outcome.share));
  if (outcome.bosShare.empty())
    std::printf("       –");
  else
    std::printf(" %7.3f", meanShare(outcome.bosShare));
  std::printf(" %8.4f %8.4f\n", meanOverPrompts(outcome.change)[last], meanOverPrompts(outcome.spread)[last]);
}

json outcomeJson(const std::string& notation, const std::string& title, const AblationOutcome& outcome,
                 double epsilon) {
  json report{{"intervention", notation},
              {"title", title},
              {"loss", jsonNumber(meanOf(outcome.loss))},
              {"divergence", jsonNumber(meanOf(outcome.divergence))},
              {"sinkRate", sinkRate(outcome.share, epsilon)},
              {"meanShare", meanShare(outcome.share)},
              {"alpha0", jsonArray(meanHeadShares(outcome.share))},
              {"promptLoss", jsonArray(outcome.loss)},
              {"promptDivergence", jsonArray(outcome.divergence)},
              {"lossAt", jsonArray(outcome.lossAt)},
              {"change", jsonArray(meanOverPrompts(outcome.change))},
              {"spread", jsonArray(meanOverPrompts(outcome.spread))}};
  if (!outcome.bosShare.empty()) report["bosShare"] = meanShare(outcome.bosShare);
  return report;
}

}  // namespace

void printAblation(const AblationResult& result, double epsilon) {
  std::printf("%s: %s\n", result.model.name.c_str(), describe(result.conventions(epsilon)).c_str());
  std::printf(
      "loss: nats a token; KL: of the untouched model's predictions to the changed one's; alpha_0: mean share of the\n"
      "first token, of <bos> where another stands before it; change: mean relative change behind a swapped token "
      "after\n"
      "the last layer, S: over the swapped one's own\n\n");
  std::printf("%-*s %8s %8s %8s %9s %7s %7s %8s %8s\n", kNameWidth, "", "loss", "change", "KL", "sink rate", "alpha_0",
              "<bos>", "change", "S");
  printOutcome("untouched", result.untouched, result.untouched, epsilon);
  for (std::size_t i = 0; i < result.changed.size(); ++i)
    printOutcome(interventionTitle(result.request.interventions[i], result.bosText), result.changed[i],
                 result.untouched, epsilon);
  std::fflush(stdout);
}

json ablationJson(const AblationResult& result, double epsilon) {
  json prompts = json::array();
  for (const AblationPrompt& prompt : result.prompts) {
    json ids = json::array(), tokens = json::array();
    for (const Token& token : prompt.tokens) {
      ids.push_back(token.id);
      tokens.push_back(visibleText(token));
    }
    prompts.push_back({{"prompt", prompt.prompt},
                       {"ids", ids},
                       {"tokens", tokens},
                       {"swapPosition", prompt.swapPosition},
                       {"swapId", prompt.swapId}});
  }
  json outcomes = json::array({outcomeJson("", "untouched", result.untouched, epsilon)});
  for (std::size_t i = 0; i < result.changed.size(); ++i) {
    const Intervention& intervention = result.request.interventions[i];
    outcomes.push_back(outcomeJson(toString(intervention), interventionTitle(intervention, result.bosText),
                                   result.changed[i], epsilon));
  }
  return {{"model", result.model.name},
          {"bos", result.request.bos},
          {"tokenLimit", result.request.tokenLimit},
          {"seed", result.request.seed},
          {"eps", epsilon},
          {"prompts", prompts},
          {"outcomes", outcomes},
          {"seconds", result.seconds}};
}

}  // namespace sinkscope
