#include "core/train/tokenizer_training.h"

#include "core/error.h"
#include "core/runs/document_file.h"
#include "core/train/corpus.h"

#include <sentencepiece_trainer.h>

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <unordered_map>

namespace sinkscope {
namespace {

// The trainer drops longer sentences: longer lines are cut.
constexpr std::size_t kLineBytes = 4096;

/// Calls `use` with every line of `text`, a long one in pieces of whole characters.
template <typename Use>
void eachLine(std::string_view text, const Use& use) {
  while (!text.empty()) {
    std::size_t end = std::min(text.find('\n'), text.size());
    if (end > kLineBytes) {
      end = kLineBytes;
      while ((static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    }
    if (end > 0) use(text.substr(0, end));
    text.remove_prefix(end < text.size() && text[end] == '\n' ? end + 1 : end);
  }
}

std::int64_t textBytes(const std::vector<std::filesystem::path>& sources, const Job& job) {
  CorpusReader reader(sources);
  std::int64_t bytes = 0;
  while (const auto document = reader.next()) {
    bytes += static_cast<std::int64_t>(document->text.size());
    job.progress("measuring the text", reader.fraction());
  }
  return bytes;
}

/// The lines to learn from, in their order.
std::vector<std::string> sample(const std::vector<std::filesystem::path>& sources, const TokenizerTraining& options,
                                const Job& job) {
  const double share = options.sampleBytes / static_cast<double>(textBytes(sources, job.part(0.0, 0.5)));
  std::mt19937_64 random(options.seed);
  // Not std::uniform_real_distribution, of which each library has its own.
  const auto drawn = [&] { return static_cast<double>(random() >> 11) * 0x1p-53 < share; };
  CorpusReader reader(sources);
  std::vector<std::string> lines;
  const Job reading = job.part(0.5, 1.0);
  while (const auto document = reader.next()) {
    eachLine(document->text, [&](std::string_view line) {
      if (share >= 1.0 || drawn()) lines.emplace_back(line);
    });
    reading.progress("reading the text", reader.fraction());
  }
  return lines;
}

class Lines : public sentencepiece::SentenceIterator {
 public:
  explicit Lines(const std::vector<std::string>& lines) : lines_(lines) {}
  bool done() const override { return at_ == lines_.size(); }
  void Next() override { ++at_; }
  const std::string& value() const override { return lines_[at_]; }
  sentencepiece::util::Status status() const override { return {}; }

 private:
  const std::vector<std::string>& lines_;
  std::size_t at_ = 0;
};

std::unordered_map<std::string, std::string> arguments(const TokenizerTraining& options) {
  const bool isBpe = options.kind == TokenizerTraining::Kind::Bpe;
  return {{"model_type", isBpe ? "bpe" : "unigram"},
          {"vocab_size", std::to_string(options.vocabulary)},
          {"byte_fallback", options.byteFallback ? "true" : "false"},
          {"character_coverage", options.byteFallback ? "0.9999" : "1.0"},
          {"unk_id", "0"},
          {"bos_id", "1"},
          {"eos_id", "2"},
          {"pad_id", "-1"},
          {"bos_piece", "<bos>"},
          {"eos_piece", "<eos>"},
          {"user_defined_symbols", "\n"},
          {"normalization_rule_name", "identity"},
          {"add_dummy_prefix", "false"},
          {"remove_extra_whitespaces", "false"},
          {"allow_whitespace_only_pieces", "true"},
          {"split_digits", "true"},
          {"max_sentence_length", std::to_string(2 * kLineBytes)},
          {"num_threads", "1"},   // sums in one order
          {"minloglevel", "3"}};  // what goes wrong comes back as a status
}

/// What the library says, without the place in its source and without its own options.
std::string reason(const sentencepiece::util::Status& status) {
  const std::string message = status.message();
  const auto place = message.find("] ");
  const std::string rest = message.substr(place == std::string::npos ? 0 : place + 2);
  const std::string said = rest.substr(0, rest.find(" Increase vocab_size"));
  return said.empty() ? message : said;
}

}  // namespace

void trainTokenizer(const std::vector<std::filesystem::path>& sources, const TokenizerTraining& options,
                    const std::filesystem::path& model, const Job& job) {
  if (model.extension() != ".model")
    throw Error(model.string() + ": a tokenizer is written to a file whose name ends in .model.");
  const std::int64_t least = 4 + (options.byteFallback ? 256 : 0);
  if (options.vocabulary <= least || options.vocabulary > 1'000'000)
    throw Error("A vocabulary of " + std::to_string(options.vocabulary) + " tokens is not possible: expected " +
                std::to_string(least + 1) + " to 1000000.");
  const std::vector<std::string> lines = sample(sources, options, job.part(0.0, 0.3));
  if (lines.empty()) throw Error(sources.front().string() + " holds no text to train a tokenizer on.");
  job.progress("training the tokenizer", 0.3);
  Lines iterator(lines);
  std::string trained;
  const auto status = sentencepiece::SentencePieceTrainer::Train(arguments(options), &iterator, &trained);
  if (!status.ok())
    throw Error("A tokenizer of " + std::to_string(options.vocabulary) +
                " tokens could not be trained on these texts: " + reason(status));
  job.check();
  writeDocument(model, trained);
  job.progress("training the tokenizer", 1.0);
}

}  // namespace sinkscope
