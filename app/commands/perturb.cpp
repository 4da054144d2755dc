#include "app/commands/commands.h"
#include "app/commands/console.h"
#include "app/commands/model_options.h"
#include "app/commands/output_options.h"
#include "app/commands/perturb_report.h"
#include "app/commands/sweep_report.h"
#include "core/analysis/candidates.h"
#include "core/analysis/perturber.h"
#include "core/analysis/sweeper.h"
#include "core/model/demo_models.h"

#include <ATen/Parallel.h>
#include <CLI/CLI.hpp>

#include <charconv>
#include <functional>
#include <iostream>
#include <limits>
#include <memory>

namespace sinkscope {
namespace {

struct PerturbOptions {
  ModelOptions model;
  OutputOptions output;
  std::string prompt, other, swap, norm = "relative";
  std::vector<std::string> conditions;
  std::size_t tokens = 64;
  std::int64_t replacements = 4;
  std::uint64_t seed = 1;
  bool every = false, json = false;
};

/// "4= best": the token at position 4 of the text becomes the token " best".
Swap parseSwap(const std::string& text, const Tokenizer& tokenizer) {
  const std::size_t sign = text.find('=');
  Swap swap;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + std::min(sign, text.size()), swap.position);
  if (sign == std::string::npos || fault != std::errc() || end != text.data() + sign)
    throw Error("--swap is \"" + text + "\", expected POSITION=TEXT, e.g. \"4= best\".");
  const std::string word = text.substr(sign + 1);
  const std::optional<std::int64_t> id = tokenThatIs(tokenizer, word);
  if (!id)
    throw Error("The vocabulary has no token \"" + word +
                "\"; mind the space before a word, or give the whole prompt with --other.");
  swap.id = *id;
  return swap;
}

/// With <bos> and without where the model has one, else the text alone.
std::vector<Condition> conditionsOf(const PerturbOptions& options, const Tokenizer& tokenizer) {
  std::vector<Condition> conditions;
  for (const std::string& name : options.conditions) conditions.push_back(conditionNamed(name));
  if (!conditions.empty()) return conditions;
  if (!tokenizer.bos()) return {Condition::NoBos};
  return {Condition::Bos, Condition::NoBos};
}

/// What one swap and a sweep are asked alike.
template <typename Request>
Request requestOf(const PerturbOptions& options, const Tokenizer& tokenizer) {
  Request request;
  request.model = options.model.model;
  request.prompt = options.prompt;
  request.tokenLimit = options.tokens;
  request.device = options.model.device;
  request.conditions = conditionsOf(options, tokenizer);
  return request;
}

/// Writes what was asked for and prints the rest.
template <typename Result>
void report(const PerturbOptions& options, const Result& result, const Job& job,
            void (*print)(std::ostream&, const Result&, ChangeNorm), const std::function<std::string()>& json) {
  const std::vector<std::string> written = writeOutput(options.output, job, result, {.norm = options.norm});
  if (options.json) {
    std::cout << json() << '\n';
    return;
  }
  print(std::cout, result, changeNormNamed(options.norm));
  tell(written);
}

void perturb(PerturbOptions options, const Job& job) {
  if (options.model.threads > 0) at::set_num_threads(options.model.threads);
  options.model.model = modelOrDemo(options.model.model);
  const ChangeNorm norm = changeNormNamed(options.norm);
  const std::filesystem::path path = resolveModel(options.model.model);
  const std::shared_ptr<const Tokenizer> tokenizer = loadTokenizer(path);
  const Job loading = job.part(0.0, 0.3), computing = job.part(0.3, 0.95), saving = job.part(0.95, 1.0);
  if (options.every) {
    SweepRequest request = requestOf<SweepRequest>(options, *tokenizer);
    request.draws = options.replacements;
    request.seed = options.seed;
    // A sweep takes long: loading is no part of its time left.
    const auto model = loadModel(path, loadOptions(options.model), job.part(0.0, 0.0));
    const SweepResult result = sweep(*model, *tokenizer, request, job);
    return report(options, result, saving, printSweep, [&] { return sweepJson(result, norm); });
  }
  PerturbRequest request = requestOf<PerturbRequest>(options, *tokenizer);
  request.other = options.other;
  if (!options.swap.empty()) request.swap = parseSwap(options.swap, *tokenizer);
  const auto model = loadModel(path, loadOptions(options.model), loading);
  const auto result = Perturber(model, tokenizer).run(request, computing);
  report(options, *result, saving, printPerturbation, [&] { return perturbJson(*result); });
}

}  // namespace

void addPerturb(CLI::App& program, int& exitCode) {
  auto options = std::make_shared<PerturbOptions>();
  CLI::App* command = program.add_subcommand("perturb", "Swap a token of a prompt and follow the change.");
  addModelOptions(*command, options->model);
  command->add_option("-p,--prompt", options->prompt, "The unchanged text.")->required();
  auto* change = command->add_option_group("change", "What is changed");
  change->add_option(
      "--other", options->other,
      "The changed text. Where it has more or fewer tokens, their common beginning and end are compared.");
  change->add_option("--swap", options->swap,
                     "POSITION=TEXT: that token of the text (an added <bos> does not count) becomes this token.");
  auto* every =
      change->add_flag("--every", options->every,
                       "Sweep: every token of the text is swapped in turn for random tokens of like frequency; "
                       "how far a change\nreaches, on average.");
  change->require_option(1);
  command->add_option("--replacements", options->replacements, "Random tokens at each position of a sweep.")
      ->needs(every)
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command->add_option("--seed", options->seed, "Seed of a sweep's random tokens.")
      ->needs(every)
      ->check(CLI::Range(0, std::numeric_limits<int>::max()))
      ->capture_default_str();
  command
      ->add_option("-c,--conditions", options->conditions,
                   "What is done to the sink: bos, no-bos, replaced, hidden, zeroed, positions-kept.\n"
                   "Default: bos,no-bos.")
      ->delimiter(',');
  command->add_option("-n,--norm", options->norm, "Measure of the printed change and of the figures.")
      ->check(CLI::IsMember({"l2", "relative", "infinity", "cosine"}))
      ->capture_default_str();
  command->add_option("-t,--tokens", options->tokens, "Cut the text to T tokens, <bos> included; 0: no limit.")
      ->capture_default_str();
  addOutputOptions(*command, options->output,
                   {"Write the maps, the spread, the lines of the tokens, the frames of the spread and the change of "
                    "the attention to\n"
                    "this folder; of a sweep its maps, its reach and its spread.",
                    true});
  command->add_flag(
      "--json", options->json,
      "Print one JSON object: model, note, and for every condition tokens, change [place][token] by all\n"
      "four measures, spread, alpha0, divergence and the likeliest next tokens. Of a sweep: the drawn ids,\n"
      "and for every condition tokens, swaps, change [place][position][token] by --norm, reach\n"
      "[place][distance] and spread by all measures.");
  command->footer(
      "Examples: sinkscope perturb --prompt \"Shakespeare was the greatest playwright of all time.\" --swap \"4= "
      "best\"\n"
      "          sinkscope perturb --prompt \"Shakespeare was the greatest playwright of all time.\" --every --out "
      "sweep.h5");
  command->callback([options, &exitCode] { exitCode = runCommand([&](const Job& job) { perturb(*options, job); }); });
}

}  // namespace sinkscope
