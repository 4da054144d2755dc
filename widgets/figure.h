#pragma once

#include <QPainter>
#include <QSizeF>
#include <QString>
#include <QStringList>
#include <functional>
#include <limits>
#include <utility>
#include <vector>

#include "widgets/colour_map.h"
#include "widgets/figure_style.h"
#include "widgets/layer_map_data.h"
#include "widgets/matrix.h"
#include "widgets/plot_data.h"

namespace sinkscope {

/** Layers by heads, alpha_0 as colour, amber frames where it exceeds eps. */
struct GridFigure {
  Matrix shares;  ///< [layer, head]
  double eps = 0.3;
  bool sorted = false;
  QString conventions;
  QString scaleLabel = QStringLiteral("attention to the sink, α₀");
  int firstLayer = 0;  ///< the numbers of the first row and column
  int firstHead = 0;
};

/** One head's attention with its key bars. */
struct HeadFigure {
  Matrix image;             ///< [query, key], maybe pooled
  int tokenCount = 0;       ///< tokens that the image covers; 0: one a cell
  int firstKey = 0;         ///< position of the image's first column
  int firstQuery = 0;       ///< position of the image's first row
  QStringList tokens;       ///< labels of the whole prompt; may be empty
  std::vector<float> bars;  ///< [key] of the whole prompt; may be empty
  bool logarithmic = false;
  bool sinkColumn = true;
  double scaleMinimum = 0;
  double scaleMaximum = 1;
  QString xTitle = QStringLiteral("key");
  QString yTitle = QStringLiteral("query");
  QString barTitle = QStringLiteral("‖W_O v‖");
  QString scaleLabel = QStringLiteral("attention");
  QString conventions;
};

/** One curve of a profile. */
using ProfileCurve = Curve;

/** Curves over layers or steps. */
struct ProfileFigure {
  std::vector<ProfileCurve> curves;
  QString xTitle = QStringLiteral("layer");
  QString yTitle;
  double baseline = std::numeric_limits<double>::quiet_NaN();
  QString baselineName;
  double threshold = std::numeric_limits<double>::quiet_NaN();
  double minimum = 0;  ///< of y; equal ends follow the values
  double maximum = 0;
  QString conventions;

  /** The same as curves with levels. */
  Curves toCurves() const;
};

/** Any curves. */
struct CurveFigure {
  Curves data = {};
  QString conventions = {};
};

/** Points of several classes. */
struct ScatterFigure {
  Scatter data = {};
  QString conventions = {};
};

/** Maps of layers by tokens, side by side on one scale. Their rows are the same. */
struct LayerMapFigure {
  std::vector<LayerMapData> maps = {};
  ColourScale scale = {};  ///< but for its colours, which are the style's
  QString scaleLabel = {};
  QString xTitle = QStringLiteral("token");
  QString yTitle = QStringLiteral("layer");
  int shownRows = -1;  ///< as many rows and the others faded: a frame of the spread; negative: all
  QString conventions = {};
};

/**
 * The tokens of a prompt, coloured by a value each: a strip of frames, such as the layers that a change spreads
 * through. With one frame shown it is a picture of an animation.
 */
struct TokenFramesFigure {
  /** The same tokens through all frames; strips stand side by side on one scale. */
  struct Strip {
    QString title = {};
    QStringList tokens = {};
    Matrix values = {};  ///< [frame, token]; NaN: no value
    int marked = -1;     ///< the token that was touched, framed; -1: none
    int sink = -1;       ///< framed in amber; -1: none
  };
  std::vector<Strip> strips = {};
  QStringList frames = {};      ///< their names: "embedding", "0", ...
  std::vector<int> shown = {};  ///< the frames that are drawn, one below the other
  ColourScale scale = {};       ///< but for its colours, which are the style's
  QString scaleLabel = {};
  QString conventions = {};
};

/** Draw into (0, 0) .. size. Units are points (1/72 inch); the painter is scaled by the caller. */
void drawGridFigure(QPainter &painter, const GridFigure &figure, const FigureStyle &style, const QSizeF &size);
void drawHeadFigure(QPainter &painter, const HeadFigure &figure, const FigureStyle &style, const QSizeF &size);
void drawCurveFigure(QPainter &painter, const CurveFigure &figure, const FigureStyle &style, const QSizeF &size);
void drawScatterFigure(QPainter &painter, const ScatterFigure &figure, const FigureStyle &style, const QSizeF &size);
void drawLayerMapFigure(QPainter &painter, const LayerMapFigure &figure, const FigureStyle &style, const QSizeF &size);
void drawFramesFigure(QPainter &painter, const TokenFramesFigure &figure, const FigureStyle &style, const QSizeF &size);

/** The height that the frames' tokens take on a page of this width, both in points. */
double framesHeight(const TokenFramesFigure &figure, const FigureStyle &style, double width);

/** A named array of a figure's data, for programs: numbers, or texts in their place. */
struct FigureArray {
  QString name;                     ///< in lower_snake_case
  std::vector<std::size_t> shape;   ///< the last axis moves fastest
  std::vector<double> values = {};  ///< NaN: no value
  QStringList texts = {};
};

/** A figure ready to draw: what exporting and previewing take. */
struct FigureDrawing {
  std::function<void(QPainter &, const FigureStyle &, const QSizeF &)> draw;
  /** Of a page of this width, both in points, without the title and the conventions, which come on top. */
  std::function<double(const FigureStyle &, double width)> height;
  /** The figure as source for PGFPlots: a `tikzpicture`. */
  std::function<QString(const FigureStyle &)> tikz;
  QString conventions;                                  ///< the line that is printed under the drawing
  QString title;                                        ///< metadata of the file
  QString description;                                  ///< metadata of the file: model, prompt, conventions
  std::vector<std::pair<QString, QString>> facts = {};  ///< metadata: where the numbers come from, by name
};

FigureDrawing drawing(GridFigure figure);
FigureDrawing drawing(HeadFigure figure);
FigureDrawing drawing(ProfileFigure figure);
FigureDrawing drawing(CurveFigure figure);
FigureDrawing drawing(ScatterFigure figure);
FigureDrawing drawing(LayerMapFigure figure);
FigureDrawing drawing(TokenFramesFigure figure);

/** The figure's size in points. */
QSizeF figureSize(const FigureDrawing &drawing, const FigureStyle &style);

/** Draws a preview as the exported figure will look. */
QImage renderFigure(const FigureDrawing &drawing, const FigureStyle &style, double dpi);

/**
 * Writes .pdf and .svg (vector, text that can be selected, its fonts within), .png and .tiff (at `dpi`) or .tex
 * (PGFPlots), by the path's suffix. The same figure, style and facts give the same bytes. Throws std::runtime_error
 * with one sentence naming the file when that fails.
 */
void exportFigure(const FigureDrawing &drawing, const FigureStyle &style, const QString &path, double dpi = 300);

/** Writes a table: one header line, then the rows; numbers with 9 significant digits, NaN as an empty field. */
void writeCsv(const QString &path, const QStringList &header, const std::vector<std::vector<double>> &rows);
/** The curves of a profile as a figure. */
CurveFigure curveFigure(const ProfileFigure &profile);

/** The data of each figure as a table. */
void writeCsv(const QString &path, const GridFigure &figure);
void writeCsv(const QString &path, const HeadFigure &figure);
void writeCsv(const QString &path, const CurveFigure &figure);
void writeCsv(const QString &path, const ScatterFigure &figure);
void writeCsv(const QString &path, const LayerMapFigure &figure);
void writeCsv(const QString &path, const TokenFramesFigure &figure);

/** The data of each figure as arrays. */
std::vector<FigureArray> arraysOf(const GridFigure &figure);
std::vector<FigureArray> arraysOf(const HeadFigure &figure);
std::vector<FigureArray> arraysOf(const CurveFigure &figure);
std::vector<FigureArray> arraysOf(const ScatterFigure &figure);
std::vector<FigureArray> arraysOf(const LayerMapFigure &figure);
std::vector<FigureArray> arraysOf(const TokenFramesFigure &figure);

}  // namespace sinkscope
