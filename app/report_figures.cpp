#include "app/report_figures.h"

#include "app/figure_origin.h"

#include <QHash>
#include <QObject>
#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

namespace sinkscope {
namespace {

QString text(const std::string& words) {
  return QString::fromStdString(words);
}

}  // namespace

CurveFigure layerCurves(const ReportResult& report, const ModelReport& model, const LayerMeasure& measure) {
  CurveFigure figure;
  for (const ReportCondition& condition : model.conditions) {
    // <bos> is the sink's amber on all pages.
    Curve curve{.name = text(conditionText(model, condition)),
                .role = condition.bos ? ColourRole::Sink : ColourRole::First,
                .line = Qt::SolidLine,
                .marked = true};
    const std::span<const double> values = measure.values(condition);
    curve.y.assign(values.begin(), values.end());
    figure.data.curves.push_back(std::move(curve));
  }
  figure.data.x.title = QObject::tr("layer");
  figure.data.y.title = text(measure.title);
  if (measure.fraction) figure.data.y.maximum = 1.04;  // room for the marks at 1
  figure.conventions = reportConventions(report, model);
  return figure;
}

QString reportConventions(const ReportResult& report, const ModelReport& model) {
  QStringList lengths;
  for (const ReportCondition& condition : model.conditions) {
    const QString most =
        condition.tokensMax == condition.tokensMin ? QString() : QStringLiteral("–%1").arg(condition.tokensMax);
    lengths << QObject::tr("T %1%2 %3").arg(condition.tokensMin).arg(most, text(conditionText(model, condition)));
  }
  const std::size_t prompts = report.request.prompts.size();
  return QObject::tr("%1 · %2 %3 (%4) · query 0 included · %5")
      .arg(lengths.join(QStringLiteral(" · ")))
      .arg(prompts)
      .arg(prompts == 1 ? QObject::tr("prompt") : QObject::tr("prompts"), text(report.request.promptsName),
           text(shownName(model)));
}

std::vector<PageFigure> reportFigures(const ReportResult& report) {
  std::vector<PageFigure> figures;
  QHash<QString, int> named;  // two models may have one name
  for (const ModelReport& model : report.models) {
    QString name = text(shownName(model));
    if (const int times = ++named[name]; times > 1) name += QStringLiteral("-%1").arg(times);
    std::vector<PageFigure> ofModel;
    for (const LayerMeasure& measure : layerMeasures(report.request)) {
      const CurveFigure figure = layerCurves(report, model, measure);
      ofModel.push_back(pageFigure(text(measure.name) + QLatin1Char('-') + name,
                                   QObject::tr("%1, %2").arg(text(measure.title), text(shownName(model))),
                                   QObject::tr("Model %1. %2").arg(text(shownName(model)), figure.conventions),
                                   figure));
    }
    std::ranges::move(withOrigin(std::move(ofModel), "report", model), std::back_inserter(figures));
  }
  return figures;
}

}  // namespace sinkscope
