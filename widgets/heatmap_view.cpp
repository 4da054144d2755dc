#include "widgets/heatmap_view.h"

#include <QApplication>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

#include "widgets/theme.h"

namespace sinkscope {

namespace {

constexpr int kGatherMs = 60;       // steps of a zoom within this time ask for one image
constexpr double kZoomStep = 1.25;  // of a wheel notch or a key

}  // namespace

HeatmapView::HeatmapView(QWidget *parent)
    : QWidget(parent),
      xTitle_(tr("key")),
      yTitle_(tr("query")),
      barTitle_(tr("‖W_O v‖")),
      scaleLabel_(tr("attention")) {
  setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
  setAccessibleName(tr("Attention map"));
  wanted_.setSingleShot(true);
  wanted_.setInterval(kGatherMs);
  connect(&wanted_, &QTimer::timeout, this, [this] {
    const QRectF plot = plotRect();
    if (plot.isEmpty()) return;
    emit regionWanted(window_.region(), (plot.size() * devicePixelRatioF()).toSize());
  });
  describe();
}

void HeatmapView::setImage(Matrix image, QRect region) {
  matrix_ = std::move(image);
  region_ = region;
  rebuildImage();
}

void HeatmapView::setTokens(QStringList tokens) {
  tokens_ = std::move(tokens);
  labelExtent_ = TokenAxes::widest(tokens_, window_.tokens, QFontMetricsF(themeFor(this).caption, this), kLargestLabel);
  wanted_.start();  // the labels changed the plot's size
  update();
}

void HeatmapView::setTokenCount(int count) {
  if (count == window_.tokens) return;
  matrix_ = {};
  image_ = {};
  region_ = {};
  query_ = key_ = -1;
  window_ = HeatmapWindow::whole(count);
  labelExtent_ = TokenAxes::widest(tokens_, window_.tokens, QFontMetricsF(themeFor(this).caption, this), kLargestLabel);
  wanted_.start();
  describe();
  update();
}

void HeatmapView::setMessage(const QString &text) {
  if (text == message_) return;
  message_ = text;
  describe();
  update();
}

void HeatmapView::setKeyBars(std::vector<float> bars) {
  bars_ = std::move(bars);
  update();
}

void HeatmapView::setColourMap(ColourMap map) {
  if (map == scale_.map) return;
  scale_.map = map;
  rebuildImage();
}

void HeatmapView::setLogScale(bool logarithmic) {
  if (logarithmic == scale_.logarithmic) return;
  scale_.logarithmic = logarithmic;
  rebuildImage();
}

void HeatmapView::setSinkColumn(bool framed) {
  sinkFramed_ = framed;
  update();
}

void HeatmapView::setScaleMaximum(double maximum) {
  if (maximum == scale_.maximum) return;
  scale_.maximum = maximum;
  rebuildImage();
}

void HeatmapView::setScaleMinimum(double minimum) {
  if (minimum == scale_.minimum) return;
  scale_.minimum = minimum;
  rebuildImage();
}

void HeatmapView::setReadout(const QString &text) {
  readout_ = text;
  describe();
  update();
}

void HeatmapView::setTitle(const QString &title) {
  title_ = title;
  describe();
  update();
}

void HeatmapView::setAxisTitles(const QString &x, const QString &y, const QString &bars) {
  xTitle_ = x;
  yTitle_ = y;
  barTitle_ = bars;
  update();
}

void HeatmapView::setScaleLabel(const QString &label) {
  scaleLabel_ = label;
  update();
}

void HeatmapView::setPlaceholder(const QString &text) {
  placeholder_ = text;
  describe();
  update();
}

void HeatmapView::setCrosshair(int query, int key) {
  const auto known = [this](int token) { return token >= 0 && token < window_.tokens ? token : -1; };
  query_ = known(query);
  key_ = known(key);
  update();
}

void HeatmapView::describe() {
  QStringList parts{title_, message_, window_.tokens > 0 ? readout_ : placeholder_,
                    tr("The arrow keys move the crosshair, plus and minus zoom, Escape shows all.")};
  parts.removeAll(QString());
  setAccessibleDescription(parts.join(QStringLiteral(". ")));
}

void HeatmapView::rebuildImage() {
  image_ = imageOf(matrix_, scale_);
  update();
}

void HeatmapView::setWindow(const HeatmapWindow &window) {
  if (window.view == window_.view) return;
  window_ = window;
  wanted_.start();
  update();
}

void HeatmapView::resetZoom() {
  setWindow(HeatmapWindow::whole(window_.tokens));
}

void HeatmapView::resizeEvent(QResizeEvent *event) {
  QWidget::resizeEvent(event);
  wanted_.start();
}

void HeatmapView::changeEvent(QEvent *event) {
  QWidget::changeEvent(event);
  if (event->type() != QEvent::FontChange && event->type() != QEvent::StyleChange) return;
  setTokens(tokens_);
}

void HeatmapView::setCell(int query, int key) {
  if (query == query_ && key == key_) return;
  query_ = query;
  key_ = key;
  update();
  emit hovered(query, key);
}

void HeatmapView::hoverAt(const QPointF &position) {
  const QRectF plot = plotRect();
  if (!plot.contains(position) || window_.tokens == 0) return setCell(-1, -1);
  const QPointF token = window_.toToken(position, plot);
  const int last = window_.tokens - 1;
  setCell(std::clamp(static_cast<int>(token.y()), 0, last), std::clamp(static_cast<int>(token.x()), 0, last));
}

void HeatmapView::wheelEvent(QWheelEvent *event) {
  const QRectF plot = plotRect();
  if (!plot.contains(event->position()) || window_.tokens == 0) return QWidget::wheelEvent(event);
  const double factor = std::pow(kZoomStep, event->angleDelta().y() / 120.0);
  setWindow(window_.zoomed(factor, window_.toToken(event->position(), plot)));
  hoverAt(event->position());
  event->accept();
}

void HeatmapView::mousePressEvent(QMouseEvent *event) {
  if (event->button() != Qt::LeftButton || !plotRect().contains(event->position())) return;
  down_ = true;
  dragging_ = false;
  pressed_ = event->position();
  pressedWindow_ = window_;
}

void HeatmapView::mouseMoveEvent(QMouseEvent *event) {
  if (!down_) return hoverAt(event->position());
  const QPointF way = event->position() - pressed_;
  if (!dragging_ && way.manhattanLength() < QApplication::startDragDistance()) return;
  if (!dragging_) setCursor(Qt::ClosedHandCursor);
  dragging_ = true;
  const QRectF plot = plotRect();
  const double perPixel = pressedWindow_.view.width() / std::max(1.0, plot.width());
  setWindow(pressedWindow_.panned(-way * perPixel));
}

void HeatmapView::mouseReleaseEvent(QMouseEvent *event) {
  if (event->button() != Qt::LeftButton || !down_) return;
  down_ = false;
  unsetCursor();
  hoverAt(event->position());
  if (!dragging_ && query_ >= 0) emit clicked(query_, key_);
  dragging_ = false;
}

void HeatmapView::mouseDoubleClickEvent(QMouseEvent *event) {
  if (event->button() == Qt::LeftButton) resetZoom();
}

void HeatmapView::leaveEvent(QEvent *event) {
  setCell(-1, -1);
  QWidget::leaveEvent(event);
}

void HeatmapView::moveCrosshair(int byQuery, int byKey) {
  const int last = window_.tokens - 1;
  const int query = std::clamp(std::max(0, query_) + byQuery, 0, last);
  const int key = std::clamp(std::max(0, key_) + byKey, 0, last);
  // The view follows the crosshair.
  const QRectF view = window_.view;
  const auto beyond = [](double token, double lo, double hi) {
    return token < lo ? token - lo : token + 1 > hi ? token + 1 - hi : 0.0;
  };
  setWindow(window_.panned({beyond(key, view.left(), view.right()), beyond(query, view.top(), view.bottom())}));
  setCell(query, key);
}

void HeatmapView::keyPressEvent(QKeyEvent *event) {
  if (window_.tokens == 0) return QWidget::keyPressEvent(event);
  const QPointF about = query_ >= 0 && key_ >= 0 ? QPointF(key_ + 0.5, query_ + 0.5) : window_.view.center();
  switch (event->key()) {
    case Qt::Key_Left:
      return moveCrosshair(0, -1);
    case Qt::Key_Right:
      return moveCrosshair(0, 1);
    case Qt::Key_Up:
      return moveCrosshair(-1, 0);
    case Qt::Key_Down:
      return moveCrosshair(1, 0);
    case Qt::Key_Plus:
    case Qt::Key_Equal:
      return setWindow(window_.zoomed(kZoomStep, about));
    case Qt::Key_Minus:
      return setWindow(window_.zoomed(1 / kZoomStep, about));
    case Qt::Key_0:
      return resetZoom();
    case Qt::Key_Return:
    case Qt::Key_Enter:
      if (query_ >= 0 && key_ >= 0) emit clicked(query_, key_);
      return;
    case Qt::Key_Escape:
      // A view that shows all leaves Escape to the window.
      if (window_.view == HeatmapWindow::whole(window_.tokens).view) break;
      return resetZoom();
    default:
      break;
  }
  QWidget::keyPressEvent(event);
}

}  // namespace sinkscope
