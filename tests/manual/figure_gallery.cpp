// Exports every figure with realistic data: figure_gallery DIR [WIDTH_MM] [FONT_PT].
#include <QApplication>
#include <QDir>
#include <QTextStream>

#include "tests/widgets/sample_data.h"
#include "widgets/figure.h"

using namespace sinkscope;

namespace {

const QString kConventions = QStringLiteral(
    "gemma-3-270m, float32; T = 64, first 64 tokens, with <bos>; alpha: mean over the queries from 1, padding "
    "excluded; "
    "sink: alpha_0 > eps = 0.3; uniform baseline 0.074");

ProfileFigure profile() {
  const Matrix shares = sample::shares(18, 4);
  ProfileFigure figure;
  ProfileCurve mean{QStringLiteral("mean share"), {}, ColourRole::Sink, {}};
  ProfileCurve rate{QStringLiteral("sink rate"), {}, ColourRole::First, {}};
  for (int layer = 0; layer < shares.rows; ++layer) {
    double sum = 0;
    int above = 0;
    for (int head = 0; head < shares.columns; ++head) {
      sum += shares.at(layer, head) / shares.columns;
      above += shares.at(layer, head) > 0.3F;
    }
    mean.y.push_back(sum);
    rate.y.push_back(static_cast<double>(above) / shares.columns);
  }
  figure.curves = {mean, rate};
  figure.yTitle = QStringLiteral("share of the heads, of attention");
  figure.baseline = 0.074;
  figure.baselineName = QStringLiteral("uniform attention");
  figure.threshold = 0.3;
  figure.maximum = 1;
  figure.conventions = kConventions;
  return figure;
}

GridFigure grid(int layers, int heads) {
  GridFigure figure;
  figure.shares = sample::shares(layers, heads);
  figure.conventions = kConventions;
  return figure;
}

HeadFigure head(int tokens, bool logarithmic) {
  HeadFigure figure;
  figure.image = sample::attention(tokens, 0.7);
  figure.tokens = sample::tokens(tokens);
  figure.bars = sample::norms(tokens);
  figure.logarithmic = logarithmic;
  figure.conventions = kConventions;
  return figure;
}

LayerMapFigure layerMaps(int layers, int tokens, int count) {
  LayerMapFigure figure;
  figure.maps = {sample::spread(layers, tokens, tokens / 2, 0.15, true)};
  if (count > 1) figure.maps.push_back(sample::spread(layers, tokens - 1, tokens / 2 - 1, 0.4, false));
  figure.scale.logarithmic = tokens > 30;
  figure.scale.floor = 1e-3;
  figure.scaleLabel = QStringLiteral("relative change");
  figure.conventions = kConventions;
  return figure;
}

}  // namespace

int main(int argc, char **argv) {
  QApplication application(argc, argv);
  const QStringList arguments = QApplication::arguments();
  if (arguments.size() < 2) {
    QTextStream(stderr) << "figure_gallery DIR [WIDTH_MM] [FONT_PT]\n";
    return 2;
  }
  const QDir folder(arguments[1]);
  folder.mkpath(QStringLiteral("."));
  FigureStyle style;
  if (arguments.size() > 2) style.widthMm = arguments[2].toDouble();
  if (arguments.size() > 3) style.fontPt = arguments[3].toDouble();
  const std::vector<std::pair<QString, FigureDrawing>> figures = {
      {QStringLiteral("grid-18x4"), drawing(grid(18, 4))},
      {QStringLiteral("grid-12x12"), drawing(grid(12, 12))},
      {QStringLiteral("grid-80x128"), drawing(grid(80, 128))},
      {QStringLiteral("head-6"), drawing(head(6, false))},
      {QStringLiteral("head-30"), drawing(head(30, false))},
      {QStringLiteral("head-512"), drawing(head(512, true))},
      {QStringLiteral("profile"), drawing(profile())},
      {QStringLiteral("layers-9"), drawing(layerMaps(12, 9, 1))},
      {QStringLiteral("layers-20-two"), drawing(layerMaps(18, 20, 2))},
      {QStringLiteral("layers-64-two"), drawing(layerMaps(30, 64, 2))},
      {QStringLiteral("curves-3"), drawing(CurveFigure{sample::curves(3, false), kConventions})},
      {QStringLiteral("curves-8"), drawing(CurveFigure{sample::curves(8, true), kConventions})},
      {QStringLiteral("curves-64"),
       drawing(CurveFigure{sample::linesOf(sample::spread(30, 64, 20, 0.3, true)), kConventions})},
      {QStringLiteral("scatter"), drawing(ScatterFigure{sample::heads(72, false), kConventions})},
      {QStringLiteral("scatter-log"), drawing(ScatterFigure{sample::heads(4000, true), kConventions})}};
  for (const auto &[name, figure] : figures) {
    for (const char *suffix : {"pdf", "svg", "png"}) {
      exportFigure(figure, style, folder.filePath(name + QLatin1Char('.') + QLatin1String(suffix)), 150);
    }
  }
  return 0;
}
