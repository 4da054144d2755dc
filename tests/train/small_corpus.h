#pragma once

#include "core/error.h"
#include "core/train/token_file.h"
#include "core/train/tokenize_corpus.h"
#include "tests/byte_tokenizer.h"

#include <QTemporaryDir>

#include <cstdint>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace sinkscope {

/// Reads "17 4 9" as the tokens 17, 4 and 9; <bos> is 1, <eos> is 2.
class NumberTokenizer : public ByteTokenizer {
 public:
  NumberTokenizer(std::int64_t size, bool hasBos, bool hasEos) : ByteTokenizer(size), bos_(hasBos), eos_(hasEos) {}
  std::optional<std::int64_t> bos() const override { return bos_ ? std::optional<std::int64_t>(1) : std::nullopt; }
  std::optional<std::int64_t> eos() const override { return eos_ ? std::optional<std::int64_t>(2) : std::nullopt; }

 protected:
  void appendText(std::vector<PlacedId>& tokens, std::string_view text, bool) const override {
    std::istringstream numbers{std::string(text)};
    for (std::int32_t id = 0; numbers >> id;) tokens.push_back({id, text.size()});
  }

 private:
  bool bos_, eos_;
};

/// A token file of given documents.
class SmallCorpus {
 public:
  using Documents = std::vector<std::vector<std::int64_t>>;

  SmallCorpus(Documents documents, std::int64_t vocabulary, bool hasBos = true, bool hasEos = true)
      : documents_(std::move(documents)) {
    const std::filesystem::path folder = folder_.path().toStdString(), text = folder / "corpus.jsonl";
    std::ofstream out(text);
    for (const std::vector<std::int64_t>& document : documents_) {
      out << R"({"text": ")";
      for (const std::int64_t id : document) out << id << ' ';
      out << "\"}\n";
    }
    out.close();
    const NumberTokenizer tokenizer(vocabulary, hasBos, hasEos);
    const std::filesystem::path tokenizerPath = folder / "numbers.model";
    std::ofstream(tokenizerPath) << "numbers";  // only its hash is asked for
    tokenizeCorpus({text}, tokenizer, tokenizerPath, folder / "corpus.tokens", Job());
    file_ = std::make_shared<const TokenFile>(folder / "corpus.tokens");
  }

  /// Documents of 1 ... `longest` tokens, no two tokens of all documents alike.
  static Documents distinct(std::int64_t count, std::int64_t longest) {
    Documents documents;
    std::int64_t next = 3;
    for (std::int64_t i = 0; i < count; ++i) {
      documents.emplace_back();
      for (std::int64_t length = 1 + i * 7 % longest; length > 0; --length) documents.back().push_back(next++);
    }
    return documents;
  }

  const Documents& documents() const { return documents_; }
  const std::shared_ptr<const TokenFile>& file() const { return file_; }

 private:
  Documents documents_;
  QTemporaryDir folder_;
  std::shared_ptr<const TokenFile> file_;
};

}  // namespace sinkscope
