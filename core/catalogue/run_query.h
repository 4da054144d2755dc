#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sinkscope {

/// What the catalogue knows of each run.
enum class RunColumn {
  Name,  ///< given by a person, else the file's
  Date,  ///< when it was made
  Kind,  ///< explore, perturb, ...
  Model,
  Prompt,    ///< the first one's beginning
  Bos,       ///< with, without, both
  Tokens,    ///< T, of the longest prompt
  SinkRate,  ///< at eps 0.3
  Loss,      ///< nats a token
  Tags,
  Note,
  Seconds,  ///< that it took
  Size,     ///< of the file, bytes
  Folder,
  Problem  ///< why the file cannot be read
};

struct RunColumnInfo {
  RunColumn column;
  std::string_view key;    ///< in filters, on the command line and in JSON
  std::string_view title;  ///< for a person
  bool isNumber;
};
inline constexpr std::array<RunColumnInfo, 15> kRunColumns{{
    {RunColumn::Name, "name", "name", false},
    {RunColumn::Date, "date", "date", false},
    {RunColumn::Kind, "kind", "kind", false},
    {RunColumn::Model, "model", "model", false},
    {RunColumn::Prompt, "prompt", "prompt", false},
    {RunColumn::Bos, "bos", "<bos>", false},
    {RunColumn::Tokens, "tokens", "T", true},
    {RunColumn::SinkRate, "sink_rate", "sink rate", true},
    {RunColumn::Loss, "loss", "loss", true},
    {RunColumn::Tags, "tags", "tags", false},
    {RunColumn::Note, "note", "note", false},
    {RunColumn::Seconds, "seconds", "seconds", true},
    {RunColumn::Size, "size", "size", true},
    {RunColumn::Folder, "folder", "folder", false},
    {RunColumn::Problem, "problem", "problem", false},
}};
inline const RunColumnInfo& infoOf(RunColumn column) {
  return kRunColumns[static_cast<std::size_t>(column)];
}
/// The column of that key; throws `Error` listing the keys.
RunColumn runColumnNamed(std::string_view key);

/// A condition that runs must meet. A run in which the column is empty or not a number meets only `NotEqual`.
struct RunFilter {
  enum class Test { Equal, NotEqual, Less, AtMost, Greater, AtLeast, Contains };
  RunColumn column = RunColumn::Name;
  Test test = Test::Equal;
  std::string value;  ///< texts are compared without regard to case; of `Tags`, `Equal` is one of them

  bool operator==(const RunFilter&) const = default;
};

/// Which runs, in which order.
struct RunQuery {
  std::vector<std::string> words;  ///< each must begin a word of the prompts, note, name, tags, model or path
  std::vector<RunFilter> filters;  ///< all must be met
  RunColumn sort = RunColumn::Date;
  bool descending = true;  ///< runs in which the column is empty come last in either order

  bool operator==(const RunQuery&) const = default;
};

/// Adds what a person typed to a query: words, and filters such as `kind=explore`, `sink_rate>=0.3`, `model~gemma`,
/// `tags="first try"`, `bos!=both`. What stands in quotes is one word or value. Throws `Error` naming the part that is
/// neither.
void addTyped(RunQuery& query, const std::string& typed);

/// `kind=explore`, so that `addTyped` gives the filter again.
std::string typedFilter(const RunFilter& filter);

}  // namespace sinkscope
