#pragma once

#include "app/page_figure.h"
#include "core/array.h"
#include "widgets/figure.h"
#include "widgets/matrix.h"

#include <QString>
#include <QStringList>
#include <optional>
#include <span>
#include <vector>

namespace sinkscope {

struct ExploreResult;
struct HeadAttention;
struct PromptShares;
struct Token;

/// Which head of which prompt a head figure shows, and how.
struct HeadChoice {
  int prompt = 0;
  int layer = 0;
  int head = 0;
  bool hideSink = false;
  bool logarithmic = false;
};

/// Layers by heads of a result, averaged over its prompts.
GridFigure gridFigure(const ExploreResult& result, double epsilon, bool includeQuery0 = true, bool sorted = false);

/// The sink rate of every layer as a curve of a profile.
ProfileCurve rateCurve(std::vector<double> rates);

/// Sink rate and mean attention to the first token, layer by layer, with what uniform attention gives.
ProfileFigure profileFigure(const ExploreResult& result, double epsilon, bool includeQuery0 = true);

/// The same from the shares alone, without conventions.
ProfileFigure profileFigure(std::span<const PromptShares> shares, double epsilon, bool includeQuery0 = true);

/// One head's map; `image` covers the whole prompt and may be pooled.
HeadFigure headFigure(const ExploreResult& result, Matrix image, const HeadChoice& choice, double epsilon,
                      bool includeQuery0 = true);

/// Labels of a prompt's tokens as the axes show them.
QStringList tokenLabels(const ExploreResult& result, int prompt);
QStringList tokenLabels(const std::vector<Token>& tokens);

/// An analysis's array as the views take it.
template <typename T>
Matrix matrixOf(const Array<T, 2>& values) {
  Matrix matrix{static_cast<int>(values.extent(0)), static_cast<int>(values.extent(1)), {}};
  matrix.values.assign(values.values().begin(), values.values().end());
  return matrix;
}

/// The five conventions of a result's numbers, in one line.
QString conventionsLine(const ExploreResult& result, double epsilon, bool includeQuery0 = true);

/// Model, prompt and conventions: the description that goes into a file's metadata.
QString figureDescription(const ExploreResult& result, double epsilon, bool includeQuery0 = true);

/// A head's map and which one it is.
struct HeadPicture {
  Matrix image;  ///< of the whole prompt, maybe pooled
  HeadChoice choice;
};

/// A head's map as figures show it: pooled where a prompt is too long for paper.
HeadPicture headPicture(const HeadAttention& attention, const HeadChoice& choice);

/// Every figure of a result, titled and described: the grid, the head where there is a picture of one, the profile.
std::vector<PageFigure> resultFigures(const ExploreResult& result, const std::optional<HeadPicture>& head,
                                      double epsilon, bool includeQuery0 = true, bool sorted = false);

/// The formats of figures, as suffixes: pictures, source for PGFPlots (tex), their numbers (csv, npz), and gif for
/// those that move.
const QStringList& figureFormats();

/// Writes a figure as the path's suffix says, of `figureFormats`; pictures of dots at `dpi`. Throws `Error`.
void writeFigure(const PageFigure& figure, const FigureStyle& style, const QString& path, double dpi = 300);

/// Writes each of the figures into `folder` in each of `formats`; as gif those that move. Returns the paths. Throws
/// `Error` for a format that is none of `figureFormats` or a folder that cannot be written.
QStringList writeFigures(const std::vector<PageFigure>& figures, const QString& folder, const QStringList& formats,
                         const FigureStyle& style, double dpi = 300);

}  // namespace sinkscope
