#include "core/catalogue/catalogue.h"

#include "core/byte_text.h"
#include "core/catalogue/run_index.h"
#include "core/error.h"
#include "core/new_file.h"
#include "core/runs/file_copy.h"
#include "core/runs/run_preview.h"
#include "core/runs/run_tree.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace sinkscope {
namespace {

constexpr std::size_t kTogether = 64;  ///< runs that come into the index at once

bool isRunName(const std::filesystem::path& path) {
  const std::filesystem::path suffix = path.extension();
  return (suffix == ".h5" || suffix == ".hdf5") && !path.filename().string().starts_with('.');
}

/// Run files below a folder; links to folders are not followed. What cannot be looked into holds none.
std::map<std::string, FileStamp> filesBelow(const std::filesystem::path& folder, const Job& job) {
  std::map<std::string, FileStamp> files;
  std::error_code error;
  auto at = std::filesystem::recursive_directory_iterator(
      folder, std::filesystem::directory_options::skip_permission_denied, error);
  const std::filesystem::recursive_directory_iterator end;
  for (; !error && at != end; at.increment(error)) {
    job.check();
    if (at->is_directory(error) && at->path().filename().string().starts_with('.')) at.disable_recursion_pending();
    if (!isRunName(at->path())) continue;
    if (const auto stamp = stampOf(at->path())) files[at->path().string()] = *stamp;
  }
  return files;
}

/// Absolute, each once and none that lies below another.
std::vector<std::filesystem::path> apart(const std::vector<std::filesystem::path>& folders) {
  std::vector<std::filesystem::path> kept;
  const auto isBelow = [](const std::filesystem::path& inner, const std::filesystem::path& outer) {
    return std::ranges::mismatch(outer, inner).in1 == outer.end();
  };
  for (const std::filesystem::path& folder : folders) {
    std::filesystem::path whole = std::filesystem::absolute(folder).lexically_normal();
    if (!whole.has_filename()) whole = whole.parent_path();
    if (std::ranges::any_of(kept, [&](const auto& other) { return isBelow(whole, other); })) continue;
    std::erase_if(kept, [&](const auto& other) { return isBelow(other, whole); });
    kept.push_back(whole);
  }
  return kept;
}

}  // namespace

std::string RunRow::name() const {
  return runName(path, card.labels);
}

std::string RunRow::folder() const {
  return isSample(path) ? "Samples" : path.parent_path().string();
}

std::string textOf(const RunRow& row, RunColumn column) {
  switch (column) {
    case RunColumn::Name:
      return row.name();
    case RunColumn::Date:
      return row.card.created;
    case RunColumn::Kind:
      return row.card.kind;
    case RunColumn::Model:
      return row.card.summary.model;
    case RunColumn::Prompt:
      return row.card.summary.text;
    case RunColumn::Bos:
      return row.card.summary.bos;
    case RunColumn::Tags:
      return tagList(row.card.labels.tags);
    case RunColumn::Note:
      return row.card.labels.note;
    case RunColumn::Size:
      return bytesText(row.size);
    case RunColumn::Folder:
      return row.folder();
    case RunColumn::Problem:
      return row.problem;
    default:
      break;
  }
  const double value = numberOf(row, column);
  if (std::isnan(value)) return {};
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}

double numberOf(const RunRow& row, RunColumn column) {
  switch (column) {
    case RunColumn::Tokens:
      if (row.card.summary.tokens == 0) break;
      return static_cast<double>(row.card.summary.tokens);
    case RunColumn::SinkRate:
      return row.card.summary.sinkRate;
    case RunColumn::Loss:
      return row.card.summary.loss;
    case RunColumn::Seconds:
      return row.card.seconds;
    case RunColumn::Size:
      return static_cast<double>(row.size);
    default:
      break;
  }
  return std::numeric_limits<double>::quiet_NaN();
}

Catalogue::Catalogue(std::vector<std::filesystem::path> folders, const std::filesystem::path& index,
                     std::filesystem::path executable)
    : folders_(apart(folders)), reader_(executable), index_(std::make_unique<RunIndex>(index)) {}

Catalogue::~Catalogue() = default;

std::vector<std::string> Catalogue::roots() const {
  std::vector<std::string> roots;
  for (const std::filesystem::path& folder : folders_) roots.push_back(folder.string());
  return roots;
}

Catalogue::Scan Catalogue::scan(const Job& job) {
  Scan scan;
  std::vector<std::pair<std::string, FileStamp>> waiting;
  std::vector<std::string> gone;
  for (const std::filesystem::path& folder : folders_) {
    const auto there = filesBelow(folder, job), known = index_->files(folder.string());
    scan.files += there.size();
    for (const auto& [path, stamp] : there)
      if (const auto found = known.find(path); found == known.end() || found->second != stamp)
        waiting.emplace_back(path, stamp);
    for (const auto& [path, stamp] : known)
      if (!there.contains(path)) gone.push_back(path);
  }
  if (!gone.empty()) {
    sqlite::Transaction whole(index_->database());
    for (const std::string& path : gone) index_->remove(path);
    whole.commit();
    scan.removed = gone.size();
  }
  // Files are read first and written together, so that nobody waits for the index while a file is read.
  for (std::size_t begin = 0; begin < waiting.size(); begin += kTogether) {
    const std::size_t end = std::min(begin + kTogether, waiting.size());
    std::vector<CardReader::Answer> answers;
    for (std::size_t i = begin; i < end; ++i) {
      job.progress("reading run " + std::to_string(i + 1) + " of " + std::to_string(waiting.size()),
                   static_cast<double>(i) / static_cast<double>(waiting.size()));
      answers.push_back(reader_.read(waiting[i].first, CardReader::Depth::Card, job.quiet()));
    }
    sqlite::Transaction whole(index_->database());
    for (std::size_t i = begin; i < end; ++i)
      index_->put(waiting[i].first, waiting[i].second, answers[i - begin].card, answers[i - begin].problem);
    whole.commit();
    scan.read += end - begin;
  }
  return scan;
}

std::vector<RunRow> Catalogue::runs(const RunQuery& query) const {
  return index_->runs(roots(), query);
}

std::size_t Catalogue::count() const {
  return index_->count(roots());
}

void Catalogue::check(const std::filesystem::path& file, const Job& job) {
  const CardReader::Answer answer = reader_.read(file, CardReader::Depth::Whole, job);
  if (!answer.card) throw Error(answer.problem);
}

std::vector<RunNode> Catalogue::tree(const std::filesystem::path& file, const Job& job) {
  return reader_.tree(file, job);
}

RunPreview Catalogue::preview(const std::filesystem::path& file, const RunPreviewQuery& query, const Job& job) {
  return reader_.preview(file, query, job);
}

std::filesystem::path Catalogue::add(const std::filesystem::path& file, const Job& job) {
  check(file, job);
  const std::filesystem::path& folder = folders_.front();
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  std::filesystem::path path = folder / file.filename();
  for (int i = 2; std::filesystem::exists(path, error); ++i) {
    path = folder / file.stem();
    path += "-";
    path += std::to_string(i);
    path += file.extension();
  }
  NewFile copy(path);
  copyInto(copy, file, job);
  copy.commit();
  return path;
}

RunCard Catalogue::card(const std::filesystem::path& path) const {
  return index_->card(path.string()).value_or(RunCard());
}

std::vector<std::pair<std::string, std::int64_t>> Catalogue::values(RunColumn column) const {
  return index_->values(roots(), column);
}

void Catalogue::label(const std::filesystem::path& path, const RunLabels& labels, const Job& job) {
  if (isSample(path)) throw Error(path.string() + ": is a sample, which stays as it is; a copy can be written on.");
  setRunLabels(path, labels, job);
  const auto stamp = stampOf(path);
  std::optional<RunCard> card = index_->card(path.string());
  if (!stamp || !card) return;  // the next scan reads it
  card->labels = labels;
  sqlite::Transaction whole(index_->database());
  index_->put(path.string(), *stamp, card, {});
  whole.commit();
}

}  // namespace sinkscope
