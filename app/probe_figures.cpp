#include "app/probe_figures.h"

#include <QObject>
#include <QStringList>
#include <algorithm>
#include <array>
#include <utility>
#include "app/figure_origin.h"

namespace sinkscope {
namespace {

QString text(const std::string& words) {
  return QString::fromStdString(words);
}

QString probeTitle(LengthProbe probe) {
  return probe == LengthProbe::Ones ? QObject::tr("ones") : QObject::tr("with commas");
}

ColourRole roleOf(LengthProbe probe) {
  return probe == LengthProbe::Ones ? ColourRole::First : ColourRole::Second;
}

QString bosWords(bool bos) {
  return bos ? QObject::tr("<bos> added") : QObject::tr("no <bos>");
}

/// One precision of a length probe; a run may have only the first.
struct Measured {
  QString name;
  const LengthProbeResult& result;
  const LengthProbeCurves& curves;
  bool rounded;

  const std::vector<double>& difference(ProbePlace place) const {
    return place == ProbePlace::LastLayer ? curves.layerDifference : curves.normDifference;
  }
  const std::vector<double>& scale(ProbePlace place) const {
    return place == ProbePlace::LastLayer ? curves.layerScale : curves.normScale;
  }
};

std::vector<Measured> measuredOf(const ProbeRun& run) {
  std::vector<Measured> all;
  for (const LengthProbeResult& result : run.lengths) {
    const QString title = probeTitle(result.request.probe);
    all.push_back({title, result, result.float32, false});
    if (result.request.bfloat16)
      all.push_back({QObject::tr("%1, bfloat16 model").arg(title), result, result.bfloat16, true});
  }
  return all;
}

}  // namespace

QString probePlaceTitle(ProbePlace place) {
  return place == ProbePlace::LastLayer ? QObject::tr("after the last layer") : QObject::tr("after the final norm");
}

CurveFigure lengthCurves(const ProbeRun& run, ProbePlace place) {
  CurveFigure figure;
  for (const Measured& one : measuredOf(run)) {
    Curve curve{.name = one.name, .role = roleOf(one.result.request.probe), .marked = true};
    curve.line = one.rounded ? Qt::DotLine : Qt::SolidLine;
    for (std::size_t i = 0; i < one.result.request.lengths.size(); ++i) {
      curve.x.push_back(static_cast<double>(one.result.request.lengths[i]));
      curve.y.push_back(one.difference(place)[i] / one.scale(place)[i]);
    }
    figure.data.curves.push_back(std::move(curve));
  }
  for (const auto& [type, epsilon] : kTypeEpsilons)
    figure.data.levels.push_back({epsilon, QObject::tr("ε of %1").arg(QString::fromLatin1(type))});
  figure.data.x = {.title = QObject::tr("digits n"), .logarithmic = true};
  figure.data.y = {.title = QObject::tr("‖Δ last token‖∞ / ‖last token‖∞"), .logarithmic = true};
  figure.conventions = QObject::tr("%1 · last token of n digits against the same once repeated · %2")
                           .arg(probePlaceTitle(place), probeConventions(run));
  return figure;
}

QString lostWords(const ProbeRun& run, ProbePlace place) {
  QStringList lost;
  for (const Measured& one : measuredOf(run)) {
    QStringList lengths;
    for (std::size_t i = 0; i < one.result.request.lengths.size(); ++i)
      if (one.difference(place)[i] == 0.0) lengths << QString::number(one.result.request.lengths[i]);
    if (!lengths.isEmpty()) lost << QObject::tr("%1: n = %2").arg(one.name, lengths.join(QStringLiteral(", ")));
  }
  if (lost.isEmpty()) return {};
  return QObject::tr("Exactly 0, below the axis: %1").arg(lost.join(QStringLiteral("; ")));
}

CurveFigure copyCurves(const RepetitionResult& result, std::size_t place) {
  CurveFigure figure;
  const std::size_t places = result.norm.extent(0), copies = result.norm.extent(1);
  std::vector<double> x(copies);
  for (std::size_t copy = 0; copy < copies; ++copy) x[copy] = static_cast<double>(copy + 1);
  for (std::size_t one = 0; one < places; ++one) {
    const auto norms = result.norm.row(one);
    Curve curve{.name = copyPlaceTitle(one), .y = {norms.begin(), norms.end()}, .role = ColourRole::Faint, .x = x};
    if (one == place) curve.role = ColourRole::Strong;
    figure.data.curves.push_back(std::move(curve));
  }
  if (place < result.bosNorm.size())
    figure.data.levels.push_back({result.bosNorm[place], QObject::tr("<bos>, %1").arg(copyPlaceTitle(place)), true});
  figure.data.x = {.title = QObject::tr("copy k"), .logarithmic = true};
  figure.data.y = {.title = QObject::tr("‖v‖ of the k-th copy"), .logarithmic = true};
  figure.conventions = QObject::tr("%1 copies of '%2' · residual stream · %3 · %4")
                           .arg(copies)
                           .arg(text(visibleText(result.token)), bosWords(result.request.bos), text(result.model.name));
  return figure;
}

QString copyPlaceTitle(std::size_t place) {
  return place == 0 ? QObject::tr("embedding") : QObject::tr("layer %1").arg(place - 1);
}

QString probeConventions(const ProbeRun& run) {
  const bool bos = run.lengths.empty() ? run.repetitions.front().request.bos : run.lengths.front().request.bos;
  return QObject::tr("%1 · %2").arg(bosWords(bos), text(run.model.name));
}

QString probeNumbers(const ProbeRun& run) {
  QString lines;
  for (const Measured& one : measuredOf(run)) {
    lines += QObject::tr("%1: n, after the last layer, after the final norm\n").arg(one.name);
    for (std::size_t i = 0; i < one.result.request.lengths.size(); ++i)
      lines += QObject::tr("%1\t%2\t%3\n")
                   .arg(one.result.request.lengths[i])
                   .arg(one.curves.layerDifference[i] / one.curves.layerScale[i], 0, 'g', 4)
                   .arg(one.curves.normDifference[i] / one.curves.normScale[i], 0, 'g', 4);
  }
  return lines;
}

std::vector<PageFigure> probeFigures(const ProbeRun& run, std::size_t place) {
  const auto page = [&](const QString& name, const QString& title, const CurveFigure& figure) {
    return pageFigure(name, title, QObject::tr("Model %1. %2").arg(text(run.model.name), figure.conventions), figure);
  };
  std::vector<PageFigure> figures;
  if (!run.lengths.empty())
    for (const auto& [where, name] : {std::pair{ProbePlace::LastLayer, "lengths-last-layer"},
                                      std::pair{ProbePlace::FinalNorm, "lengths-final-norm"}})
      figures.push_back(page(QString::fromLatin1(name),
                             QObject::tr("Last token against length, %1").arg(probePlaceTitle(where)),
                             lengthCurves(run, where)));
  for (std::size_t i = 0; i < run.repetitions.size(); ++i)
    figures.push_back(page(i == 0 ? QStringLiteral("copies") : QStringLiteral("copies-%1").arg(i + 1),
                           QObject::tr("Norm of the k-th copy, %1").arg(copyPlaceTitle(place)),
                           copyCurves(run.repetitions[i], place)));
  return withOrigin(std::move(figures), "probe", run);
}

}  // namespace sinkscope
