#pragma once

// Private to core/runs: how a run keeps its summary and the labels that a person gave it.

#include "core/runs/fields.h"
#include "core/runs/run_labels.h"
#include "core/runs/run_summary.h"

#include <array>

namespace sinkscope::runs {

inline constexpr const char *kSummaryGroup = "summary", *kLabelGroup = "labels";

template <typename Fields, typename Summary>
void describeSummary(Fields& fields, Summary& summary) {
  fields.value("model", summary.model);
  fields.value("prompts", summary.prompts);
  fields.bytes("text", summary.text);
  fields.value("bos", summary.bos);
  fields.value("tokens", summary.tokens);
  fields.value("sink_rate", summary.sinkRate);
  fields.value("loss", summary.loss);
  std::uint64_t rows = summary.picture.extent(0);
  fields.value("picture_rows", rows);
  if (rows == 0) return;
  fields.ownAxis("row", rows);
  fields.ownAxis("column", summary.picture.extent(1));
  fields.array("picture", std::array{"row", "column"}, summary.picture);
}

template <typename Fields, typename Labels>
void describeLabels(Fields& fields, Labels& labels) {
  fields.value("name", labels.name);
  as<std::string>(fields, "tags", labels.tags, tagList, tagsOf);
  fields.value("note", labels.note);
}

inline void writeSummary(const hdf5::GroupWriter& root, const RunSummary& summary) {
  const hdf5::GroupWriter group = root.group(kSummaryGroup);
  group.attribute("epsilon", RunSummary::kEpsilon);
  FieldWriter fields(group);
  describeSummary(fields, summary);
}

/// Nothing where there are none.
inline void writeLabels(const hdf5::GroupWriter& root, const RunLabels& labels) {
  if (labels == RunLabels()) return;
  const hdf5::GroupWriter group = root.group(kLabelGroup);
  FieldWriter fields(group);
  describeLabels(fields, labels);
}

inline RunLabels readLabels(const hdf5::GroupReader& root) {
  RunLabels labels;
  if (!root.has(kLabelGroup)) return labels;
  const hdf5::GroupReader group = root.group(kLabelGroup);
  FieldReader fields(group);
  describeLabels(fields, labels);
  return labels;
}

}  // namespace sinkscope::runs
