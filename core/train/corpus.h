#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

namespace sinkscope {

/// One text to train on.
struct CorpusDocument {
  std::string title;  ///< empty where the corpus has none
  std::string text;   ///< UTF-8, not empty
};

/// The corpora that `packaging/fetch-corpus.sh NAME` brings.
const std::vector<std::string>& corpusNames();

/// What a user calls a corpus, made a path: the name of a fetched one, a file or a folder. Throws `Error` with a
/// sentence that says how to fetch a corpus that is not there.
std::filesystem::path resolveCorpus(const std::string& name);

/// Reads a corpus from front to back, one document in memory at a time.
///
/// A source is a `.jsonl` file (a JSON object a line with the field "text", perhaps "title"), any other file (one
/// document), or a folder: its .txt, .md and .jsonl files, those in folders inside it too, sorted by path. Hidden files
/// and licence texts (LICENCE*, LICENSE*) in a folder are left out, as are documents without text. A byte order mark at
/// the beginning of a file is no text.
class CorpusReader {
 public:
  /// Finds the files. Throws `Error` when a source is not there or a folder holds no text.
  explicit CorpusReader(const std::vector<std::filesystem::path>& sources);

  /// The next document; nothing after the last. Throws `Error` naming the file, the line and what was expected; for
  /// what is no UTF-8 also the byte.
  std::optional<CorpusDocument> next();

  const std::vector<std::filesystem::path>& files() const { return files_; }
  /// The share of the files' bytes that was read, 0 ... 1.
  double fraction() const;

 private:
  void add(const std::filesystem::path& file);
  std::optional<CorpusDocument> nextLine(const std::filesystem::path& path);

  std::vector<std::filesystem::path> files_;
  std::size_t file_ = 0;  // of files_, the one that is read
  std::ifstream lines_;   // open while a .jsonl file is read
  std::size_t line_ = 0;  // of that file
  std::uint64_t bytes_ = 0, readBytes_ = 0;
};

}  // namespace sinkscope
