#include "core/train/corpus.h"

#include "core/data_folder.h"
#include "core/error.h"
#include "core/model/input_file.h"
#include "core/shared_folder.h"
#include "core/text/utf8.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace sinkscope {
namespace {

constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";

bool isText(const std::filesystem::path& path) {
  const std::string extension = path.extension().string(), name = path.filename().string();
  const bool isLicence = name.starts_with("LICENCE") || name.starts_with("LICENSE");
  return (extension == ".txt" || extension == ".md" || extension == ".jsonl") && !isLicence && !name.starts_with(".");
}

std::vector<std::filesystem::path> textsIn(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> found;
  try {
    for (std::filesystem::recursive_directory_iterator at(folder), end; at != end; ++at) {
      if (at->is_directory() && at->path().filename().string().starts_with(".")) at.disable_recursion_pending();
      if (at->is_regular_file() && isText(at->path())) found.push_back(at->path());
    }
  } catch (const std::filesystem::filesystem_error& error) {
    throw Error(folder.string() + " can't be read as a folder of texts: " + error.code().message() + ".");
  }
  if (found.empty()) throw Error(folder.string() + " holds no text: expected .txt, .md or .jsonl files in it.");
  std::sort(found.begin(), found.end());
  return found;
}

/// `place` names the file, and the line in it.
void requireUtf8(std::string_view text, const std::string& place) {
  const Utf8Run run = utf8RunAt(text, 0);
  if (run.valid && run.end == text.size()) return;
  throw Error(place + ", byte " + std::to_string(run.valid ? run.end : 0) + ": expected UTF-8 text, and this is none.");
}

CorpusDocument documentOf(const std::string& line, const std::string& place) {
  const nlohmann::json value = nlohmann::json::parse(line, nullptr, false);
  if (value.is_discarded()) throw Error(place + ": expected one JSON object, and this is not valid JSON.");
  const auto field = [&](const char* name) -> const std::string* {
    const auto found = value.is_object() ? value.find(name) : value.end();
    return found != value.end() && found->is_string() ? &found->get_ref<const std::string&>() : nullptr;
  };
  const std::string* text = field("text");
  const std::string* title = field("title");
  if (text == nullptr) throw Error(place + ": expected a JSON object with a string field \"text\".");
  return {title != nullptr ? *title : std::string(), *text};
}

}  // namespace

const std::vector<std::string>& corpusNames() {
  static const std::vector<std::string> names{"shakespeare", "kjv", "manuals", "all"};
  return names;
}

std::filesystem::path resolveCorpus(const std::string& name) {
  const std::vector<std::string>& names = corpusNames();
  if (std::find(names.begin(), names.end(), name) == names.end()) return name;
  const std::filesystem::path folder = dataFolder() / "corpora" / name;
  if (std::filesystem::is_directory(folder)) return folder;
  throw Error("The corpus " + name + " is not in " + folder.parent_path().string() + "; " +
              fetchScript("fetch-corpus.sh").string() + " " + name + " fetches it.");
}

CorpusReader::CorpusReader(const std::vector<std::filesystem::path>& sources) {
  if (sources.empty()) throw Error("No text was given: expected a text file, a .jsonl file or a folder of such files.");
  for (const std::filesystem::path& source : sources) {
    if (!std::filesystem::exists(source))
      throw Error(source.string() + " does not exist; expected a text, a folder of texts or a corpus's name.");
    if (!std::filesystem::is_directory(source)) {
      add(source);
    } else {
      for (const std::filesystem::path& file : textsIn(source)) add(file);
    }
  }
}

void CorpusReader::add(const std::filesystem::path& file) {
  bytes_ += InputFile(file).size();
  files_.push_back(file);
}

double CorpusReader::fraction() const {
  return bytes_ == 0 ? 1.0 : std::min(1.0, static_cast<double>(readBytes_) / static_cast<double>(bytes_));
}

std::optional<CorpusDocument> CorpusReader::next() {
  while (file_ < files_.size()) {
    const std::filesystem::path& path = files_[file_];
    if (path.extension() == ".jsonl") {
      if (auto document = nextLine(path)) return document;
      continue;
    }
    ++file_;
    const InputFile file(path);
    std::string text(file.size(), '\0');
    file.read(0, text.data(), text.size());
    readBytes_ += text.size();
    requireUtf8(text, path.string());
    if (text.starts_with(byteOrderMark)) text.erase(0, byteOrderMark.size());
    if (!text.empty()) return CorpusDocument{path.stem().string(), std::move(text)};
  }
  return std::nullopt;
}

std::optional<CorpusDocument> CorpusReader::nextLine(const std::filesystem::path& path) {
  if (!lines_.is_open()) {
    lines_.open(path, std::ios::binary);
    line_ = 0;
    if (!lines_) throw Error(path.string() + " can't be opened.");
  }
  for (std::string line; std::getline(lines_, line);) {
    readBytes_ += line.size() + 1;
    ++line_;
    const std::string place = path.string() + ", line " + std::to_string(line_);
    requireUtf8(line, place);
    if (line_ == 1 && line.starts_with(byteOrderMark)) line.erase(0, byteOrderMark.size());
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    CorpusDocument document = documentOf(line, place);
    if (!document.text.empty()) return document;
  }
  if (lines_.bad()) throw Error(path.string() + " can't be read to its end.");
  lines_.close();
  lines_.clear();
  ++file_;
  return std::nullopt;
}

}  // namespace sinkscope
