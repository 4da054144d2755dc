#include "app/compare_figures.h"

#include "widgets/figure_page.h"

#include <QObject>
#include <algorithm>
#include <utility>

namespace sinkscope {
namespace {

/// Drawings beside each other on one page, each under its title.
FigureDrawing beside(std::vector<FigureDrawing> drawings, const QStringList& titles, const QString& conventions) {
  const auto count = static_cast<double>(drawings.size());
  const auto styleOf = [titles](const FigureStyle& style, std::size_t drawing) {
    FigureStyle own = style;
    own.title = titles.value(static_cast<qsizetype>(drawing));
    own.conventions = false;
    own.panel.clear();  // the page has it
    own.aspect = 0;
    return own;
  };
  FigureDrawing page;
  page.conventions = conventions;
  page.height = [=](const FigureStyle& style, double width) {
    double height = 0;
    for (std::size_t i = 0; i < drawings.size(); ++i)
      height = std::max(height, drawings[i].height(styleOf(style, i), width / count));
    return height;
  };
  page.draw = [=](QPainter& painter, const FigureStyle& style, const QSizeF& size) {
    painter.save();
    const QRectF body = FigurePage(painter, style, size, conventions).body;
    painter.translate(body.topLeft());
    for (std::size_t i = 0; i < drawings.size(); ++i) {
      drawings[i].draw(painter, styleOf(style, i), QSizeF(body.width() / count, body.height()));
      painter.translate(body.width() / count, 0);
    }
    painter.restore();
  };
  page.tikz = [=](const FigureStyle& style) {
    QStringList pictures;
    for (std::size_t i = 0; i < drawings.size(); ++i) {
      FigureStyle own = styleOf(style, i);
      own.widthMm /= count;
      pictures << drawings[i].tikz(own);
    }
    return pictures.join(QStringLiteral("\\hfill\n"));
  };
  return page;
}

LayerMapFigure mapsOf(const CompareViews& views) {
  LayerMapFigure figure;
  figure.maps = views.maps;
  figure.scale = views.scale;
  figure.scaleLabel = views.scaleLabel;
  figure.xTitle = views.xTitle;
  figure.yTitle = views.yTitle;
  figure.conventions = views.curves.conventions;
  return figure;
}

/// A grid or a map a run, side by side.
FigureDrawing mapsDrawing(const CompareViews& views, const CompareLook& look) {
  std::vector<FigureDrawing> drawings;
  QStringList titles;
  for (const LayerMapData& map : views.maps) {
    titles << map.title;
    if (views.ofHeads) {
      GridFigure grid;
      grid.shares = map.values;
      grid.eps = look.epsilon;
      drawings.push_back(drawing(std::move(grid)));
    } else {
      LayerMapFigure one = mapsOf(views);
      one.maps = {map};
      one.maps.front().title.clear();
      drawings.push_back(drawing(std::move(one)));
    }
  }
  return beside(std::move(drawings), titles, views.curves.conventions);
}

bool sameRows(const std::vector<LayerMapData>& maps) {
  return std::ranges::all_of(maps,
                             [&](const LayerMapData& map) { return map.values.rows == maps.front().values.rows; });
}

}  // namespace

std::vector<PageFigure> compareFigures(const ComparedRuns& runs, const CompareViews& views, const CompareLook& look) {
  QString description;
  for (std::size_t i = 0; i < runs.runs.size(); ++i)
    description += QStringLiteral("%1: %2. ").arg(compareName(runs, static_cast<int>(i)), compareCaption(runs.runs[i]));
  description += views.curves.conventions;

  std::vector<PageFigure> figures;
  const bool hasMaps =
      !views.maps.empty() && std::ranges::none_of(views.maps, [](const auto& map) { return map.values.empty(); });
  if (hasMaps) {
    PageFigure maps =
        pageFigure(QStringLiteral("compared-maps"), QObject::tr("Runs beside each other"), description, mapsOf(views));
    if (views.ofHeads || !sameRows(views.maps)) {  // amber frames, or rows that cannot stand in line
      FigureDrawing drawn = mapsDrawing(views, look);
      drawn.title = maps.drawing.title;
      drawn.description = maps.drawing.description;
      maps.drawing = std::move(drawn);
    }
    figures.push_back(std::move(maps));
  }
  if (!views.difference.maps.empty()) {
    PageFigure difference =
        pageFigure(QStringLiteral("compared-difference"), views.difference.scaleLabel, description, views.difference);
    // Whatever the other figures' colours are, a difference has a middle.
    difference.drawing.draw = [draw = difference.drawing.draw](QPainter& painter, FigureStyle style,
                                                               const QSizeF& size) {
      style.colourMap = ColourMap::Diverging;
      draw(painter, style, size);
    };
    figures.push_back(std::move(difference));
  }
  if (!views.curves.data.curves.empty())
    figures.push_back(
        pageFigure(QStringLiteral("compared-curves"), QObject::tr("Runs over each other"), description, views.curves));
  return figures;
}

}  // namespace sinkscope
