#include "widgets/figure.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "widgets/figure_crop.h"
#include "widgets/figure_page.h"
#include "widgets/figure_tikz.h"

namespace sinkscope {

namespace {

/** "share by layer" */
QString titleOf(const QString &x, const QString &y) {
  return y.isEmpty() ? QString() : QStringLiteral("%1 by %2").arg(y, x);
}

template <class Figure>
using Draw = void (*)(QPainter &, const Figure &, const FigureStyle &, const QSizeF &);

template <class Figure>
FigureDrawing made(Figure figure, const QString &title, Draw<Figure> draw, double (*aspect)(const Figure &)) {
  FigureDrawing result;
  result.title = title;
  result.conventions = result.description = figure.conventions;
  const auto shared = std::make_shared<const Figure>(std::move(figure));
  const auto part = [shared](const FigureStyle &style) {
    return style.crop.whole() ? *shared : cropped(*shared, style.crop);
  };
  result.draw = [part, draw](QPainter &painter, const FigureStyle &style, const QSizeF &size) {
    draw(painter, part(style), style, size);
  };
  result.height = [part, aspect](const FigureStyle &style, double width) { return width * aspect(part(style)); };
  result.tikz = [part](const FigureStyle &style) { return tikzOf(part(style), style); };
  return result;
}

/** Cells a little wider than high, on a page that stays handy to place. */
double aspectOf(const GridFigure &figure) {
  const Matrix &shares = figure.shares;
  return shares.empty() ? 0.6 : std::clamp(0.8 * shares.rows / shares.columns, 0.45, 0.85);
}

/** Cells not far from square, and room for the tokens below. */
double aspectOf(const LayerMapFigure &figure) {
  int columns = 0;
  int rows = 0;
  for (const LayerMapData &map : figure.maps) {
    columns += map.values.columns;
    rows = std::max(rows, map.values.rows);
  }
  return columns > 0 ? std::clamp(0.7 * rows / columns + 0.15, 0.42, 0.75) : 0.6;
}

}  // namespace

FigureDrawing drawing(GridFigure figure) {
  return made<GridFigure>(std::move(figure), QStringLiteral("Attention to the sink by layer and head"), drawGridFigure,
                          aspectOf);
}

FigureDrawing drawing(HeadFigure figure) {
  return made<HeadFigure>(std::move(figure), QStringLiteral("Attention of one head"), drawHeadFigure,
                          [](const HeadFigure &) { return 0.92; });
}

FigureDrawing drawing(ProfileFigure figure) {
  return drawing(curveFigure(figure));
}

FigureDrawing drawing(CurveFigure figure) {
  const QString title = titleOf(figure.data.x.title, figure.data.y.title);
  return made<CurveFigure>(std::move(figure), title, drawCurveFigure, [](const CurveFigure &) { return 0.6; });
}

FigureDrawing drawing(ScatterFigure figure) {
  const QString title = titleOf(figure.data.xAxis.title, figure.data.yAxis.title);
  return made<ScatterFigure>(std::move(figure), title, drawScatterFigure, [](const ScatterFigure &) { return 0.75; });
}

FigureDrawing drawing(LayerMapFigure figure) {
  const QString title = titleOf(figure.xTitle, figure.yTitle);
  return made<LayerMapFigure>(std::move(figure), title, drawLayerMapFigure, aspectOf);
}

FigureDrawing drawing(TokenFramesFigure figure) {
  const auto height = [figure](const FigureStyle &style, double width) {
    return framesHeight(cropped(figure, style.crop), style, width);
  };
  FigureDrawing result = made<TokenFramesFigure>(std::move(figure), QStringLiteral("Tokens by layer"), drawFramesFigure,
                                                 [](const TokenFramesFigure &) { return 0.0; });
  result.height = height;
  return result;
}

QSizeF figureSize(const FigureDrawing &drawing, const FigureStyle &style) {
  const double width = style.widthMm * kPointsPerMm;
  if (style.aspect > 0) return {width, width * style.aspect};
  return {width, drawing.height(style, width) + FigurePage::extraHeight(style, width, drawing.conventions)};
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

}  // namespace sinkscope
