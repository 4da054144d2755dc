#include "widgets/figure.h"

#include <algorithm>

#include "widgets/figure_page.h"

namespace sinkscope {

namespace {

constexpr double kPointsPerMm = 72 / 25.4;

/** "share by layer" */
QString titleOf(const QString &x, const QString &y) {
  return y.isEmpty() ? QString() : QStringLiteral("%1 by %2").arg(y, x);
}

template <class Figure>
FigureDrawing made(Figure figure, double aspect, const QString &title,
                   void (*draw)(QPainter &, const Figure &, const FigureStyle &, const QSizeF &)) {
  FigureDrawing result;
  result.aspect = aspect;
  result.title = title;
  result.conventions = result.description = figure.conventions;
  result.draw = [figure = std::move(figure), draw](QPainter &painter, const FigureStyle &style, const QSizeF &size) {
    draw(painter, figure, style, size);
  };
  return result;
}

}  // namespace

FigureDrawing drawing(GridFigure figure) {
  const Matrix &shares = figure.shares;
  // Cells a little wider than high, on a page that stays handy to place.
  const double aspect = shares.empty() ? 0.6 : std::clamp(0.8 * shares.rows / shares.columns, 0.45, 0.85);
  return made(std::move(figure), aspect, QStringLiteral("Attention to the sink by layer and head"), drawGridFigure);
}

FigureDrawing drawing(HeadFigure figure) {
  return made(std::move(figure), 0.92, QStringLiteral("Attention of one head"), drawHeadFigure);
}

FigureDrawing drawing(ProfileFigure figure) {
  const QString title = titleOf(figure.xTitle, figure.yTitle);
  return made(std::move(figure), 0.6, title, drawProfileFigure);
}

FigureDrawing drawing(CurveFigure figure) {
  const QString title = titleOf(figure.data.x.title, figure.data.y.title);
  return made(std::move(figure), 0.6, title, drawCurveFigure);
}

FigureDrawing drawing(ScatterFigure figure) {
  const QString title = titleOf(figure.data.xAxis.title, figure.data.yAxis.title);
  return made(std::move(figure), 0.75, title, drawScatterFigure);
}

FigureDrawing drawing(LayerMapFigure figure) {
  int columns = 0;
  int rows = 0;
  for (const LayerMapData &map : figure.maps) {
    columns += map.values.columns;
    rows = std::max(rows, map.values.rows);
  }
  // Cells not far from square, and room for the tokens below.
  const double aspect = columns > 0 ? std::clamp(0.7 * rows / columns + 0.15, 0.42, 0.75) : 0.6;
  const QString title = titleOf(figure.xTitle, figure.yTitle);
  return made(std::move(figure), aspect, title, drawLayerMapFigure);
}

FigureDrawing drawing(TokenFramesFigure figure) {
  const auto height = [figure](const FigureStyle &style, double width) { return framesHeight(figure, style, width); };
  FigureDrawing result = made(std::move(figure), 0, QStringLiteral("Tokens by layer"), drawFramesFigure);
  result.height = height;
  return result;
}

QSizeF figureSize(const FigureDrawing &drawing, const FigureStyle &style) {
  const double width = style.widthMm * kPointsPerMm;
  if (style.aspect > 0) return {width, width * style.aspect};
  const double body = drawing.height ? drawing.height(style, width) : width * drawing.aspect;
  return {width, body + FigurePage::extraHeight(style, width, drawing.conventions)};
}

QImage renderFigure(const FigureDrawing &drawing, const FigureStyle &style, double dpi) {
  const QSizeF size = figureSize(drawing, style);
  const double scale = dpi / 72;
  QImage image((size * scale).toSize().expandedTo(QSize(1, 1)), QImage::Format_RGB32);
  image.fill(Qt::white);
  QPainter painter(&image);
  painter.scale(image.width() / size.width(), image.height() / size.height());
  drawing.draw(painter, style, size);
  painter.end();
  const int perMetre = qRound(dpi / 0.0254);
  image.setDotsPerMeterX(perMetre);
  image.setDotsPerMeterY(perMetre);
  return image;
}

const std::vector<std::pair<QString, double>> &columnWidths() {
  static const std::vector<std::pair<QString, double>> widths = {
      {QStringLiteral("NeurIPS"), 139.7},   {QStringLiteral("ICLR"), 139.7},      {QStringLiteral("ICML column"), 82.6},
      {QStringLiteral("ICML page"), 171.5}, {QStringLiteral("ACL column"), 77.0}, {QStringLiteral("ACL page"), 160.0}};
  return widths;
}

}  // namespace sinkscope
