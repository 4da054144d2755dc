#pragma once

#include "core/catalogue/card_reader.h"
#include "core/catalogue/run_query.h"
#include "core/job.h"
#include "core/runs/run_card.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace sinkscope {

class RunIndex;
struct FileStamp;

/// A run file in the table. Of the prompts there is the beginning of the first, and no picture: see `card`.
struct RunRow {
  std::filesystem::path path;
  std::uint64_t size = 0;  ///< bytes
  RunCard card;            ///< empty where there is a problem
  std::string problem;     ///< why the file cannot be read; empty: it can

  /// What a person called it, else its file's name without the suffix.
  std::string name() const;
  /// "Samples", or the folder that it lies in.
  std::string folder() const;
};

/// What a column says of a row as text, empty where it says nothing.
std::string textOf(const RunRow& row, RunColumn column);
/// Of a column of numbers; NaN: there is none.
double numberOf(const RunRow& row, RunColumn column);

/// Every run file below some folders. The files are the truth; an index beside them, which can be thrown away at any
/// time, makes them quick to list. Of one thread at a time; several catalogues, in several processes, may use one
/// index.
class Catalogue {
 public:
  /// `index` is made where it is not there. `executable` reads the files (see `CardReader`). Throws `Error` where the
  /// index can neither be used nor made.
  Catalogue(std::vector<std::filesystem::path> folders, const std::filesystem::path& index,
            std::filesystem::path executable = ownExecutable());
  ~Catalogue();

  struct Scan {
    std::size_t files = 0;    ///< that are there
    std::size_t read = 0;     ///< because they were new or changed
    std::size_t removed = 0;  ///< from the index: no longer there
    bool changed() const { return read + removed > 0; }
  };
  /// Brings the index up to date: files whose size or time changed are read, others are not touched.
  Scan scan(const Job& job = {});

  std::vector<RunRow> runs(const RunQuery& query) const;
  /// How many there are, those that cannot be read among them.
  std::size_t count() const;
  /// All that the index knows of a run, its picture and the prompts among it; an empty card of one it cannot read.
  RunCard card(const std::filesystem::path& path) const;
  /// The values that a column of texts has and in how many runs, by name; of `Tags`, each tag by itself.
  std::vector<std::pair<std::string, std::int64_t>> values(RunColumn column) const;

  /// `setRunLabels`, and brings the row up to date.
  void label(const std::filesystem::path& path, const RunLabels& labels, const Job& job = {});

  /// Reads all of a run in another process, as opening it does. Throws `Error` saying why it cannot be opened.
  void check(const std::filesystem::path& file, const Job& job = {});
  /// What is in a run file, of whatever folder, and a part of one of its datasets, as `CardReader` tells them.
  std::vector<RunNode> tree(const std::filesystem::path& file, const Job& job = {});
  RunPreview preview(const std::filesystem::path& file, const RunPreviewQuery& query, const Job& job = {});
  /// Copies a run file into the first folder, under a name that is free there; where the copy lies. The next scan finds
  /// it. Throws `Error` for what is no run, which is read in another process first.
  std::filesystem::path add(const std::filesystem::path& file, const Job& job = {});

  const std::vector<std::filesystem::path>& folders() const { return folders_; }

 private:
  std::vector<std::string> roots() const;

  std::vector<std::filesystem::path> folders_;
  CardReader reader_;
  std::unique_ptr<RunIndex> index_;
};

/// Where the index of this user's runs lies.
std::filesystem::path runIndexFile();

/// The folders of this user's runs: those that were set, else `~/sinkscope/runs`, where runs are saved; the first is
/// where. The trainings' folder and that of the samples are always among them.
std::vector<std::filesystem::path> libraryFolders();
/// Sets them, for the window and the command line alike; none: the default. Throws `Error`.
void setLibraryFolders(const std::vector<std::filesystem::path>& folders);
/// Those that were set, else the default, without the trainings' and the samples'.
std::vector<std::filesystem::path> setFolders();

/// Where the runs lie that come along with the program. They stay as they are.
std::filesystem::path sampleFolder();
bool isSample(const std::filesystem::path& run);

}  // namespace sinkscope
