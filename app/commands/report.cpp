#include "app/commands/report.h"

#include "app/commands/json_values.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ostream>

namespace sinkscope {
namespace {

using nlohmann::json;

std::string number(double value, int digits = 3) {
  if (std::isnan(value)) return "–";
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

/// Mean over the prompts that have a loss (more than one token).
double meanLoss(const ExploreResult& result) {
  double sum = 0.0;
  std::size_t count = 0;
  for (const PromptResult& prompt : result.prompts)
    if (!prompt.tokenLoss.empty()) {
      sum += prompt.loss();
      ++count;
    }
  return count ? sum / static_cast<double>(count) : std::nan("");
}

/// Median over the heads of every prompt of `||W_O v_0||` against the other tokens' median.
double medianDrain(const ExploreResult& result) {
  std::vector<double> drains;
  for (const PromptResult& prompt : result.prompts) {
    const Array<double, 2> drain = prompt.valueDrain();
    drains.insert(drains.end(), drain.values().begin(), drain.values().end());
  }
  return median(std::move(drains));
}

void printProfile(std::ostream& out, const std::vector<PromptShares>& shares, const std::vector<double>& epsilons) {
  const std::vector<double> layerShare = meanShareByLayer(shares);
  std::vector<std::vector<double>> rates;
  out << "\nlayer  mean share";
  for (const double epsilon : epsilons) {
    rates.push_back(sinkRateByLayer(shares, epsilon));
    out << "  rate, ε " << number(epsilon, 2);
  }
  out << '\n';
  for (std::size_t layer = 0; layer < layerShare.size(); ++layer) {
    char text[64];
    std::snprintf(text, sizeof text, "%5zu  %10.3f", layer, layerShare[layer]);
    out << text;
    for (const std::vector<double>& rate : rates) {
      std::snprintf(text, sizeof text, "  %12.3f", rate[layer]);
      out << text;
    }
    out << "  " << std::string(static_cast<std::size_t>(std::lround(30.0 * layerShare[layer])), '#') << '\n';
  }
}

void printSecondary(std::ostream& out, const PromptResult& prompt, double epsilon) {
  const std::vector<SecondarySink> sinks = secondarySinks(prompt.shares, epsilon);
  if (sinks.empty()) return;
  out << "\nSecondary sinks (ε " << number(epsilon, 2) << "):\n";
  for (std::size_t i = 0; i < std::min<std::size_t>(sinks.size(), 5); ++i)
    out << "  token " << sinks[i].key << " '" << visibleText(prompt.tokens[sinks[i].key])
        << "': " << number(sinks[i].rate) << " of the heads, mean share " << number(sinks[i].meanShare) << '\n';
}

json promptJson(const PromptResult& prompt) {
  json entry{{"prompt", prompt.prompt}, {"loss", jsonNumber(prompt.loss())}};
  for (const Token& token : prompt.tokens) {
    entry["ids"].push_back(token.id);
    entry["tokens"].push_back(visibleText(token));
  }
  for (const Prediction& next : prompt.next)
    entry["next"].push_back({{"text", visibleText(next.bytes)}, {"probability", next.probability}});
  const Array<double, 2> alpha = meanHeadShares(std::span(&prompt.shares, 1));
  for (std::size_t layer = 0; layer < alpha.extent(0); ++layer) {
    json heads = json::array();
    for (const double value : alpha.row(layer)) heads.push_back(jsonNumber(value));
    entry["alpha0"].push_back(heads);
  }
  return entry;
}

}  // namespace

void printReport(std::ostream& out, const ExploreResult& result, const std::vector<double>& epsilons) {
  const std::vector<PromptShares> shares = result.shares();
  const ModelConfig& config = result.model.config;
  out << result.model.name << ": " << config.layers << " layers x " << config.heads << " heads, "
      << result.model.weightType << '\n';
  if (result.prompts.size() == 1) {
    for (const Token& token : result.prompts[0].tokens) out << '[' << visibleText(token) << ']';
    out << '\n';
  }
  out << '\n';
  for (const double epsilon : epsilons)
    out << "sink rate " << number(sinkRate(shares, epsilon)) << " of the heads   ("
        << describe(result.conventions(epsilon)) << ")\n";
  out << "mean share " << number(meanShare(shares))
      << " of the attention is on the first token (uniform attention: " << number(uniformBaseline(shares)) << ")\n";
  out << "value drain " << number(medianDrain(result)) << " (median over heads of ||W_O v_0|| / median ||W_O v_t||)\n";
  out << "loss " << number(meanLoss(result)) << " nats a token\n";
  printProfile(out, shares, epsilons);
  if (result.prompts.size() == 1 && !epsilons.empty()) printSecondary(out, result.prompts[0], epsilons.front());
  if (!result.note.empty()) out << "\nnote: " << result.note << '\n';
}

std::string reportJson(const ExploreResult& result, const std::vector<double>& epsilons) {
  const std::vector<PromptShares> shares = result.shares();
  json report{{"program", result.program},
              {"torch", result.torch},
              {"created", result.created},
              {"model", {{"name", result.model.name}, {"weights", result.model.weightType}}},
              {"layers", result.model.config.layers},
              {"heads", result.model.config.heads},
              {"meanShare", jsonNumber(meanShare(shares))},
              {"uniformBaseline", jsonNumber(uniformBaseline(shares))},
              {"valueDrain", jsonNumber(medianDrain(result))},
              {"loss", jsonNumber(meanLoss(result))},
              {"seconds", result.seconds},
              {"note", result.note}};
  for (const FileIdentity& file : result.model.files)
    report["model"]["files"].push_back({{"name", file.name}, {"bytes", file.bytes}, {"sha256", file.sha256}});
  for (const double value : meanShareByLayer(shares)) report["meanShareByLayer"].push_back(jsonNumber(value));
  for (const double epsilon : epsilons) {
    const SinkConventions c = result.conventions(epsilon);
    json rates = json::array();
    for (const double rate : sinkRateByLayer(shares, epsilon)) rates.push_back(jsonNumber(rate));
    report["sink"].push_back({{"epsilon", epsilon},
                              {"rate", jsonNumber(sinkRate(shares, epsilon))},
                              {"byLayer", rates},
                              {"tokensMin", c.tokensMin},
                              {"tokensMax", c.tokensMax},
                              {"prompts", c.prompts},
                              {"bos", c.bos},
                              {"bosText", c.bosText},
                              {"includesQuery0", c.includesQuery0}});
  }
  for (const PromptResult& prompt : result.prompts) report["prompts"].push_back(promptJson(prompt));
  return report.dump(2, ' ', false, json::error_handler_t::replace);
}

}  // namespace sinkscope
