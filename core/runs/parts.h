#pragma once

// Private to core/runs: what runs of every kind have in common.

#include "core/analysis/prediction.h"
#include "core/analysis/provenance.h"
#include "core/job.h"
#include "core/runs/hdf5.h"
#include "core/text/token.h"

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace sinkscope::runs {

inline constexpr std::uint64_t kMostTokens = std::uint64_t{1} << 24;
inline constexpr std::int64_t kMostHeads = 1 << 16;  ///< of layers, heads and head widths likewise

/// Told what is being done and the fraction that is done.
using Step = std::function<void(const std::string&, double)>;

/// Writes a run file by `fill`, under a temporary name until it is whole. Throws `Error` naming the file.
void writeRunFile(const std::filesystem::path& path, const Job& job,
                  const std::function<void(const hdf5::GroupWriter& root, const Step& step)>& fill);

/// Schema, kind and origin alone: of a run of several models.
void writeOrigin(const hdf5::GroupWriter& root, std::string_view kind, const Provenance& provenance);
/// The group `model`.
void writeModel(const hdf5::GroupWriter& group, const ModelIdentity& model);
ModelIdentity readModel(const hdf5::GroupReader& group);
/// Schema, kind ("explore", "perturb", ...), provenance and model.
void writeHeader(const hdf5::GroupWriter& root, std::string_view kind, const Provenance& provenance);
/// Throws `Error` when the run is of another kind.
void checkKind(const hdf5::GroupReader& root, std::string_view kind);
/// The same, then what it holds.
Provenance readHeader(const hdf5::GroupReader& root, std::string_view kind);
/// A run that does not say so is of the first kind there was.
std::string readKind(const hdf5::GroupReader& root);

/// `PREFIX_id`, `PREFIX_begin`, `PREFIX_end`, `PREFIX_special`, `PREFIX_text` and bytes over the axis.
void writeTokens(const hdf5::GroupWriter& group, const std::string& prefix, const std::string& axis,
                 const std::vector<Token>& tokens);
std::vector<Token> readTokens(const hdf5::GroupReader& group, const std::string& prefix);

}  // namespace sinkscope::runs
