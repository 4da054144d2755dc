#include "app/figures.h"

#include "app/head_image.h"
#include "app/model_names.h"
#include "core/analysis/explore.h"
#include "core/error.h"
#include "core/trace/attention.h"

#include <QDir>
#include <algorithm>
#include <cmath>
#include <exception>
#include <utility>

namespace sinkscope {
namespace {

/// More cells a side than this cannot be told apart on paper.
constexpr int kMostCells = 1024;

Matrix matrixOf(const Array<double, 2>& values) {
  Matrix matrix{static_cast<int>(values.extent(0)), static_cast<int>(values.extent(1)), {}};
  matrix.values.assign(values.values().begin(), values.values().end());
  return matrix;
}

void writeOne(const FigureDrawing& drawing, const std::function<void(const QString&)>& csv, const FigureStyle& style,
              const QString& path, const QString& format) {
  try {
    if (format == QLatin1String("csv")) {
      csv(path);
    } else {
      exportFigure(drawing, style, path);
    }
  } catch (const std::runtime_error& error) {
    throw Error(error.what());
  }
}

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
  QStringList labels;
  for (const Token& token : result.prompts[static_cast<std::size_t>(prompt)].tokens) {
    labels << QString::fromStdString(visibleText(token));
  }
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

ProfileFigure profileFigure(std::span<const PromptShares> shares, double epsilon, bool includeQuery0) {
  ProfileFigure figure;
  figure.curves = {
      {QStringLiteral("heads above eps"), sinkRateByLayer(shares, epsilon, 0, includeQuery0), ColourRole::Sink, {}},
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
  const auto bars = prompt.outputNorm.row(choice.layer, choice.head);
  figure.bars.assign(bars.begin(), bars.end());
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

QStringList writeFigures(const Exploration& exploration, double epsilon, int layer, int head, const QString& folder,
                         const QStringList& formats, const FigureStyle& style) {
  const ExploreResult& result = *exploration.result;
  for (const QString& format : formats) {
    if (!QStringList{"pdf", "svg", "png", "csv"}.contains(format)) {
      throw Error("There is no figure format '" + format.toStdString() + "'; choose among pdf, svg, png and csv.");
    }
  }
  if (!QDir().mkpath(folder)) throw Error("The folder " + folder.toStdString() + " cannot be made.");

  QStringList paths;
  const auto write = [&](const QString& name, const QString& title, const auto& figure) {
    FigureDrawing drawn = drawing(figure);
    FigureStyle titled = style;
    if (titled.title.isEmpty()) titled.title = title;
    drawn.title = titled.title;
    drawn.description = figureDescription(result, epsilon);
    for (const QString& format : formats) {
      const QString path = QDir(folder).filePath(name + '.' + format);
      writeOne(
          drawn, [&](const QString& csv) { writeCsv(csv, figure); }, titled, path, format);
      paths << path;
    }
  };

  const QString model = modelTitle(QString::fromStdString(result.request.model));
  write(QStringLiteral("grid"), model, gridFigure(result, epsilon));
  write(QStringLiteral("profile"), model, profileFigure(result, epsilon));
  if (!exploration.traces.empty() && exploration.traces.front() && exploration.traces.front()->hasAttention()) {
    const HeadAttention attention = exploration.traces.front()->head(layer, head);
    const int tokens = static_cast<int>(attention.tokens()), cells = std::min(tokens, kMostCells);
    const HeadChoice choice{0, layer, head, false, false};
    write(QStringLiteral("head-layer%1-head%2").arg(layer).arg(head),
          QStringLiteral("%1, layer %2, head %3").arg(model).arg(layer).arg(head),
          headFigure(result, headImage(attention, QRect(0, 0, tokens, tokens), QSize(cells, cells), false), choice,
                     epsilon));
  }
  return paths;
}

}  // namespace sinkscope
