#include "app/commands/commands.h"
#include "app/commands/console.h"
#include "app/commands/json_values.h"
#include "app/commands/model_options.h"
#include "app/commands/output_options.h"
#include "core/analysis/no_op.h"
#include "core/text/prompts.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <memory>

namespace sinkscope {
namespace {

using nlohmann::json;

struct NoOpOptions {
  ModelOptions model;
  OutputOptions output;
  std::string prompts;
  std::size_t tokens = 64, top = 15;
  std::int64_t minimumCount = 5;
  HeadClassBounds bounds;
  bool json = false;
};

const char* name(HeadClass headClass) {
  switch (headClass) {
    case HeadClass::NoOp:
      return "no-op";
    case HeadClass::Broadcast:
      return "broadcast";
    case HeadClass::Active:
      return "active";
  }
  return "";
}

std::vector<Waker> first(std::vector<Waker> wakers, std::size_t count) {
  wakers.resize(std::min(wakers.size(), count));
  return wakers;
}

void printWakers(const char* title, const WakeScan& scan, WakeKinds kinds, const std::vector<Waker>& wakers,
                 double rest) {
  std::printf("\n%s\n", title);
  if (wakers.empty()) std::printf("none\n");
  if (!wakers.empty())
    std::printf(
        "layer head  previous token          count   awake    mean   difference  [95 %% interval]   on previous    "
        "mean\n");
  for (const Waker& w : wakers) {
    const std::string kind = kindName(scan, kinds, w);
    std::printf("%5zu %4zu  %-22s %6ld  %6.3f  %6.3f       %6.3f  [%.3f, %.3f]         %6.3f  %6.3f%s\n", w.layer,
                w.head, kind.c_str(), static_cast<long>(w.count), w.awake, w.mean, w.difference, w.low, w.high,
                w.previous, w.meanPrevious, isIfElse(w, rest) ? "  if-else" : "");
  }
}

void printNoOp(const NoOpResult& result, const NoOpOptions& options) {
  const double rest = result.request.bounds.rest;
  std::size_t counts[3] = {};
  for (std::size_t l = 0; l < result.rest.extent(0); ++l)
    for (std::size_t h = 0; h < result.rest.extent(1); ++h) ++counts[static_cast<int>(result.headClass(l, h))];
  std::printf("%s, %zu prompts, %s added: %zu heads\n", result.model.name.c_str(), result.request.prompts.size(),
              result.request.bos ? result.bosText.c_str() : "no <bos>", result.rest.size());
  for (const HeadClass one : {HeadClass::NoOp, HeadClass::Broadcast, HeadClass::Active})
    std::printf("  %-9s  %zu\n", name(one), counts[static_cast<int>(one)]);
  std::printf("(rest: mean share of token 0 above %g; no-op: value drain below %g)\n", rest,
              result.request.bounds.drain);
  for (const auto& [kinds, what] :
       {std::pair{WakeKinds::Tokens, "tokens"}, {WakeKinds::Classes, "classes of tokens"}}) {
    const std::vector<Waker> wakers = findWakers(result.scan, kinds, options.minimumCount);
    const std::string strongest = "Previous " + std::string(what) + " that wake a head most";
    const std::string branches = "If-else heads by previous " + std::string(what);
    printWakers(strongest.c_str(), result.scan, kinds, first(wakers, options.top), rest);
    printWakers(branches.c_str(), result.scan, kinds, first(ifElseOf(wakers, rest), options.top), rest);
  }
}

json wakersJson(const WakeScan& scan, WakeKinds kinds, const NoOpOptions& options) {
  json result = json::array();
  for (const Waker& w : findWakers(scan, kinds, options.minimumCount)) {
    json entry{{"layer", w.layer},
               {"head", w.head},
               {"count", w.count},
               {"awake", w.awake},
               {"mean", w.mean},
               {"difference", w.difference},
               {"low", w.low},
               {"high", w.high},
               {"previous", w.previous},
               {"meanPrevious", w.meanPrevious},
               {"ifElse", isIfElse(w, options.bounds.rest)}};
    if (kinds == WakeKinds::Tokens) {
      entry["id"] = scan.tokens[w.kind].id;
      entry["token"] = visibleText(scan.tokens[w.kind]);
    } else {
      entry["class"] = name(kTokenClasses[w.kind]);
    }
    result.push_back(std::move(entry));
  }
  return result;
}

json noOpJson(const NoOpResult& result, const NoOpOptions& options) {
  json classes = json::array();
  for (std::size_t l = 0; l < result.rest.extent(0); ++l) {
    json heads = json::array();
    for (std::size_t h = 0; h < result.rest.extent(1); ++h) heads.push_back(name(result.headClass(l, h)));
    classes.push_back(std::move(heads));
  }
  return {{"model", {{"name", result.model.name}, {"weights", result.model.weightType}}},
          {"prompts", result.request.prompts.size()},
          {"bos", result.request.bos},
          {"bounds", {{"rest", result.request.bounds.rest}, {"drain", result.request.bounds.drain}}},
          {"minimumCount", options.minimumCount},
          {"rest", jsonArray(result.rest)},
          {"drain", jsonArray(result.drain)},
          {"class", classes},
          {"wakers", wakersJson(result.scan, WakeKinds::Tokens, options)},
          {"classWakers", wakersJson(result.scan, WakeKinds::Classes, options)},
          {"seconds", result.seconds}};
}

void runNoOp(const NoOpOptions& options, const Job& job) {
  NoOpRequest request;
  request.prompts = readPrompts(options.prompts);
  request.tokenLimit = options.tokens;
  request.bounds = options.bounds;
  request.device = options.model.device;
  const OpenedModel opened = openModel(options.model, job.part(0.0, 0.2));
  request.model = opened.name;
  request.bos = opened.bos;
  const NoOpResult result = noOpHeads(*opened.model, *opened.tokenizer, request, job.part(0.2, 0.95));
  const std::vector<std::string> written = writeOutput(options.output, job.part(0.95, 1.0), result);
  if (options.json) {
    std::cout << noOpJson(result, options).dump(2, ' ', false, json::error_handler_t::replace) << '\n';
    return;
  }
  printNoOp(result, options);
  std::fflush(stdout);  // before the lines of the stream
  tell(written);
}

}  // namespace

void addNoOp(CLI::App& program, int& exitCode) {
  auto options = std::make_shared<NoOpOptions>();
  CLI::App* command = program.add_subcommand(
      "noop", "Find the heads that rest on the first token and the tokens after which they do not.");
  addModelOptions(*command, options->model);
  addBosOptions(*command, options->model);
  command
      ->add_option("--prompts", options->prompts,
                   "A file: one prompt a line, or .jsonl with strings or objects with \"text\" or \"prompt\".")
      ->required();
  command->add_option("-t,--tokens", options->tokens, "Cut each prompt to T tokens, <bos> included; 0: no limit.")
      ->capture_default_str();
  command->add_option("--top", options->top, "Print so many of the strongest; --json prints all.")
      ->capture_default_str();
  command->add_option("--min-count", options->minimumCount, "Leave out what was seen less often.")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--rest", options->bounds.rest, "A head rests when its share of token 0 is above this.")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  command->add_option("--drain", options->bounds.drain, "A resting head is a no-op when its value drain is below this.")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  addOutputOptions(*command, options->output);
  command->add_flag(
      "--json", options->json,
      "Print one JSON object: rest, drain and class [layer][head]; wakers and classWakers, the strongest\n"
      "first: head, previous token, count, awake (mean of 1 - A[i,0] after it), the head's mean, their\n"
      "difference with its 95 % interval, and the share of the previous token.");
  command->footer("Example: sinkscope noop --model gemma-3-270m --prompts resources/prompts/waking.txt --top 10");
  command->callback([options, &exitCode] { exitCode = runCommand([&](const Job& job) { runNoOp(*options, job); }); });
}

}  // namespace sinkscope
