// Draws every widget with realistic data into PNG files: widget_gallery DIR [dark]. QT_SCALE_FACTOR=2 doubles them.
#include <QApplication>
#include <QDir>
#include <QTextStream>

#include "tests/widgets/sample_data.h"
#include "widgets/curve_plot.h"
#include "widgets/eps_slider.h"
#include "widgets/head_grid.h"
#include "widgets/heatmap_view.h"
#include "widgets/layer_map.h"
#include "widgets/layer_map_row.h"
#include "widgets/profile_plot.h"
#include "widgets/scatter_plot.h"
#include "widgets/theme.h"
#include "widgets/token_strip.h"

using namespace sinkscope;

namespace {

QDir folder;
QString suffix;

void shoot(QWidget &widget, const QString &name, QSize size) {
  widget.resize(size);
  widget.show();
  QApplication::processEvents();
  const QString path = folder.filePath(name + suffix + QStringLiteral(".png"));
  if (!widget.grab().save(path)) QTextStream(stderr) << "cannot write " << path << '\n';
  widget.hide();
}

void strips() {
  TokenStrip strip;
  QVector<TokenChip> chips;
  for (const QString &text : sample::tokens(60)) chips.push_back({text, {}, text == QLatin1String("<bos>")});
  strip.setTokens(chips);
  strip.setHighlighted(9);
  shoot(strip, QStringLiteral("strip"), {640, strip.heightForWidth(640)});
}

void grids() {
  struct Shape {
    int layers, heads;
    QSize size;
  };
  for (const Shape &shape : {Shape{18, 4, {420, 480}}, Shape{30, 9, {420, 480}}, Shape{12, 12, {420, 480}},
                             Shape{80, 128, {640, 480}}, Shape{26, 8, {220, 200}}}) {
    HeadGrid grid;
    grid.setShares(sample::shares(shape.layers, shape.heads));
    grid.setThreshold(0.5);
    grid.setSelected(5, 2);
    const QString name = QStringLiteral("grid-%1x%2").arg(shape.layers).arg(shape.heads);
    shoot(grid, name, shape.size);
    if (shape.layers != 12) continue;
    QVector<QImage> pictures;
    for (float share : grid.shares().values) pictures << imageOf(sample::attention(24, share), {});
    grid.setThumbnails(pictures);
    shoot(grid, name + QStringLiteral("-thumbnails"), {560, 560});
  }
}

void maps() {
  for (int count : {6, 30, 512}) {
    HeatmapView view;
    view.setTokenCount(count);
    view.setTokens(sample::tokens(count));
    view.setImage(sample::attention(count, 0.7), QRect(0, 0, count, count));
    view.setKeyBars(sample::norms(count));
    view.setTitle(QStringLiteral("layer 3, head 2"));
    view.setReadout(QStringLiteral("·the (7) attends to <bos> (0): 0.713"));
    if (count == 30) view.setCrosshair(17, 7);
    view.setLogScale(count == 512);
    shoot(view, QStringLiteral("map-%1").arg(count), {480, 520});
  }
}

void sliders() {
  EpsSlider slider;
  slider.setEpsilon(0.42);
  shoot(slider, QStringLiteral("eps"), slider.sizeHint());
}

void profiles() {
  ProfilePlot plot;
  const Matrix shares = sample::shares(18, 4);
  std::vector<double> mean;
  std::vector<double> rate;
  for (int layer = 0; layer < shares.rows; ++layer) {
    double sum = 0;
    int above = 0;
    for (int head = 0; head < shares.columns; ++head) {
      sum += shares.at(layer, head) / shares.columns;
      above += shares.at(layer, head) > 0.3F;
    }
    mean.push_back(sum);
    rate.push_back(static_cast<double>(above) / shares.columns);
  }
  plot.setAxisTitles(QStringLiteral("layer"), QStringLiteral("share"));
  plot.setSeries(QStringLiteral("mean share"), mean, ColourRole::Sink);
  plot.setSeries(QStringLiteral("sink rate"), rate, ColourRole::First);
  plot.setBaseline(0.09, QStringLiteral("uniform"));
  plot.setThreshold(0.3);
  plot.setRange(0, 1);
  shoot(plot, QStringLiteral("profile"), {440, 260});
}

void layerMaps() {
  for (int tokens : {9, 20, 64}) {
    const int layers = tokens == 9 ? 12 : tokens == 20 ? 18 : 30;
    for (bool bos : {true, false}) {
      LayerMap map;
      map.setData(sample::spread(layers, tokens, tokens / 2, bos ? 0.15 : 0.4, bos));
      map.setScale({ColourMap::Viridis, 0, 1, tokens == 64, 1e-3});
      map.setScaleLabel(QStringLiteral("relative change"));
      map.setColourBarShown(!bos);
      if (bos) map.setHighlight(layers / 2, tokens / 2 + 2);
      if (!bos && tokens == 20) map.setShownRows(9);
      const QString name = QStringLiteral("layers-%1%2").arg(tokens).arg(bos ? QString() : QStringLiteral("-nobos"));
      shoot(map, name, {520, 340});
    }
  }
  for (int tokens : {9, 24, 64}) {
    LayerMapRow row;
    row.setMaps({sample::spread(18, tokens, tokens / 2, 0.15, true),
                 sample::spread(18, tokens - 1, tokens / 2 - 1, 0.4, false)});
    row.setScale({ColourMap::Viridis, 0, 1}, QStringLiteral("relative change"));
    row.setHighlight(0, 7, tokens / 2 + 2);
    shoot(row, QStringLiteral("layers-row-%1").arg(tokens), {960, 300});
  }
  LayerMap empty;
  empty.setPlaceholder(QStringLiteral("Click a token and type another."));
  shoot(empty, QStringLiteral("layers-empty"), {520, 200});
}

void curvePlots() {
  CurvePlot plot;
  plot.setCurves(sample::linesOf(sample::spread(30, 64, 20, 0.3, true)));
  shoot(plot, QStringLiteral("curves-64"), {520, 300});
  plot.highlight(24);
  plot.highlightX(20);
  shoot(plot, QStringLiteral("curves-64-lit"), {520, 300});
  for (int count : {1, 3, 8}) {
    plot.setCurves(sample::curves(count, count == 8));
    plot.highlight(-1);
    plot.highlightX(count == 3 ? 5 : std::numeric_limits<double>::quiet_NaN());
    shoot(plot, QStringLiteral("curves-%1").arg(count), {520, 300});
  }
}

void scatterPlots() {
  ScatterPlot plot;
  plot.setScatter(sample::heads(72, false));
  plot.setSelected(5);
  plot.highlight(9);
  shoot(plot, QStringLiteral("scatter"), {480, 360});
  plot.setSelected(-1);
  plot.setScatter(sample::heads(4000, true));
  shoot(plot, QStringLiteral("scatter-log"), {480, 360});
}

}  // namespace

int main(int argc, char **argv) {
  QApplication application(argc, argv);
  const QStringList arguments = QApplication::arguments();
  if (arguments.size() < 2) {
    QTextStream(stderr) << "widget_gallery DIR [dark]\n";
    return 2;
  }
  folder = QDir(arguments[1]);
  folder.mkpath(QStringLiteral("."));
  const bool dark = arguments.contains(QStringLiteral("dark"));
  applyAppStyle(application, dark);
  suffix = dark ? QStringLiteral("-dark") : QString();
  if (application.devicePixelRatio() > 1) suffix += QStringLiteral("@2x");
  strips();
  grids();
  maps();
  sliders();
  profiles();
  layerMaps();
  curvePlots();
  scatterPlots();
  return 0;
}
