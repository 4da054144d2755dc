#include "core/runs/parts.h"

#include "core/error.h"
#include "core/new_file.h"
#include "core/runs/config_json.h"
#include "core/runs/file_driver.h"
#include "core/runs/run_file.h"
#include "core/runs/schema.h"
#include "core/runs/summary_fields.h"

#include <cstring>
#include <limits>

namespace sinkscope::runs {
namespace {

using hdf5::GroupReader;
using hdf5::GroupWriter;

constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kAny = std::numeric_limits<std::int64_t>::min();

/// What a person wrote on the file that is about to be replaced: a run that is saved again keeps it.
RunLabels labelsBefore(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return {};
  try {
    return runLabels(path);
  } catch (const Error&) {  // it is no run, or a damaged one
    return {};
  }
}

}  // namespace

void writeModel(const GroupWriter& parent, const ModelIdentity& model) {
  const ModelConfig& config = model.config;
  const GroupWriter group = parent.group("model");
  group.attribute("name", model.name);
  group.attribute("weight_type", model.weightType);
  group.attribute("licence", model.licence);
  group.attribute("parameter_count", model.parameterCount);
  group.attribute("config", toJson(config));
  group.attribute("family", config.family);
  group.attribute("layers", config.layers);
  group.attribute("heads", config.heads);
  group.attribute("key_heads", config.keyHeads);
  group.attribute("width", config.width);
  group.attribute("head_width", config.headWidth);
  group.attribute("vocabulary", config.vocabulary);
  group.attribute("context_length", config.contextLength);
  group.attribute("files", std::uint64_t{model.files.size()});
  const GroupWriter files = group.group("files");
  for (std::size_t i = 0; i < model.files.size(); ++i) {
    const GroupWriter file = files.group(std::to_string(i));
    file.attribute("name", model.files[i].name);
    file.attribute("bytes", model.files[i].bytes);
    file.attribute("sha256", model.files[i].sha256);
  }
}

ModelIdentity readModel(const GroupReader& parent) {
  const GroupReader group = parent.group("model");
  ModelIdentity model;
  model.name = group.text("name");
  model.weightType = group.text("weight_type");
  model.licence = group.text("licence");
  model.parameterCount = group.integer("parameter_count", kAny, kNoLimit);
  model.config = configFromJson(group.text("config"), parent.file() + ": " + group.field("config"));
  const auto agree = [&](const char* name, std::int64_t value) {
    if (const std::int64_t found = group.integer(name, 1, kMostHeads); found != value) {
      group.fail(name, "is " + std::to_string(found) + ", expected " + std::to_string(value) + " as in the config");
    }
  };
  agree("layers", model.config.layers);
  agree("heads", model.config.heads);
  agree("key_heads", model.config.keyHeads);
  const GroupReader files = group.group("files");
  const std::uint64_t count = files.links();
  if (const std::uint64_t found = group.unsignedInteger("files"); found != count) {
    group.fail("files", "is " + std::to_string(found) + ", expected " + std::to_string(count) + ", one a group");
  }
  for (std::uint64_t i = 0; i < count; ++i) {
    const GroupReader file = files.group(std::to_string(i));
    model.files.push_back({file.text("name"), file.unsignedInteger("bytes"), file.text("sha256")});
  }
  return model;
}

void writeRunFile(const std::filesystem::path& path, const Job& job,
                  const std::function<void(const GroupWriter& root, const Step& step)>& fill) {
  const std::string name = path.string();
  const RunLabels labels = labelsBefore(path);
  NewFile file(path);
  {
    const auto held = hdf5::lock();
    hdf5::WrittenFile target(file.descriptor());
    const auto checkDisk = [&] {
      if (target.error()) throw Error(name + ": cannot write the run file: " + std::strerror(target.error()) + ".");
    };
    if (target.id() < 0) throw Error(name + ": cannot create the run file: " + hdf5::lastError() + ".");
    try {
      const GroupWriter root(target.id(), name);
      fill(root, [&](const std::string& what, double fraction) {
        checkDisk();
        job.progress(what, fraction);
      });
      writeLabels(root, labels);
    } catch (const Error&) {
      checkDisk();  // then the library's complaint is a consequence
      throw;
    }
    const bool closed = target.close();
    checkDisk();
    if (!closed) throw Error(name + ": cannot write the run file: " + hdf5::lastError() + ".");
  }
  job.check();
  file.commit();
}

void writeOrigin(const GroupWriter& root, std::string_view kind, const Provenance& provenance) {
  root.attribute("schema", std::string(kRunSchemaName));
  root.attribute("schema_major", std::int64_t{kRunSchemaMajor});
  root.attribute("schema_minor", std::int64_t{kRunSchemaMinor});
  root.attribute("kind", std::string(kind));
  root.attribute("program", provenance.program);
  root.attribute("torch", provenance.torch);
  root.attribute("hdf5", hdf5::libraryVersion());
  root.attribute("created", provenance.created);
  root.attribute("seconds", provenance.seconds);
}

void writeHeader(const GroupWriter& root, std::string_view kind, const Provenance& provenance) {
  writeOrigin(root, kind, provenance);
  writeModel(root, provenance.model);
}

std::string readKind(const GroupReader& root) {
  return root.hasAttribute("kind") ? root.text("kind") : std::string(kExploreKind);
}

void checkKind(const GroupReader& root, std::string_view kind) {
  if (const std::string found = readKind(root); found != kind)
    root.fail("kind", "is \"" + found + "\", expected \"" + std::string(kind) + "\"");
}

Provenance readHeader(const GroupReader& root, std::string_view kind) {
  checkKind(root, kind);
  return {readModel(root), root.text("created"), root.text("program"), root.text("torch"), root.real("seconds")};
}

void writeTokens(const GroupWriter& group, const std::string& prefix, const std::string& axis,
                 const std::vector<Token>& tokens) {
  std::vector<std::int64_t> ids;
  std::vector<std::uint64_t> begins, ends;
  std::vector<std::uint8_t> specials;
  std::vector<std::string> bytes;
  for (const Token& token : tokens) {
    ids.push_back(token.id);
    begins.push_back(token.begin);
    ends.push_back(token.end);
    specials.push_back(token.special ? 1 : 0);
    bytes.push_back(token.bytes);
  }
  group.array(prefix + "_id", {axis}, ids);
  group.array(prefix + "_begin", {axis}, begins);
  group.array(prefix + "_end", {axis}, ends);
  group.array(prefix + "_special", {axis}, specials);
  group.texts(prefix + "_text", axis, bytes);
  group.byteStrings(prefix, axis, bytes);
}

std::vector<Token> readTokens(const GroupReader& group, const std::string& prefix) {
  const std::uint64_t count = group.length(prefix + "_id", kMostTokens);
  const auto ids = group.array<std::int64_t>(prefix + "_id", {count});
  const auto begins = group.array<std::uint64_t>(prefix + "_begin", {count});
  const auto ends = group.array<std::uint64_t>(prefix + "_end", {count});
  const auto specials = group.array<std::uint8_t>(prefix + "_special", {count});
  const auto bytes = group.byteStrings(prefix, count);
  std::vector<Token> tokens;
  for (std::uint64_t i = 0; i < count; ++i) {
    if (specials[i] > 1) group.fail(prefix + "_special", "has " + std::to_string(specials[i]) + ", expected 0 or 1");
    tokens.push_back({ids[i], bytes[i], begins[i], ends[i], specials[i] == 1});
  }
  return tokens;
}

}  // namespace sinkscope::runs
