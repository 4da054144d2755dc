#include <algorithm>
#include <cmath>

#include "widgets/axis_ticks.h"
#include "widgets/colour_bar.h"
#include "widgets/figure_page.h"
#include "widgets/head_grid.h"

namespace sinkscope {

namespace {

constexpr double kVectorCell = 5;  // points; smaller cells are drawn as one image
constexpr double kLargestAspect = 4.5;

struct Cells {
  GridGeometry grid;
  std::vector<std::vector<int>> order;
  const GridFigure &figure;

  float share(int layer, int column) const {
    return figure.shares.at(layer, order[static_cast<std::size_t>(layer)][static_cast<std::size_t>(column)]);
  }
  bool above(int layer, int column) const {
    return layer >= 0 && column >= 0 && layer < grid.layers && column < grid.heads && share(layer, column) > figure.eps;
  }
};

GridGeometry place(const GridFigure &figure, const QRectF &room) {
  GridGeometry grid;
  grid.layers = figure.shares.rows;
  grid.heads = figure.shares.columns;
  double width = room.width() / grid.heads;
  double height = room.height() / grid.layers;
  width = std::min(width, kLargestAspect * height);
  height = std::min(height, kLargestAspect * width);
  grid.gap = std::min(width, height) >= kVectorCell ? 0.12 * std::min(width, height) : 0;
  grid.cellWidth = width - grid.gap;
  grid.cellHeight = height - grid.gap;
  grid.area = QRectF(room.left(), room.top(), width * grid.heads - grid.gap, height * grid.layers - grid.gap);
  return grid;
}

void drawVectorCells(const FigurePage &page, const Cells &cells, const ColourScale &scale) {
  const double frame = std::min(1.2, 0.1 * std::min(cells.grid.cellWidth, cells.grid.cellHeight));
  const double number = page.metrics.horizontalAdvance(QStringLiteral("0.00"));
  page.painter.setFont(page.font);
  for (int layer = 0; layer < cells.grid.layers; ++layer) {
    for (int column = 0; column < cells.grid.heads; ++column) {
      const float share = cells.share(layer, column);
      QRectF cell = cells.grid.cell(layer, column);
      if (cells.above(layer, column)) {
        page.painter.fillRect(cell, ink::sink);
        cell.adjust(frame, frame, -frame, -frame);
        page.painter.fillRect(cell, Qt::white);
        cell.adjust(frame / 2, frame / 2, -frame / 2, -frame / 2);
      }
      const QColor colour = std::isnan(share) ? ink::empty : QColor::fromRgb(scale.colour(share));
      page.painter.fillRect(cell, colour);
      if (std::isnan(share) || cell.width() < number + page.gap || cell.height() < page.line) continue;
      page.text(cell, QString::number(share, 'f', 2), inkOn(colour.rgb()));
    }
  }
}

/** Many small cells: one image, and the border of the set above eps. */
void drawImageCells(const FigurePage &page, const Cells &cells, const ColourScale &scale) {
  Matrix ordered{cells.grid.layers, cells.grid.heads, {}};
  for (int layer = 0; layer < cells.grid.layers; ++layer) {
    for (int column = 0; column < cells.grid.heads; ++column) ordered.values.push_back(cells.share(layer, column));
  }
  drawCells(page.painter, cells.grid.area, imageOf(ordered, scale));
  const double width = std::min(0.6, 0.2 * std::min(cells.grid.cellWidth, cells.grid.cellHeight));
  page.painter.setPen(QPen(ink::sink, width, Qt::SolidLine, Qt::SquareCap));
  QVector<QLineF> border;
  for (int layer = 0; layer < cells.grid.layers; ++layer) {
    for (int column = 0; column < cells.grid.heads; ++column) {
      if (!cells.above(layer, column)) continue;
      const QRectF cell = cells.grid.cell(layer, column);
      if (!cells.above(layer - 1, column)) border << QLineF(cell.topLeft(), cell.topRight());
      if (!cells.above(layer + 1, column)) border << QLineF(cell.bottomLeft(), cell.bottomRight());
      if (!cells.above(layer, column - 1)) border << QLineF(cell.topLeft(), cell.bottomLeft());
      if (!cells.above(layer, column + 1)) border << QLineF(cell.topRight(), cell.bottomRight());
    }
  }
  page.painter.drawLines(border);
}

void drawLabels(const FigurePage &page, const GridGeometry &grid, const GridFigure &figure) {
  const double numbers =
      page.metrics.horizontalAdvance(QString::number(figure.firstLayer + std::max(0, grid.layers - 1)));
  const int layerStep = labelStep(grid.cellHeight + grid.gap, page.line);
  for (int layer = 0; layer < grid.layers; layer += layerStep) {
    const QString text = QString::number(figure.firstLayer + layer);
    const double width = page.metrics.horizontalAdvance(text);
    const QRectF cell = grid.cell(layer, 0);
    page.text(QRectF(cell.left() - page.gap - width, cell.center().y() - page.line / 2, width, page.line), text,
              ink::text);
  }
  const double titleLeft = grid.area.left() - page.gap - numbers - page.gap - page.line;
  page.text(QRectF(titleLeft, grid.area.top(), page.line, grid.area.height()), QStringLiteral("layer"), ink::text,
            true);
  double y = grid.area.bottom() + page.gap / 2;
  if (!figure.sorted) {
    const double extent =
        page.metrics.horizontalAdvance(QString::number(figure.firstHead + std::max(0, grid.heads - 1))) + page.gap;
    const int headStep = labelStep(grid.cellWidth + grid.gap, extent);
    for (int head = 0; head < grid.heads; head += headStep) {
      page.text(QRectF(grid.cell(0, head).center().x() - extent / 2, y, extent, page.line),
                QString::number(figure.firstHead + head), ink::text);
    }
    y += page.line;
  }
  page.text(QRectF(grid.area.left(), y, grid.area.width(), page.line),
            figure.sorted ? QStringLiteral("heads by falling share") : QStringLiteral("head"), ink::text);
}

}  // namespace

void drawGridFigure(QPainter &painter, const GridFigure &figure, const FigureStyle &style, const QSizeF &size) {
  painter.save();
  const FigurePage page(painter, style, size, figure.conventions);
  if (!figure.shares.empty()) {
    ColourBar bar{{style.colourMap}, figure.scaleLabel, page.font, ink::text, figure.eps, ink::sink};
    const double barWidth = 0.9 * page.line;
    const double numbers = page.metrics.horizontalAdvance(QString::number(figure.firstLayer + figure.shares.rows - 1));
    const double left = page.line + page.gap + numbers + page.gap;
    const double bottom = page.gap / 2 + (figure.sorted ? 1 : 2) * page.line;
    const double right =
        1.5 * page.gap + bar.width({barWidth, page.body.height() - bottom - page.gap}, painter.device());
    GridGeometry grid = place(figure, page.body.adjusted(left, page.gap / 2, -right, -bottom));
    // What is narrower than the page stands in its middle, labels and all.
    const double used = left + grid.area.width() + right;
    grid.area.translate((page.body.width() - used) / 2, 0);
    const Cells cells{grid, headOrder(figure.shares, figure.sorted), figure};
    if (grid.gap > 0) {
      drawVectorCells(page, cells, bar.scale);
    } else {
      drawImageCells(page, cells, bar.scale);
    }
    drawLabels(page, grid, figure);
    bar.paint(painter, QRectF(grid.area.right() + 1.5 * page.gap, grid.area.top(), barWidth, grid.area.height()));
  }
  painter.restore();
}

}  // namespace sinkscope
