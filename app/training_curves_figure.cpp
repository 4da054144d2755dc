#include "app/training_curves_figure.h"

#include "app/smoothing.h"
#include "app/training_words.h"
#include "core/analysis/sink_metric.h"

#include <QObject>
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace sinkscope {
namespace {

constexpr double kSide = 0.02;  // of the x axis beside the curves
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

struct CurveTexts {
  const char* name;
  const char* title;
  bool share;  // 0 ... 1
};

CurveTexts textsOf(TrainingCurve curve) {
  switch (curve) {
    case TrainingCurve::Loss:
      return {"loss", QT_TR_NOOP("loss (nats)"), false};
    case TrainingCurve::SinkRate:
      return {"sink-rate", QT_TR_NOOP("sink rate"), true};
    case TrainingCurve::MeanShare:
      return {"mean-share", QT_TR_NOOP("mean α₀"), true};
    case TrainingCurve::LearningRate:
      return {"learning-rate", QT_TR_NOOP("learning rate"), false};
    case TrainingCurve::GradientNorm:
      return {"gradient-norm", QT_TR_NOOP("gradient norm"), false};
    case TrainingCurve::Speed:
      return {"speed", QT_TR_NOOP("tokens a second"), false};
    case TrainingCurve::ResidualNorm:
      return {"residual-norm", QT_TR_NOOP("‖residual₀‖ / median"), false};
    case TrainingCurve::Absorbed:
      return {"absorbed", QT_TR_NOOP("mean 1 − ΣA"), true};
  }
  return {"", "", false};
}

QString axisTitle(TrainingAxis axis) {
  switch (axis) {
    case TrainingAxis::Step:
      return QObject::tr("step");
    case TrainingAxis::Tokens:
      return QObject::tr("tokens");
    case TrainingAxis::Seconds:
      return QObject::tr("seconds of training");
  }
  return {};
}

template <typename Row>
double place(const Row& row, TrainingAxis axis) {
  switch (axis) {
    case TrainingAxis::Step:
      return static_cast<double>(row.step);
    case TrainingAxis::Tokens:
      return static_cast<double>(row.tokens);
    case TrainingAxis::Seconds:
      return row.seconds;
  }
  return kNone;
}

/// The lines of one run; those without a number are left out.
class Lines {
 public:
  Lines(const TrainingLog& log, const TrainingLook& look, std::vector<Curve>& curves)
      : log_(log), look_(look), curves_(curves) {}

  template <typename Row, typename Value>
  void add(const QString& name, ColourRole role, const std::vector<Row>& rows, Value value, bool smooth = false) {
    Curve curve;
    curve.name = name;
    curve.role = role;
    for (const Row& row : rows) {
      curve.x.push_back(place(row, look_.axis));
      curve.y.push_back(value(row));
    }
    if (std::ranges::none_of(curve.y, [](double y) { return std::isfinite(y); })) return;
    if (smooth && look_.smoothing > 0) {
      Curve raw = curve;
      raw.name = QObject::tr("%1, not smoothed").arg(name);
      raw.role = ColourRole::Faint;
      curves_.push_back(std::move(raw));
      curve.y = smoothed(curve.y, look_.smoothing);
    }
    curves_.push_back(std::move(curve));
  }

  void addRate(const QString& name, ColourRole role, std::size_t threshold, bool bos) {
    add(name, role, log_.measures, [threshold, bos](const MeasureRow& row) {
      const std::vector<double>& rates = bos ? row.sinkRate : row.sinkRateWithoutBos;
      return threshold < rates.size() ? rates[threshold] : kNone;
    });
  }

 private:
  const TrainingLog& log_;
  const TrainingLook& look_;
  std::vector<Curve>& curves_;
};

double stepValue(const StepRow& row, TrainingCurve curve) {
  switch (curve) {
    case TrainingCurve::LearningRate:
      return row.learningRate;
    case TrainingCurve::GradientNorm:
      return row.gradientNorm;
    case TrainingCurve::Speed:
      return row.tokensPerSecond;
    default:
      return row.loss;
  }
}

double measuredValue(const MeasureRow& row, TrainingCurve curve) {
  if (curve == TrainingCurve::MeanShare) return mean(row.alpha0.values());
  if (curve == TrainingCurve::Absorbed) return mean(row.absorbed.values());
  return row.residualNorm0.empty() ? kNone : std::ranges::max(row.residualNorm0);
}

bool isOfSteps(TrainingCurve curve) {
  return curve == TrainingCurve::LearningRate || curve == TrainingCurve::GradientNorm || curve == TrainingCurve::Speed;
}

void addAll(const TrainingLog& log, TrainingCurve curve, const TrainingLook& look, std::vector<Curve>& curves) {
  Lines lines(log, look, curves);
  const QString without = QObject::tr("%1, no <bos>");
  if (curve == TrainingCurve::Loss) {
    const QString held = QObject::tr("held out");
    lines.add(
        QObject::tr("training"), ColourRole::First, log.steps, [](const StepRow& row) { return row.loss; }, true);
    lines.add(without.arg(held), ColourRole::Third, log.measures,
              [](const MeasureRow& row) { return row.validationLossWithoutBos; });
    lines.add(QObject::tr("%1, <bos>").arg(held), ColourRole::Sink, log.measures,
              [](const MeasureRow& row) { return row.validationLoss; });
  } else if (curve == TrainingCurve::SinkRate) {
    const std::size_t nearest = nearestThreshold(log, look.epsilon);
    const auto name = [&](std::size_t i) { return QObject::tr("ε %1").arg(log.start.epsilons[i]); };
    std::size_t others = 0;
    for (std::size_t i = 0; i < log.start.epsilons.size(); ++i) {
      const ColourRole role = i == nearest ? ColourRole::Sink : curveRole(others++);
      lines.addRate(name(i), role, i, true);
      if (i == nearest) lines.addRate(without.arg(name(i)), ColourRole::Strong, i, false);
    }
  } else if (curve == TrainingCurve::MeanShare) {
    lines.add(QObject::tr("no <bos>"), ColourRole::Third, log.measures,
              [](const MeasureRow& row) { return mean(row.alpha0WithoutBos.values()); });
    lines.add(QObject::tr("<bos>"), ColourRole::Sink, log.measures,
              [](const MeasureRow& row) { return mean(row.alpha0.values()); });
  } else if (isOfSteps(curve)) {
    lines.add(
        QObject::tr("training"), ColourRole::First, log.steps,
        [curve](const StepRow& row) { return stepValue(row, curve); }, curve != TrainingCurve::LearningRate);
  } else {
    lines.add(QObject::tr("<bos>"), ColourRole::Sink, log.measures,
              [curve](const MeasureRow& row) { return measuredValue(row, curve); });
  }
}

/// The one line of a run that says most, beside those of others.
void addOne(const NamedTraining& run, ColourRole role, TrainingCurve curve, const TrainingLook& look,
            std::vector<Curve>& curves) {
  const TrainingLog& log = *run.log;
  Lines lines(log, look, curves);
  if (curve == TrainingCurve::Loss) {
    lines.add(run.name, role, log.measures, [](const MeasureRow& row) {
      return std::isfinite(row.validationLoss) ? row.validationLoss : row.validationLossWithoutBos;
    });
  } else if (curve == TrainingCurve::SinkRate) {
    lines.addRate(run.name, role, nearestThreshold(log, look.epsilon), true);
  } else if (isOfSteps(curve)) {
    lines.add(
        run.name, role, log.steps, [curve](const StepRow& row) { return stepValue(row, curve); },
        curve != TrainingCurve::LearningRate);
  } else {
    lines.add(run.name, role, log.measures, [curve](const MeasureRow& row) { return measuredValue(row, curve); });
  }
}

/// From 0 (on a logarithmic axis the first step) to the last row, so that plots below each other have the same axis.
PlotAxis commonAxis(const std::vector<NamedTraining>& runs, const TrainingLook& look) {
  PlotAxis axis{.title = axisTitle(look.axis), .logarithmic = look.logarithmicX};
  double first = std::numeric_limits<double>::infinity();
  const auto take = [&](const auto& rows) {
    if (rows.empty()) return;
    axis.maximum = std::max(axis.maximum, place(rows.back(), look.axis));
    for (const auto& row : rows) {
      if (place(row, look.axis) > 0.0) return void(first = std::min(first, place(row, look.axis)));
    }
  };
  for (const NamedTraining& run : runs) {
    take(run.log->steps);
    take(run.log->measures);
  }
  axis.minimum = look.logarithmicX ? first : -kSide * axis.maximum;
  axis.maximum *= 1.0 + kSide;
  return axis;
}

/// Shares from 0 to the least of some round numbers that holds them all: two plots side by side compare by eye.
PlotAxis shareAxis(const QString& title, const std::vector<Curve>& curves, const std::vector<Level>& levels) {
  double most = 0.0;
  for (const Curve& curve : curves)
    for (const double y : curve.y) most = std::isfinite(y) ? std::max(most, y) : most;
  for (const Level& level : levels) most = std::max(most, level.value);
  double end = 1.0;
  for (const double round : {0.5, 0.2, 0.1, 0.05})
    if (most <= round) end = round;
  return {.title = title, .minimum = 0.0, .maximum = 1.04 * end};
}

}  // namespace

QString trainingCurveTitle(TrainingCurve curve) {
  return QObject::tr(textsOf(curve).title);
}

QString trainingCurveName(TrainingCurve curve) {
  return QString::fromLatin1(textsOf(curve).name);
}

CurveFigure trainingCurves(const std::vector<NamedTraining>& runs, TrainingCurve curve, const TrainingLook& look) {
  CurveFigure figure;
  std::vector<Curve>& curves = figure.data.curves;
  if (runs.size() == 1) addAll(*runs.front().log, curve, look, curves);
  for (std::size_t i = 0; runs.size() > 1 && i < runs.size(); ++i) addOne(runs[i], curveRole(i), curve, look, curves);
  if (curve == TrainingCurve::MeanShare && !runs.empty()) {
    const std::int64_t tokens = runs.front().log->start.model.contextLength;
    if (tokens > 0)
      figure.data.levels = {{uniformBaseline(static_cast<std::size_t>(tokens)), QObject::tr("uniform attention")}};
  }
  figure.data.x = commonAxis(runs, look);
  const QString title = trainingCurveTitle(curve);
  if (textsOf(curve).share)
    figure.data.y = shareAxis(title, curves, figure.data.levels);
  else
    figure.data.y = {.title = title, .logarithmic = look.logarithmicY};
  if (!runs.empty()) figure.conventions = trainingConventions(*runs.front().log, look.epsilon);
  return figure;
}

double placeOf(const MeasureRow& row, TrainingAxis axis) {
  return place(row, axis);
}

}  // namespace sinkscope
