#pragma once

#include <QString>
#include <QStringList>
#include <optional>
#include <utility>
#include <vector>

#include "widgets/colour_map.h"

namespace sinkscope {

/** Where a figure's legend stands: beside the plot, or upon it in a corner. */
enum class LegendPlace { Above, Right, TopLeft, TopRight, BottomLeft, BottomRight, None };

/** The name of a place, as shown and as `legendPlaceNamed` takes it; the places in the order of the enumeration. */
QString legendPlaceName(LegendPlace place);
QStringList legendPlaceNames();
/** The place of that name; above where there is none. */
LegendPlace legendPlaceNamed(const QString &name);

/** Some of what is counted from 0, both ends included. */
struct FigureRange {
  int first = 0;
  int last = -1;  ///< negative: to the end

  bool whole() const { return first <= 0 && last < 0; }
  bool has(int index) const { return index >= first && (last < 0 || index <= last); }
  /** What there is of it among so many: (first, how many). */
  std::pair<int, int> of(int count) const;
  /** "3-7", "3-", "5"; empty: all of it. And back, with "-7" for the first; nothing for another text. */
  QString text() const;
  static std::optional<FigureRange> parse(const QString &text);
  bool operator==(const FigureRange &) const = default;
};

/** The part of a figure that is drawn: of what it has not, nothing is cut. */
struct FigureCrop {
  FigureRange layers = {};
  FigureRange heads = {};
  FigureRange tokens = {};

  bool whole() const { return layers.whole() && heads.whole() && tokens.whole(); }
  bool operator==(const FigureCrop &) const = default;
};

/** How a figure is set. Lengths on paper; a figure is always dark on white. */
struct FigureStyle {
  double widthMm = 139.7;
  double aspect = 0;  ///< height / width of the page; 0 takes what suits the drawing
  double fontPt = 8;
  QString family;       ///< empty: the application's
  double linePt = 1.2;  ///< width of curves
  ColourMap colourMap = ColourMap::Viridis;
  QString title;
  QString panel;  ///< a letter at the top left, such as "a"
  LegendPlace legend = LegendPlace::Above;
  bool conventions = true;  ///< print the figure's conventions line under it
  FigureCrop crop = {};

  bool operator==(const FigureStyle &) const = default;
};

/** A style as a JSON object on one line, and back; what the text lacks stays as it is in `style`. */
QString styleJson(const FigureStyle &style);
FigureStyle styleOf(const QString &json, FigureStyle style = {});

/** Widths of printed columns by name ("ICML column", 82.6), in millimetres. */
const std::vector<std::pair<QString, double>> &columnWidths();

}  // namespace sinkscope
