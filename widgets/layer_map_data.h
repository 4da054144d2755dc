#pragma once

#include <QRectF>
#include <QStringList>
#include <utility>
#include <vector>

#include "widgets/matrix.h"

namespace sinkscope {

/** A value a layer and token, such as how far a change has spread. */
struct LayerMapData {
  Matrix values = {};        ///< [row, column]; NaN: no value
  QStringList rows = {};     ///< "embedding", "0", "1", ...; empty: 0, 1, 2, ...
  QStringList columns = {};  ///< the tokens; empty: positions
  QString title = {};        ///< the line above, such as "with <bos>"
  int marked = -1;           ///< the column that was touched, framed; -1: none
  int sink = -1;             ///< the column of the sink, framed in amber; -1: none

  QString rowLabel(int row) const;
  QString columnLabel(int column) const;
  /** The rows that get a label where neighbours are `pitch` apart and a label is `line` high: names always, numbers
   * at round distances where they do not meet a name.
   */
  std::vector<int> labelledRows(double pitch, double line) const;
};

/** Where the cells of a layer map stand: no gaps between them, row 0 on top. Plain numbers. */
struct LayerMapGeometry {
  int rows = 0;
  int columns = 0;
  QRectF area;

  /** The largest map in `bounds`, from its top left: cells are whole pixels where they can be, and never far from
   * square.
   */
  static LayerMapGeometry fit(int rows, int columns, const QRectF &bounds);
  double cellWidth() const { return columns > 0 ? area.width() / columns : 0; }
  double cellHeight() const { return rows > 0 ? area.height() / rows : 0; }
  QRectF cell(int row, int column) const;
  QRectF row(int row) const;
  QRectF column(int column) const;
  /** (row, column) at a point; (-1, -1) when there is none. */
  std::pair<int, int> at(const QPointF &point) const;
};

}  // namespace sinkscope
