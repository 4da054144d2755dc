#pragma once

// Private to core/runs: what a training's run holds, written and read alike.

#include "core/runs/hdf5.h"
#include "core/runs/row_fields.h"
#include "core/runs/training_log.h"

#include <array>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace sinkscope::runs {

inline constexpr std::string_view kTrainingKind = "train";
inline constexpr std::size_t kEventKindBytes = 16;

/// How long the lists of a measurement are.
struct TrainingShape {
  std::size_t epsilons = 0, layers = 0, heads = 0;
};
inline TrainingShape shapeOf(const TrainingStart& start) {
  return {start.epsilons.size(), static_cast<std::size_t>(start.model.layers),
          static_cast<std::size_t>(start.model.heads)};
}

/// A sample or an event as a row: its text lies elsewhere.
struct TextSpan {
  std::uint64_t begin = 0, end = 0;
};
struct StoredSample {
  std::int64_t step = 0;
  TextSpan text;
};
struct StoredEvent {
  std::int64_t step = 0;
  std::string kind;
  double time = 0.0;
  TextSpan sentence;
};

template <typename Row, typename Of>
concept RowOf = std::same_as<std::remove_const_t<Row>, Of>;

template <typename Fields, typename Row>
void describeRow(Fields& fields, Row& row, const TrainingShape&) requires RowOf<Row, StepRow> {
  fields.value("step", row.step);
  fields.value("tokens", row.tokens);
  fields.value("seconds", row.seconds);
  fields.value("loss", row.loss);
  fields.value("learning_rate", row.learningRate);
  fields.value("gradient_norm", row.gradientNorm);
  fields.value("tokens_per_second", row.tokensPerSecond);
}

template <typename Fields, typename Row>
void describeRow(Fields& fields, Row& row, const TrainingShape& shape) requires RowOf<Row, MeasureRow> {
  const std::array heads{shape.layers, shape.heads};
  fields.value("step", row.step);
  fields.value("tokens", row.tokens);
  fields.value("seconds", row.seconds);
  fields.value("validation_loss", row.validationLoss);
  fields.value("validation_loss_without_bos", row.validationLossWithoutBos);
  fields.list("sink_rate", shape.epsilons, row.sinkRate);
  fields.list("sink_rate_without_bos", shape.epsilons, row.sinkRateWithoutBos);
  fields.array("alpha_0", heads, row.alpha0);
  fields.array("alpha_0_without_bos", heads, row.alpha0WithoutBos);
  fields.array("alpha_1", heads, row.alpha1);
  fields.array("value_drain", heads, row.valueDrain);
  fields.array("absorbed", heads, row.absorbed);
  fields.list("residual_norm_0", shape.layers + 1, row.residualNorm0);
  fields.list("spread", shape.layers + 1, row.spread);
}

template <typename Fields, typename Row>
void describeRow(Fields& fields, Row& row, const TrainingShape&) requires RowOf<Row, StoredSample> {
  fields.value("step", row.step);
  fields.value("begin", row.text.begin);
  fields.value("end", row.text.end);
}

template <typename Fields, typename Row>
void describeRow(Fields& fields, Row& row, const TrainingShape&) requires RowOf<Row, StoredEvent> {
  fields.value("step", row.step);
  fields.text("kind", kEventKindBytes, row.kind);
  fields.value("time", row.time);
  fields.value("begin", row.sentence.begin);
  fields.value("end", row.sentence.end);
}

/// Element type of the table of such rows.
template <typename Row>
hdf5::Handle rowType(const TrainingShape& shape) {
  RowType fields;
  const Row row;
  describeRow(fields, row, shape);
  return fields.make();
}

}  // namespace sinkscope::runs
