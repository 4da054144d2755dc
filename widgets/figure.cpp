#include "widgets/figure.h"

#include <algorithm>

#include "widgets/figure_page.h"

namespace sinkscope {

namespace {

constexpr double kPointsPerMm = 72 / 25.4;

FigureDrawing described(FigureDrawing drawing, const QString &title, const QString &conventions) {
  drawing.title = title;
  drawing.conventions = conventions;
  drawing.description = conventions;
  return drawing;
}

}  // namespace

FigureDrawing drawing(GridFigure figure) {
  FigureDrawing result;
  const Matrix &shares = figure.shares;
  // Cells a little wider than high, on a page that stays handy to place.
  result.aspect = shares.empty() ? 0.6 : std::clamp(0.8 * shares.rows / shares.columns, 0.45, 0.85);
  const QString conventions = figure.conventions;
  result.draw = [figure = std::move(figure)](QPainter &painter, const FigureStyle &style, const QSizeF &size) {
    drawGridFigure(painter, figure, style, size);
  };
  return described(std::move(result), QStringLiteral("Attention to the sink by layer and head"), conventions);
}

FigureDrawing drawing(HeadFigure figure) {
  FigureDrawing result;
  result.aspect = 0.92;
  const QString conventions = figure.conventions;
  result.draw = [figure = std::move(figure)](QPainter &painter, const FigureStyle &style, const QSizeF &size) {
    drawHeadFigure(painter, figure, style, size);
  };
  return described(std::move(result), QStringLiteral("Attention of one head"), conventions);
}

FigureDrawing drawing(ProfileFigure figure) {
  FigureDrawing result;
  result.aspect = 0.6;
  const QString conventions = figure.conventions;
  QString title = figure.yTitle;
  if (!title.isEmpty()) title += QStringLiteral(" by %1").arg(figure.xTitle);
  result.draw = [figure = std::move(figure)](QPainter &painter, const FigureStyle &style, const QSizeF &size) {
    drawProfileFigure(painter, figure, style, size);
  };
  return described(std::move(result), title, conventions);
}

QSizeF figureSize(const FigureDrawing &drawing, const FigureStyle &style) {
  const double width = style.widthMm * kPointsPerMm;
  if (style.aspect > 0) return {width, width * style.aspect};
  return {width, width * drawing.aspect + FigurePage::extraHeight(style, width, drawing.conventions)};
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
