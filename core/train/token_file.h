#pragma once

#include "core/train/mapped_file.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace sinkscope {

/// A file that a corpus was read from.
struct TokenSource {
  std::string path;
  std::string sha256;
  std::int64_t bytes = 0;

  bool operator==(const TokenSource&) const = default;
};

/// What a token file says about itself.
struct TokenFileInfo {
  std::int64_t tokens = 0;
  std::int64_t documents = 0;
  std::int64_t textBytes = 0;   ///< of the documents' text, in UTF-8
  std::int64_t vocabulary = 0;  ///< every id is below
  std::optional<std::int64_t> bos, eos;
  std::string tokenizer;        ///< its file, as it was given
  std::string tokenizerSha256;  ///< of that file
  std::vector<TokenSource> sources;
  std::string licence;  ///< the licence texts beside the sources; empty where there are none

  bool operator==(const TokenFileInfo&) const = default;
};

/// A corpus as token ids: a file `*.tokens`, mapped into memory. Its documents hold no special tokens; whoever packs
/// them into sequences adds <bos> and separators. Usable from any thread.
///
/// The file, little-endian: 8 bytes "SINKTOKS", u32 version, u32 bytes of an id (2 or 4), u64 tokens, u64 documents,
/// u64 vocabulary, i64 <bos> and i64 <eos> (-1: none), u64 bytes of the JSON text; the ids, padded with zeros to a
/// multiple of 8 bytes; u64 of each document's first token, and the number of tokens; the JSON text.
class TokenFile {
 public:
  /// Checks everything. Throws `Error` saying what does not fit.
  explicit TokenFile(const std::filesystem::path& path);

  const TokenFileInfo& info() const { return info_; }
  std::int64_t tokens() const { return info_.tokens; }
  std::int64_t documents() const { return info_.documents; }

  /// Where each document begins, and after them the number of tokens: documents + 1 entries, none below the one before.
  std::span<const std::uint64_t> documentStarts() const { return starts_; }

  /// The ids from `first` on into all of `out`. Throws `Error` when there are not as many.
  void copy(std::int64_t first, std::span<std::int64_t> out) const;

 private:
  MappedFile file_;
  std::string name_;
  TokenFileInfo info_;
  std::uint32_t bytesPerId_ = 0;
  const std::byte* ids_ = nullptr;
  std::span<const std::uint64_t> starts_;
};

}  // namespace sinkscope
