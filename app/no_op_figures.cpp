#include "app/no_op_figures.h"

#include "app/figure_origin.h"
#include "app/head_scatter.h"

#include <QObject>

namespace sinkscope {

ScatterFigure scanScatter(const NoOpResult& result, const HeadClassBounds& bounds) {
  return {headScatter(result.rest, result.drain, bounds), scanConventions(result, bounds)};
}

QString scanConventions(const NoOpResult& result, const HeadClassBounds& bounds) {
  const NoOpRequest& request = result.request;
  const QString limit =
      request.tokenLimit == 0 ? QObject::tr("T not limited") : QObject::tr("T ≤ %1").arg(request.tokenLimit);
  return QObject::tr("ε %1 · query 0 included · %2 · %3 prompts · %4 · %5")
      .arg(bounds.rest, 0, 'g', 3)
      .arg(limit)
      .arg(request.prompts.size())
      .arg(request.bos ? QObject::tr("%1 added").arg(QString::fromStdString(result.bosText)) : QObject::tr("no <bos>"),
           QString::fromStdString(result.model.name));
}

std::vector<PageFigure> scanFigures(const NoOpResult& result, const HeadClassBounds& bounds) {
  const ScatterFigure figure = scanScatter(result, bounds);
  return withOrigin(
      {pageFigure(QStringLiteral("heads-scan"), QObject::tr("Rest and drain of the heads over prompts"),
                  QObject::tr("Model %1. %2").arg(QString::fromStdString(result.model.name), figure.conventions),
                  figure)},
      "noop", result);
}

}  // namespace sinkscope
