#include "core/model/file_hash.h"

#include "core/data_folder.h"
#include "core/model/input_file.h"
#include "core/model/sha256.h"

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <mutex>
#include <optional>
#include <vector>

namespace sinkscope {
namespace {

constexpr std::size_t mostEntries = 256;

/// The cache is a text file, a line per hashed file: hash, size, time of change, path.
std::filesystem::path cachePath() {
  const std::filesystem::path folder = cacheFolder();
  return folder.empty() ? folder : folder / "sha256";
}

/// Everything of a line but its hash; empty for a path that would not fit on a line.
std::string lineKey(const InputFile& file) {
  std::error_code ignored;
  const std::string path = std::filesystem::absolute(file.path(), ignored).string();
  const auto changed = std::filesystem::last_write_time(file.path(), ignored).time_since_epoch().count();
  if (path.find('\n') != std::string::npos) return {};
  std::string key(" ");
  key += std::to_string(file.size()) + " " + std::to_string(changed) + " " + path;
  return key;
}

std::deque<std::string> readCache() {
  std::deque<std::string> lines;
  std::ifstream in(cachePath());
  for (std::string line; std::getline(in, line) && lines.size() < mostEntries;) lines.push_back(line);
  return lines;
}

std::optional<std::string> cached(const std::string& key) {
  for (const std::string& line : readCache()) {
    if (line.size() == 64 + key.size() && line.compare(64, key.size(), key) == 0) return line.substr(0, 64);
  }
  return std::nullopt;
}

/// Newest first. A cache that can't be written is no error: the file is hashed again next time.
void remember(const std::string& line) {
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  const std::filesystem::path path = cachePath();
  if (path.empty()) return;
  std::deque<std::string> lines = readCache();
  lines.push_front(line);
  if (lines.size() > mostEntries) lines.pop_back();
  std::error_code ignored;
  std::filesystem::create_directories(path.parent_path(), ignored);
  const std::filesystem::path temporary = path.string() + "." + std::to_string(::getpid());
  std::ofstream out(temporary, std::ios::trunc);
  for (const std::string& entry : lines) out << entry << '\n';
  out.close();
  if (out) std::filesystem::rename(temporary, path, ignored);
  std::filesystem::remove(temporary, ignored);
}

std::string compute(const InputFile& file, const Job& job) {
  Sha256 hash;
  std::vector<unsigned char> buffer(1 << 20);
  for (std::uint64_t at = 0; at < file.size();) {
    const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), file.size() - at));
    file.read(at, buffer.data(), part);
    hash.add(buffer.data(), part);
    at += part;
    job.progress("checksum of " + file.name(), static_cast<double>(at) / static_cast<double>(file.size()));
  }
  return hash.hexadecimal();
}

}  // namespace

std::string sha256Of(const std::filesystem::path& path, const Job& job) {
  const InputFile file(path);
  const std::string key = lineKey(file);
  if (!key.empty()) {
    if (const auto known = cached(key)) return *known;
  }
  const std::string hash = compute(file, job);
  if (!key.empty()) remember(hash + key);
  return hash;
}

}  // namespace sinkscope
