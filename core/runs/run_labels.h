#pragma once

#include "core/job.h"

#include <filesystem>
#include <string>
#include <vector>

namespace sinkscope {

/// What a person wrote on a run. It is kept in the run's file and goes where that goes.
struct RunLabels {
  std::string name;               ///< empty: it is called as its file is
  std::vector<std::string> tags;  ///< each once, in the order of their names; without commas
  std::string note;

  bool operator==(const RunLabels&) const = default;
};

/// What a run file is called where nobody gave it a name: "river" of river.h5 and of river.sinkscope.h5.
std::string fileTitle(const std::filesystem::path& path);

/// What a run is called: its name, else its file's title.
std::string runName(const std::filesystem::path& path, const RunLabels& labels);

/// "deep, first try" as tags and back; spaces around them and empty ones are left out.
std::vector<std::string> tagsOf(const std::string& list);
std::string tagList(const std::vector<std::string>& tags);

/// The labels of a run file. Throws `Error` for what is no run.
RunLabels runLabels(const std::filesystem::path& path);

/// Puts new labels in the place of the old ones. All is done on a copy, which takes the file's name when it is whole
/// and on the disk: whatever happens, the run is there. Throws `Error`; the file is then as it was. A run that a
/// training still writes is refused.
void setRunLabels(const std::filesystem::path& path, const RunLabels& labels, const Job& job = {});

}  // namespace sinkscope
