#include "core/analysis/influence.h"
#include "app/commands/commands.h"
#include "app/commands/console.h"
#include "app/commands/json_values.h"
#include "core/model/demo_models.h"

#include <ATen/Parallel.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <memory>

namespace sinkscope {
namespace {

using nlohmann::json;

struct InfluenceOptions {
  InfluenceRequest request;
  bool exact = false, bos = false, noBos = false, compareBos = false, json = false;
  int threads = 0;
};

json influenceJson(const InfluenceResult& result) {
  json report{{"model", {{"name", result.model.name}, {"weights", result.model.weightType}}},
              {"prompt", result.request.prompt},
              {"bos", result.request.bos},
              {"from", result.from},
              {"to", result.to},
              {"query", result.query},
              {"finalNorm", result.request.finalNorm},
              {"exact", result.exact()},
              {"probes", result.request.probes},
              {"seed", result.request.seed},
              {"bound", jsonArray(result.bound)},
              {"rollout", jsonArray(result.rollout)},
              {"withoutSink", jsonArray(result.withoutSink)},
              {"sinkLogRatio", jsonArray(result.sinkLogRatio)},
              {"measured", jsonArray(result.measured)},
              {"standardError", jsonArray(result.standardError)},
              {"boundCorrelation", jsonNumber(result.boundCorrelation)},
              {"rolloutCorrelation", jsonNumber(result.rolloutCorrelation)},
              {"products", result.products},
              {"productsPerSecond", result.productsPerSecond},
              {"seconds", result.seconds}};
  for (const Token& token : result.tokens) {
    report["ids"].push_back(token.id);
    report["tokens"].push_back(visibleText(token));
  }
  if (!result.all.measured.empty())
    report["all"] = {{"bound", jsonArray(result.all.bound)},
                     {"rollout", jsonArray(result.all.rollout)},
                     {"measured", jsonArray(result.all.measured)},
                     {"standardError", jsonArray(result.all.standardError)}};
  return report;
}

void printTokens(const InfluenceResult& result) {
  std::printf("\ntoken        rollout  bound, log      measured%s\n", result.exact() ? "" : "  std. error");
  const double most = *std::ranges::max_element(result.measured.row(0));
  for (std::int64_t token = 0; token <= result.query; ++token) {
    std::printf("%5ld  %12.4e  %10.2f  %12.5g", static_cast<long>(token), std::exp(result.rollout(0, token)),
                result.bound(0, token), result.measured(0, token));
    if (!result.exact()) std::printf("  %10.2g", result.standardError(0, token));
    std::printf(
        "  %s %s\n", visibleText(result.tokens[static_cast<std::size_t>(token)]).c_str(),
        std::string(static_cast<std::size_t>(std::lround(20.0 * result.measured(0, token) / most)), '#').c_str());
  }
}

/// Few enough depths to read: 1, 2, 4, ... and all layers of the span.
void printDepths(const InfluenceResult& result) {
  std::printf("\nWhat the sink leaves of the bound to the other tokens:\nlayers         left\n");
  const std::int64_t span = result.to - result.from;
  for (std::int64_t depth = 1, next = 1; depth <= span; ++depth) {
    if (depth != next && depth != span) continue;
    if (depth == next) next *= 2;
    std::printf("%6ld  %11.3e\n", static_cast<long>(depth),
                std::exp(result.sinkLogRatio[static_cast<std::size_t>(span - depth)]));
  }
}

void printInfluence(const InfluenceResult& result) {
  std::printf("%s, %s added: influence on token %ld after %ld layers%s, of the stream after %ld\n",
              result.model.name.c_str(), result.request.bos ? "<bos>" : "no <bos>", static_cast<long>(result.query),
              static_cast<long>(result.to), result.request.finalNorm ? " and the final norm" : "",
              static_cast<long>(result.from));
  printTokens(result);
  printDepths(result);
  std::printf("\nrank correlation with the measurement, over %s: bound %.3f, rollout %.3f\n",
              result.all.measured.empty() ? "the tokens" : "all pairs", result.boundCorrelation,
              result.rolloutCorrelation);
  std::printf("measured %s: %ld vector-Jacobian products, %.1f a second\n", result.exact() ? "exactly" : "by probes",
              static_cast<long>(result.products), result.productsPerSecond);
}

/// The other half of a comparison: positions count <bos>, which one of the two has not.
InfluenceRequest withoutBos(InfluenceRequest request) {
  request.bos = false;
  if (request.query && --*request.query < 0)
    throw Error("Token 0 is <bos> itself; a comparison without it needs a later --query.");
  if (request.tokenLimit == 1) throw Error("One token is <bos> alone; a comparison without it needs more --tokens.");
  if (request.tokenLimit > 0) --request.tokenLimit;
  return request;
}

void runInfluence(const InfluenceOptions& options, const Job& job) {
  if (options.threads > 0) at::set_num_threads(options.threads);
  InfluenceRequest request = options.request;
  if (options.exact) request.probes = 0;
  const std::filesystem::path path = resolveModel(modelOrDemo(request.model));
  const std::shared_ptr<const Model> model = loadModel(path, request.device, job.part(0.0, 0.1));
  const std::shared_ptr<const Tokenizer> tokenizer = loadTokenizer(path);
  request.bos = options.bos || options.compareBos || (!options.noBos && tokenizer->addsBos());
  std::vector<InfluenceRequest> requests{request};
  if (options.compareBos) requests.push_back(withoutBos(request));
  std::vector<InfluenceResult> results;
  for (const InfluenceRequest& one : requests) {
    const double share = 0.9 / static_cast<double>(requests.size());
    const double from = 0.1 + share * static_cast<double>(results.size());
    results.push_back(influence(*model, *tokenizer, one, job.part(from, from + share)));
  }
  if (options.json) {
    json report = json::array();
    for (const InfluenceResult& result : results) report.push_back(influenceJson(result));
    std::cout << json{{"results", report}}.dump(2, ' ', false, json::error_handler_t::replace) << '\n';
    return;
  }
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (i > 0) std::printf("\n");
    printInfluence(results[i]);
  }
}

}  // namespace

void addInfluence(CLI::App& program, int& exitCode) {
  auto options = std::make_shared<InfluenceOptions>();
  InfluenceRequest& request = options->request;
  CLI::App* command = program.add_subcommand(
      "influence", "Measure how much each token influences another deeper in the model, beside the paper's bound.");
  command->add_option("-m,--model", request.model,
                      "Demo model's name (gemma-3-270m, smollm2-135m), a .gguf or .safetensors file, or a folder.\n"
                      "Default: the first demo model that was fetched.");
  command->add_option("-p,--prompt", request.prompt, "The text itself.")->required();
  command->add_option("-q,--query", request.query,
                      "Position of the influenced token, <bos> counted. Default: the last.");
  command
      ->add_option("--from", request.from, "Influence of the residual stream after so many layers; 0: the embedding.")
      ->capture_default_str();
  command->add_option("--to", request.to, "On the residual stream after so many layers. Default: all.");
  command->add_flag("--final-norm", request.finalNorm, "On the stream after the final norm.");
  command->add_flag("--all", request.allQueries, "Also the full matrix, every token influenced by every other.");
  CLI::Option* exact =
      command->add_flag("--exact", options->exact, "Measure exactly: one vector-Jacobian product a component.");
  command->add_option("--probes", request.probes, "Measure with so many random vectors a token.")
      ->check(CLI::PositiveNumber)
      ->capture_default_str()
      ->excludes(exact);
  command->add_option("--seed", request.seed, "Seed of the random vectors.")->capture_default_str();
  CLI::Option* bos = command->add_flag(
      "--bos", options->bos,
      "Put the model's <bos> first, also where its tokenizer would not. Default: as the model's tokenizer does.");
  CLI::Option* noBos = command->add_flag("--no-bos", options->noBos, "Leave <bos> out.")->excludes(bos);
  command
      ->add_flag("--compare-bos", options->compareBos, "Both, one after the other; --query is a position with <bos>.")
      ->excludes(bos)
      ->excludes(noBos);
  command->add_option("-t,--tokens", request.tokenLimit, "Cut the prompt to T tokens, <bos> included; 0: no limit.")
      ->capture_default_str();
  command->add_flag(
      "--json", options->json,
      "Print one JSON object: results, one or two with model, tokens, bound, rollout and withoutSink (natural\n"
      "logs; null where there is no path), measured and standardError [start][token], sinkLogRatio [start].");
  command->add_option("--device", request.device, "Where to compute.")
      ->check(CLI::IsMember({"cpu", "cuda"}))
      ->capture_default_str();
  command->add_option("--threads", options->threads, "Threads to compute with; 0: all.")->capture_default_str();
  command->footer(
      "Example: sinkscope influence --model smollm2-135m --prompt \"The capital of France is\" --compare-bos");
  command->callback(
      [options, &exitCode] { exitCode = runCommand([&](const Job& job) { runInfluence(*options, job); }); });
}

}  // namespace sinkscope
