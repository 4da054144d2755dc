#include "core/train/tokenize_corpus.h"

#include "core/error.h"
#include "core/model/file_hash.h"
#include "core/model/input_file.h"
#include "core/new_file.h"
#include "core/train/corpus.h"
#include "core/train/token_layout.h"

#include <ATen/Parallel.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstring>

namespace sinkscope {
namespace {

constexpr std::size_t kBatchBytes = 1 << 20;  // of text that is encoded before its ids are written
constexpr std::uint64_t kLicenceBytes = 8 << 20;

/// Appends ids to the file in the width that the vocabulary needs.
class IdWriter {
 public:
  IdWriter(NewFile& file, std::int64_t vocabulary) : file_(file), bytesPerId_(vocabulary <= 1 << 16 ? 2 : 4) {}

  std::uint32_t bytesPerId() const { return bytesPerId_; }
  std::uint64_t tokens() const { return tokens_; }

  void append(const std::vector<std::int64_t>& ids) {
    std::vector<std::byte> bytes(ids.size() * bytesPerId_);
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const auto id = static_cast<std::uint32_t>(ids[i]);  // little-endian: the first bytes are the small ones
      std::memcpy(bytes.data() + i * bytesPerId_, &id, bytesPerId_);
    }
    file_.write(sizeof(TokenHeader) + tokens_ * bytesPerId_, bytes.data(), bytes.size());
    tokens_ += ids.size();
  }

 private:
  NewFile& file_;
  std::uint32_t bytesPerId_;
  std::uint64_t tokens_ = 0;
};

std::vector<CorpusDocument> nextBatch(CorpusReader& reader) {
  std::vector<CorpusDocument> batch;
  for (std::size_t bytes = 0; bytes < kBatchBytes;) {
    auto document = reader.next();
    if (!document) break;
    bytes += document->text.size();
    batch.push_back(std::move(*document));
  }
  return batch;
}

std::vector<std::vector<std::int64_t>> encoded(const std::vector<CorpusDocument>& batch, const Tokenizer& tokenizer,
                                               const Job& job) {
  std::vector<std::vector<std::int64_t>> ids(batch.size());
  at::parallel_for(0, static_cast<std::int64_t>(batch.size()), 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      job.check();
      const auto at = static_cast<std::size_t>(i);
      ids[at] = idsOf(tokenizer.encode(batch[at].text));
    }
  });
  return ids;
}

/// The licence texts beside the sources, each once.
std::string licenceOf(const std::vector<std::filesystem::path>& sources) {
  std::vector<std::filesystem::path> found;
  std::string text;
  for (const std::filesystem::path& source : sources) {
    const auto folder = std::filesystem::is_directory(source) ? source : source.parent_path();
    for (const char* name : {"LICENCE.txt", "LICENSE.txt", "LICENCE", "LICENSE"}) {
      const std::filesystem::path path = folder / name;
      if (!std::filesystem::is_regular_file(path) || std::find(found.begin(), found.end(), path) != found.end())
        continue;
      found.push_back(path);
      const InputFile file(path);
      std::string content(std::min(file.size(), kLicenceBytes), '\0');
      file.read(0, content.data(), content.size());
      text += content;
    }
  }
  return text;
}

std::string jsonOf(const TokenFileInfo& info) {
  nlohmann::json sources = nlohmann::json::array();
  for (const TokenSource& source : info.sources)
    sources.push_back({{"path", source.path}, {"sha256", source.sha256}, {"bytes", source.bytes}});
  const nlohmann::json json{{"textBytes", info.textBytes},
                            {"tokenizer", info.tokenizer},
                            {"tokenizerSha256", info.tokenizerSha256},
                            {"sources", sources},
                            {"licence", info.licence}};
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

TokenFileInfo tokenizeCorpus(const std::vector<std::filesystem::path>& sources, const Tokenizer& tokenizer,
                             const std::filesystem::path& tokenizerPath, const std::filesystem::path& out,
                             const Job& job) {
  CorpusReader reader(sources);
  TokenFileInfo info;
  info.vocabulary = tokenizer.size();
  info.bos = tokenizer.bos();
  info.eos = tokenizer.eos();
  const std::filesystem::path tokenizerFileUsed = tokenizerFile(tokenizerPath);
  info.tokenizer = tokenizerFileUsed.string();
  info.tokenizerSha256 = sha256Of(tokenizerFileUsed, job.part(0.0, 0.02));
  for (const std::filesystem::path& file : reader.files())
    info.sources.push_back(
        {file.string(), sha256Of(file, job.part(0.02, 0.05)), static_cast<std::int64_t>(InputFile(file).size())});
  info.licence = licenceOf(sources);

  NewFile file(out);
  IdWriter ids(file, info.vocabulary);
  std::vector<std::uint64_t> starts;
  const Job encoding = job.part(0.05, 1.0);
  for (auto batch = nextBatch(reader); !batch.empty(); batch = nextBatch(reader)) {
    for (const auto& document : encoded(batch, tokenizer, job)) {
      starts.push_back(ids.tokens());
      ids.append(document);
    }
    for (const CorpusDocument& document : batch) info.textBytes += static_cast<std::int64_t>(document.text.size());
    encoding.progress(std::to_string(starts.size()) + " documents, " + std::to_string(ids.tokens()) + " tokens",
                      reader.fraction());
  }
  if (starts.empty()) throw Error(sources.front().string() + " holds no document: every text in it is empty.");
  info.documents = static_cast<std::int64_t>(starts.size());
  info.tokens = static_cast<std::int64_t>(ids.tokens());
  starts.push_back(ids.tokens());

  const std::string json = jsonOf(info);
  TokenHeader header;
  header.bytesPerId = ids.bytesPerId();
  header.tokens = ids.tokens();
  header.documents = starts.size() - 1;
  header.vocabulary = static_cast<std::uint64_t>(info.vocabulary);
  header.bos = info.bos.value_or(-1);
  header.eos = info.eos.value_or(-1);
  header.jsonBytes = json.size();
  const std::uint64_t startsAt = sizeof(header) + paddedBytes(ids.tokens() * ids.bytesPerId());
  file.write(startsAt, starts.data(), starts.size() * sizeof(std::uint64_t));  // what it leaves between is zeros
  file.write(startsAt + starts.size() * sizeof(std::uint64_t), json.data(), json.size());
  file.write(0, &header, sizeof(header));
  file.commit();
  return info;
}

}  // namespace sinkscope
