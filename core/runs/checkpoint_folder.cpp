#include "core/runs/checkpoint_folder.h"

#include "core/error.h"
#include "core/model/safetensors.h"
#include "core/model/safetensors_writer.h"
#include "core/model/sha256.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <set>
#include <string_view>

namespace sinkscope {
namespace {

constexpr const char* kStep = "step";
constexpr const char* kValidationLoss = "validation_loss";
constexpr const char* kHash = "sha256";  ///< of all the rest
constexpr std::size_t kLast = 2;

std::string fileName(std::int64_t step) {
  char name[64];
  std::snprintf(name, sizeof name, "step-%06lld.safetensors", static_cast<long long>(step));
  return name;
}

bool isHalfWritten(const std::string& name) {
  return name.starts_with(".step-") && name.ends_with(".part");
}

std::string hashOf(const std::map<std::string, at::Tensor>& tensors,
                   const std::map<std::string, std::string>& metadata) {
  Sha256 hash;
  const auto addText = [&](const std::string& text) { hash.add(text.c_str(), text.size() + 1); };
  for (const auto& [name, text] : metadata) {
    addText(name);
    addText(text);
  }
  for (const auto& [name, tensor] : tensors) {
    addText(name);
    hash.add(tensor.sizes().data(), tensor.sizes().size() * sizeof(std::int64_t));
    const at::Tensor values = tensor.to(at::kCPU).contiguous();
    hash.add(values.const_data_ptr(), values.nbytes());
  }
  return hash.hexadecimal();
}

/// A number as text and back, all of it; nothing where the text is none.
std::string textOf(double value) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}
template <typename T>
std::optional<T> numberIn(const std::map<std::string, std::string>& metadata, const char* name) {
  const auto found = metadata.find(name);
  if (found == metadata.end()) return std::nullopt;
  const std::string& text = found->second;
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Nothing when it is no checkpoint.
std::optional<CheckpointFolder::Entry> entryOf(const std::filesystem::path& path, const SafetensorsFile& file) {
  const auto step = numberIn<std::int64_t>(file.metadata(), kStep);
  if (!step || path.filename() != fileName(*step)) return std::nullopt;
  return CheckpointFolder::Entry{*step, numberIn<double>(file.metadata(), kValidationLoss).value_or(std::nan("")),
                                 path};
}

std::vector<std::filesystem::path> filesIn(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
    files.push_back(entry->path());
  return files;
}

void discard(const std::filesystem::path& path) {
  std::error_code ignored;  // one too many is no reason to end a training
  std::filesystem::remove(path, ignored);
}

std::set<std::int64_t> worthKeeping(const std::vector<CheckpointFolder::Entry>& entries, std::int64_t newest) {
  std::set<std::int64_t> steps;
  const CheckpointFolder::Entry* best = nullptr;
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
    if (entry->step > newest) continue;
    if (steps.size() < kLast) steps.insert(entry->step);
    const bool measured = std::isfinite(entry->validationLoss);
    if (measured && (best == nullptr || entry->validationLoss < best->validationLoss)) best = &*entry;
  }
  if (best != nullptr) steps.insert(best->step);
  return steps;
}

}  // namespace

CheckpointFolder::CheckpointFolder(const std::filesystem::path& run) : folder_(run) {
  folder_ += ".checkpoints";
}

void CheckpointFolder::keep(const Checkpoint& checkpoint) const {
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  if (error) throw Error(folder_.string() + ": cannot make the folder of the checkpoints: " + error.message() + ".");
  for (const std::filesystem::path& path : filesIn(folder_)) {
    if (isHalfWritten(path.filename().string())) discard(path);  // by a program that was killed then
  }
  std::map<std::string, std::string> metadata = checkpoint.metadata;
  metadata[kStep] = std::to_string(checkpoint.step);
  metadata[kValidationLoss] = textOf(checkpoint.validationLoss);
  metadata.erase(kHash);
  metadata[kHash] = hashOf(checkpoint.tensors, metadata);
  writeSafetensors(folder_ / fileName(checkpoint.step), checkpoint.tensors, metadata);
  const std::vector<Entry> entries = list();
  const std::set<std::int64_t> kept = worthKeeping(entries, checkpoint.step);
  for (const Entry& entry : entries) {
    if (!kept.contains(entry.step)) discard(entry.path);
  }
}

std::vector<CheckpointFolder::Entry> CheckpointFolder::list() const {
  std::vector<Entry> entries;
  for (const std::filesystem::path& path : filesIn(folder_)) {
    if (path.extension() != ".safetensors") continue;
    try {
      if (auto entry = entryOf(path, SafetensorsFile(path))) entries.push_back(std::move(*entry));
    } catch (const Error&) {  // damaged: not one to go on from
    }
  }
  std::ranges::sort(entries, {}, &Entry::step);
  return entries;
}

Checkpoint CheckpointFolder::read(const Entry& entry) const {
  const SafetensorsFile file(entry.path);
  Checkpoint checkpoint{entry.step, entry.validationLoss, {}, file.metadata()};
  for (const auto& [name, info] : file.tensors()) checkpoint.tensors[name] = file.readStored(name);
  const auto hash = checkpoint.metadata.extract(kHash);
  if (hash.empty() || hash.mapped() != hashOf(checkpoint.tensors, checkpoint.metadata))
    throw Error(entry.path.string() + ": is damaged: it does not hold what was written.");
  for (const char* own : {kStep, kValidationLoss}) checkpoint.metadata.erase(own);
  return checkpoint;
}

std::optional<Checkpoint> CheckpointFolder::last() const {
  const std::vector<Entry> entries = list();
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
    try {
      return read(*entry);
    } catch (const Error&) {  // the one before it will do
    }
  }
  return std::nullopt;
}

}  // namespace sinkscope
