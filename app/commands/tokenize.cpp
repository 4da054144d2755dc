#include "app/commands/commands.h"
#include "app/commands/console.h"
#include "core/error.h"
#include "core/model/demo_models.h"
#include "core/train/corpus.h"
#include "core/train/tokenize_corpus.h"
#include "core/train/tokenizer_training.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdio>
#include <iostream>
#include <memory>
#include <optional>

namespace sinkscope {
namespace {

using nlohmann::json;

struct TokenizeOptions {
  std::vector<std::string> sources;
  std::string out, tokenizer, trained;
  std::optional<std::int64_t> bpe, unigram;
  TokenizerTraining training;
  double sampleMegabytes = 10.0;
  bool json = false;
};

/// Where the tokenizer lies, after it was trained if that was asked for.
std::filesystem::path tokenizerPath(const TokenizeOptions& options, const std::vector<std::filesystem::path>& sources,
                                    const Job& job) {
  if (!options.tokenizer.empty()) return resolveModel(options.tokenizer);
  TokenizerTraining training = options.training;
  training.kind = options.unigram ? TokenizerTraining::Kind::Unigram : TokenizerTraining::Kind::Bpe;
  training.vocabulary = options.unigram ? *options.unigram : *options.bpe;
  training.sampleBytes = options.sampleMegabytes * 1e6;
  std::filesystem::path model = options.trained;
  if (model.empty()) model = std::filesystem::path(options.out).replace_extension(".model");
  trainTokenizer(sources, training, model, job);
  return model;
}

void runTokenize(const TokenizeOptions& options, const Job& job) {
  const auto start = std::chrono::steady_clock::now();
  if (std::filesystem::path(options.out).extension() != ".tokens")
    throw Error(options.out + ": a token file's name ends in .tokens.");
  std::vector<std::filesystem::path> sources;
  for (const std::string& source : options.sources) sources.push_back(resolveCorpus(source));
  const double trained = options.tokenizer.empty() ? 0.5 : 0.0;
  const std::filesystem::path path = tokenizerPath(options, sources, job.part(0.0, trained));
  const auto tokenizer = loadTokenizer(path);
  const TokenFileInfo info = tokenizeCorpus(sources, *tokenizer, path, options.out, job.part(trained, 1.0));
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const double bytesPerToken = static_cast<double>(info.textBytes) / static_cast<double>(info.tokens);
  if (options.json) {
    const json report{{"documents", info.documents},
                      {"tokens", info.tokens},
                      {"textBytes", info.textBytes},
                      {"bytesPerToken", bytesPerToken},
                      {"vocabulary", info.vocabulary},
                      {"tokenizer", info.tokenizer},
                      {"out", options.out},
                      {"seconds", seconds}};
    std::cout << report.dump(2, ' ', false, json::error_handler_t::replace) << '\n';
    return;
  }
  std::printf("%s: %lld documents, %lld tokens of a vocabulary of %lld (%s), %.2f bytes per token, %.1f s\n",
              options.out.c_str(), static_cast<long long>(info.documents), static_cast<long long>(info.tokens),
              static_cast<long long>(info.vocabulary), info.tokenizer.c_str(), bytesPerToken, seconds);
}

}  // namespace

void addTokenize(CLI::App& program, int& exitCode) {
  auto options = std::make_shared<TokenizeOptions>();
  CLI::App* command = program.add_subcommand("tokenize", "Make a token file of texts, to train a model on.");
  command
      ->add_option(
          "sources", options->sources,
          "Texts: a fetched corpus's name (packaging/fetch-corpus.sh --list), a text file, a .jsonl file with\n"
          "the field \"text\", or a folder of .txt, .md and .jsonl files.")
      ->required();
  command->add_option("-o,--out", options->out, "The token file to write (.tokens).")->required();
  CLI::Option_group* which = command->add_option_group("tokenizer", "One of:");
  which->add_option(
      "--tokenizer", options->tokenizer,
      "A tokenizer (.model, .json), or the model whose tokenizer it is: a demo model's name, a file or folder.");
  CLI::Option* bpe = which->add_option("--train-bpe", options->bpe, "Train a BPE tokenizer of V tokens on the texts.");
  CLI::Option* unigram =
      which->add_option("--train-unigram", options->unigram, "Train a unigram tokenizer of V tokens on the texts.");
  which->require_option(1);
  command->add_option("--tokenizer-out", options->trained,
                      "Where a trained tokenizer is written (.model); else beside the token file.");
  command->add_option("--sample-mb", options->sampleMegabytes, "Train it on so many MB of the texts, drawn by lines.")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--seed", options->training.seed, "Seed of that draw.")->capture_default_str();
  for (CLI::Option* one : {bpe, unigram}) one->type_name("V");
  command->add_flag("--json", options->json, "Print one JSON object.");
  command->footer("Example: sinkscope tokenize shakespeare --train-bpe 2048 --out shakespeare.tokens");
  command->callback(
      [options, &exitCode] { exitCode = runCommand([&](const Job& job) { runTokenize(*options, job); }); });
}

}  // namespace sinkscope
