#include "app/figures.h"

#include "app/figure_origin.h"
#include "app/head_image.h"
#include "app/model_names.h"
#include "core/analysis/explore.h"
#include "core/error.h"
#include "core/trace/attention.h"
#include "widgets/animation.h"

#include <QDir>
#include <algorithm>
#include <cmath>
#include <exception>
#include <utility>

namespace sinkscope {
namespace {

/// More cells a side than this cannot be told apart on paper.
constexpr int kMostCells = 1024;

}  // namespace

QString conventionsLine(const ExploreResult& result, double epsilon, bool includeQuery0) {
  return QString::fromStdString(describe(result.conventions(epsilon, includeQuery0)));
}

QString figureDescription(const ExploreResult& result, double epsilon, bool includeQuery0) {
  QString text = QStringLiteral("Model: %1 (%2). Conventions: %3.")
                     .arg(QString::fromStdString(result.model.name), QString::fromStdString(result.model.weightType),
                          conventionsLine(result, epsilon, includeQuery0));
  if (result.prompts.size() == 1) {
    text += QStringLiteral(" Prompt: %1").arg(QString::fromStdString(result.prompts.front().prompt).left(2000));
  }
  return text;
}

QStringList tokenLabels(const ExploreResult& result, int prompt) {
  return tokenLabels(result.prompts[static_cast<std::size_t>(prompt)].tokens);
}

QStringList tokenLabels(const std::vector<Token>& tokens) {
  QStringList labels;
  for (const Token& token : tokens) labels << QString::fromStdString(visibleText(token));
  return labels;
}

GridFigure gridFigure(const ExploreResult& result, double epsilon, bool includeQuery0, bool sorted) {
  GridFigure figure;
  figure.shares = matrixOf(meanHeadShares(result.shares(), 0, includeQuery0));
  figure.eps = epsilon;
  figure.sorted = sorted;
  figure.conventions = conventionsLine(result, epsilon, includeQuery0);
  if (result.prompts.size() > 1) figure.scaleLabel = QStringLiteral("attention to the sink, mean of α₀ over prompts");
  return figure;
}

ProfileCurve rateCurve(std::vector<double> rates) {
  return {QStringLiteral("heads above eps"), std::move(rates), ColourRole::Sink, {}};
}

ProfileFigure profileFigure(std::span<const PromptShares> shares, double epsilon, bool includeQuery0) {
  ProfileFigure figure;
  figure.curves = {rateCurve(sinkRateByLayer(shares, epsilon, 0, includeQuery0)),
                   {QStringLiteral("mean attention to the first token"),
                    meanShareByLayer(shares, 0, includeQuery0),
                    ColourRole::First,
                    {}}};
  figure.yTitle = QStringLiteral("fraction");
  figure.baseline = uniformBaseline(shares, includeQuery0);
  figure.baselineName = QStringLiteral("uniform attention");
  figure.maximum = 1.04;  // room for the marks at 1
  return figure;
}

ProfileFigure profileFigure(const ExploreResult& result, double epsilon, bool includeQuery0) {
  ProfileFigure figure = profileFigure(result.shares(), epsilon, includeQuery0);
  figure.conventions = conventionsLine(result, epsilon, includeQuery0);
  return figure;
}

HeadFigure headFigure(const ExploreResult& result, Matrix image, const HeadChoice& choice, double epsilon,
                      bool includeQuery0) {
  const PromptResult& prompt = result.prompts[static_cast<std::size_t>(choice.prompt)];
  HeadFigure figure;
  figure.image = std::move(image);
  figure.tokenCount = static_cast<int>(prompt.tokens.size());
  figure.tokens = tokenLabels(result, choice.prompt);
  if (!prompt.outputNorm.empty()) {
    const auto bars = prompt.outputNorm.row(choice.layer, choice.head);
    figure.bars.assign(bars.begin(), bars.end());
  }
  figure.logarithmic = choice.logarithmic;
  figure.sinkColumn = !choice.hideSink;
  if (choice.hideSink) figure.scaleLabel = QStringLiteral("attention without the first key, renormalised");
  figure.scaleMaximum = 0;
  for (const float value : figure.image.values) {
    if (!std::isnan(value)) figure.scaleMaximum = std::max<double>(figure.scaleMaximum, value);
  }
  figure.conventions = conventionsLine(result, epsilon, includeQuery0);
  return figure;
}

HeadPicture headPicture(const HeadAttention& attention, const HeadChoice& choice) {
  const int tokens = static_cast<int>(attention.tokens()), cells = std::min(tokens, kMostCells);
  return {headImage(attention, QRect(0, 0, tokens, tokens), QSize(cells, cells), choice.hideSink), choice};
}

std::vector<PageFigure> resultFigures(const ExploreResult& result, const std::optional<HeadPicture>& head,
                                      double epsilon, bool includeQuery0, bool sorted) {
  const QString description = figureDescription(result, epsilon, includeQuery0);
  const QString model = modelTitle(QString::fromStdString(result.request.model));
  std::vector<PageFigure> all;
  all.push_back(
      pageFigure(QStringLiteral("grid"), model, description, gridFigure(result, epsilon, includeQuery0, sorted)));
  if (head) {
    const HeadChoice& choice = head->choice;
    all.push_back(pageFigure(QStringLiteral("head-layer%1-head%2").arg(choice.layer).arg(choice.head),
                             QObject::tr("%1, layer %2, head %3").arg(model).arg(choice.layer).arg(choice.head),
                             description, headFigure(result, head->image, choice, epsilon, includeQuery0)));
  }
  all.push_back(
      pageFigure(QStringLiteral("profile"), model, description, profileFigure(result, epsilon, includeQuery0)));
  return withOrigin(std::move(all), "explore", result);
}

const QStringList& figureFormats() {
  static const QStringList formats{"pdf", "svg", "png", "tiff", "tex", "csv", "npz", "gif"};
  return formats;
}

void writeFigure(const PageFigure& figure, const FigureStyle& style, const QString& path, double dpi) {
  try {
    if (path.endsWith(QLatin1String(".csv")) || path.endsWith(QLatin1String(".npz"))) {
      figure.writeData(path, style.crop);
    } else if (path.endsWith(QLatin1String(".gif"))) {
      if (figure.frames.empty())
        throw Error(path.toStdString() + ": this figure does not move; gif is for those that do.");
      exportAnimation(figure.frames, style, path);
    } else {
      exportFigure(figure.drawing, style, path, dpi);
    }
  } catch (const std::runtime_error& error) {
    throw Error(error.what());
  }
}

QStringList writeFigures(const std::vector<PageFigure>& figures, const QString& folder, const QStringList& formats,
                         const FigureStyle& style, double dpi) {
  for (const QString& format : formats) {
    if (!figureFormats().contains(format)) {
      throw Error("There is no figure format '" + format.toStdString() + "'; choose among " +
                  figureFormats().join(QStringLiteral(", ")).toStdString() + ".");
    }
  }
  if (!QDir().mkpath(folder)) throw Error("The folder " + folder.toStdString() + " cannot be made.");
  QStringList paths;
  for (const PageFigure& figure : figures) {
    FigureStyle titled = style;
    if (titled.title.isEmpty()) titled.title = figure.drawing.title;
    for (const QString& format : formats) {
      if (format == QLatin1String("gif") && figure.frames.empty()) continue;
      paths << QDir(folder).filePath(figure.name + '.' + format);
      writeFigure(figure, titled, paths.back(), dpi);
    }
  }
  return paths;
}

}  // namespace sinkscope
