#include "app/commands/commands.h"
#include "app/commands/config_report.h"
#include "app/commands/console.h"
#include "core/model/demo_models.h"
#include "core/model/model.h"
#include "core/runs/run_file.h"
#include "core/shape.h"
#include "core/text/tokenizer.h"
#include "core/train/token_file.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <fstream>
#include <iostream>
#include <memory>
#include <string>

namespace sinkscope {
namespace {

using nlohmann::json;

bool isHdf5(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  char magic[4]{};
  return file.read(magic, 4) && std::string_view(magic, 4) == "\x89HDF";
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text.append(text.empty() ? "" : "; ").append(word);
  return text;
}

/// What a tokenizer is, or why there is none: a model without one can still be looked at.
std::string tokenizerText(const std::filesystem::path& path) {
  try {
    const auto tokenizer = loadTokenizer(path);
    std::string text = tokenizer->kind() + ", " + std::to_string(tokenizer->size()) + " tokens";
    if (tokenizer->bos())
      text += ", <bos> is '" + tokenizer->bytesOf(*tokenizer->bos()) + "' (id " + std::to_string(*tokenizer->bos()) +
              (tokenizer->addsBos() ? "), put first" : "), not put first by itself");
    return text + (tokenizer->chatTemplate().problem().empty() ? ", with a chat template" : ", no chat template");
  } catch (const Error& error) {
    return std::string("none (") + error.what() + ")";
  }
}

void inspectModel(const std::filesystem::path& path, bool asJson) {
  const std::unique_ptr<TensorFile> file = openTensorFile(path);
  const ModelConfig config = readConfig(path);
  if (asJson) {
    json report{{"kind", "model"}, {"config", configJson(config)}, {"tokenizer", tokenizerText(path)}};
    for (const auto& [name, tensor] : file->tensors())
      report["tensors"].push_back(
          {{"name", name}, {"type", tensor.type}, {"shape", tensor.shape}, {"bytes", tensor.bytes}});
    std::cout << report.dump(2, ' ', false, json::error_handler_t::replace) << '\n';
    return;
  }
  std::cout << path.string() << ": a " << config.family << " model\n"
            << config.layers << " layers x " << config.heads << " heads (" << config.keyHeads << " key heads of width "
            << config.headWidth << "), width " << config.width << ", feed-forward " << config.feedForwardWidth
            << ", vocabulary " << config.vocabulary << ", context " << config.contextLength << '\n'
            << "built with: " << joined(configWords(config)) << '\n'
            << "tokenizer: " << tokenizerText(path) << "\n\n";
  for (const auto& [name, tensor] : file->tensors())
    std::cout << tensor.type << '\t' << shapeText(tensor.shape) << '\t' << name << '\n';
}

void inspectRun(const std::filesystem::path& path, bool asJson) {
  const std::vector<RunEntry> entries = listRun(path);
  if (asJson) {
    json report{{"kind", "run"}};
    for (const RunEntry& entry : entries) {
      json attributes = json::object();
      for (const auto& [name, value] : entry.attributes) attributes[name] = value;
      report["entries"].push_back({{"path", entry.path},
                                   {"kind", entry.kind},
                                   {"type", entry.type},
                                   {"shape", entry.shape},
                                   {"axes", entry.axes},
                                   {"attributes", attributes}});
    }
    std::cout << report.dump(2, ' ', false, json::error_handler_t::replace) << '\n';
    return;
  }
  std::cout << path.string() << ": a saved run\n";
  for (const RunEntry& entry : entries) {
    std::cout << entry.path;
    if (entry.kind == "dataset") std::cout << "  " << entry.type << ' ' << shapeText(entry.shape);
    for (const std::string& axis : entry.axes) std::cout << " [" << axis << ']';
    std::cout << '\n';
    for (const auto& [name, value] : entry.attributes) std::cout << "    " << name << " = " << value << '\n';
  }
}

void inspectTokens(const std::filesystem::path& path, bool asJson) {
  const TokenFileInfo info = TokenFile(path).info();
  if (asJson) {
    json sources = json::array();
    for (const TokenSource& source : info.sources)
      sources.push_back({{"path", source.path}, {"sha256", source.sha256}, {"bytes", source.bytes}});
    const json report{{"kind", "tokens"},
                      {"tokens", info.tokens},
                      {"documents", info.documents},
                      {"textBytes", info.textBytes},
                      {"vocabulary", info.vocabulary},
                      {"tokenizer", {{"path", info.tokenizer}, {"sha256", info.tokenizerSha256}}},
                      {"sources", sources},
                      {"licence", info.licence}};
    std::cout << report.dump(2, ' ', false, json::error_handler_t::replace) << '\n';
    return;
  }
  std::cout << path.string() << ": " << info.tokens << " tokens of " << info.documents << " documents ("
            << info.textBytes << " bytes of text)\n"
            << "vocabulary " << info.vocabulary << ", tokenizer " << info.tokenizer << ", sha256 "
            << info.tokenizerSha256 << '\n';
  for (const TokenSource& source : info.sources)
    std::cout << "source " << source.path << ", " << source.bytes << " bytes, sha256 " << source.sha256 << '\n';
}

}  // namespace

void addInspect(CLI::App& program, int& exitCode) {
  struct Options {
    std::string file;
    bool json = false;
  };
  auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand("inspect", "Say what is in a model, a run file or a token file.");
  command
      ->add_option("file", options->file,
                   "A demo model's name, a model's file, folder or name, a run (.h5) or a token file (.tokens).")
      ->required();
  command->add_flag("--json", options->json, "Print one JSON object.");
  command->callback([options, &exitCode] {
    exitCode = runCommand([&](const Job&) {
      if (isHdf5(options->file))
        inspectRun(options->file, options->json);
      else if (std::filesystem::path(options->file).extension() == ".tokens")
        inspectTokens(options->file, options->json);
      else
        inspectModel(resolveModel(options->file), options->json);
    });
  });
}

}  // namespace sinkscope
