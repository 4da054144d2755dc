#include "widgets/token_strip.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>
#include <algorithm>
#include <cmath>
#include <utility>

#include "widgets/theme.h"

namespace sinkscope {

namespace {

constexpr int kPadding = 6;       // within a chip, left and right
constexpr int kGap = kGrid;       // between chips
constexpr int kInset = 2;         // around the chips, for the focus ring
constexpr int kMaximumRows = 4;   // then the strip scrolls
constexpr int kMinimumChip = 20;  // a chip of one thin letter is still easy to hit

}  // namespace

ChipFlow ChipFlow::lay(const std::vector<int> &widths, int width, int chipHeight, int gap) {
  ChipFlow flow;
  int x = 0;
  int y = 0;
  for (int chip : widths) {
    const int cut = std::min(chip, std::max(1, width));
    if (x > 0 && x + cut > width) {
      x = 0;
      y += chipHeight + gap;
    }
    flow.chips.emplace_back(x, y, cut, chipHeight);
    x += cut + gap;
  }
  if (!flow.chips.empty()) {
    flow.height = y + chipHeight;
    flow.rows = y / (chipHeight + gap) + 1;
  }
  return flow;
}

int ChipFlow::at(const QPoint &point) const {
  // Chips are sorted by row, then by column: the first one that ends below and right of the point, if it holds it.
  const auto found = std::lower_bound(chips.begin(), chips.end(), point, [](const QRect &chip, const QPoint &p) {
    return chip.bottom() < p.y() || (chip.top() <= p.y() && chip.right() < p.x());
  });
  return found != chips.end() && found->contains(point) ? static_cast<int>(found - chips.begin()) : -1;
}

TokenStrip::TokenStrip(QWidget *parent) : QAbstractScrollArea(parent) {
  setFrameShape(QFrame::NoFrame);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setFocusPolicy(Qt::StrongFocus);
  viewport()->setMouseTracking(true);
  viewport()->setAutoFillBackground(false);
  QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
  policy.setHeightForWidth(true);
  setSizePolicy(policy);
  setAccessibleName(tr("Tokens"));
  setAccessibleDescription(tr("The tokens of the prompt. The arrow keys move, Return picks."));
}

void TokenStrip::setTokens(QVector<TokenChip> tokens) {
  if (tokens == tokens_) return;
  tints_.clear();
  tokens_ = std::move(tokens);
  const int count = static_cast<int>(tokens_.size());
  if (highlighted_ >= count) highlighted_ = -1;
  if (hovered_ >= count) hovered_ = -1;
  measure();
  relayout();
}

void TokenStrip::setHighlighted(int token) {
  const int wanted = token >= 0 && token < tokens_.size() ? token : -1;
  if (wanted == highlighted_) return;
  highlighted_ = wanted;
  if (highlighted_ >= 0) {
    const QRect chip = flow_.chips[static_cast<std::size_t>(highlighted_)].translated(kInset, kInset);
    QScrollBar *bar = verticalScrollBar();
    if (chip.top() - kInset < bar->value()) bar->setValue(chip.top() - kInset);
    if (chip.bottom() + kInset >= bar->value() + viewport()->height()) {
      bar->setValue(chip.bottom() + kInset + 1 - viewport()->height());
    }
  }
  viewport()->update();
}

void TokenStrip::setTints(std::vector<double> values, ColourMap map) {
  tints_ = std::move(values);
  tintMap_ = map;
  viewport()->update();
}

bool TokenStrip::tinted(int token) const {
  const auto index = static_cast<std::size_t>(token);
  return index < tints_.size() && !std::isnan(tints_[index]);
}

void TokenStrip::setPlaceholder(const QString &text) {
  placeholder_ = text;
  viewport()->update();
}

QRect TokenStrip::chipRect(int token) const {
  if (token < 0 || token >= static_cast<int>(flow_.chips.size())) return {};
  return flow_.chips[static_cast<std::size_t>(token)].translated(kInset, kInset - verticalScrollBar()->value());
}

int TokenStrip::chipHeight() const {
  return (fontMetrics().height() + 6 + kGrid - 1) / kGrid * kGrid;
}

ChipFlow TokenStrip::flowFor(int width) const {
  return ChipFlow::lay(widths_, std::max(1, width - 2 * kInset), chipHeight(), kGap);
}

int TokenStrip::heightForWidth(int width) const {
  const int rows = std::clamp(flowFor(width).rows, 1, kMaximumRows);
  return rows * (chipHeight() + kGap) - kGap + 2 * kInset;
}

QSize TokenStrip::sizeHint() const {
  const int width = 480;
  return {width, heightForWidth(this->width() > 0 ? this->width() : width)};
}

QSize TokenStrip::minimumSizeHint() const {
  return {120, chipHeight() + 2 * kInset};
}

void TokenStrip::measure() {
  const QFontMetrics metrics(themeFor(this).mono);
  widths_.clear();
  widths_.reserve(static_cast<std::size_t>(tokens_.size()));
  for (const TokenChip &chip : tokens_) {
    widths_.push_back(std::max(kMinimumChip, metrics.horizontalAdvance(chip.text) + 2 * kPadding));
  }
}

void TokenStrip::relayout() {
  // A scroll bar takes width from the chips, which may need it: ask without it first.
  const int full = width();
  const int bar = verticalScrollBar()->sizeHint().width();
  const bool scrolls = flowFor(full).rows > kMaximumRows;
  setVerticalScrollBarPolicy(scrolls ? Qt::ScrollBarAlwaysOn : Qt::ScrollBarAlwaysOff);
  flow_ = flowFor(scrolls ? full - bar : full);
  const int content = flow_.height + 2 * kInset;
  const int page = viewport()->height();
  verticalScrollBar()->setPageStep(page);
  verticalScrollBar()->setSingleStep(chipHeight() + kGap);
  verticalScrollBar()->setRange(0, std::max(0, content - page));
  updateGeometry();
  viewport()->update();
}

void TokenStrip::resizeEvent(QResizeEvent *event) {
  QAbstractScrollArea::resizeEvent(event);
  relayout();
}

void TokenStrip::changeEvent(QEvent *event) {
  QAbstractScrollArea::changeEvent(event);
  if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange) {
    measure();
    relayout();
  } else if (event->type() == QEvent::PaletteChange) {
    viewport()->update();
  }
}

int TokenStrip::tokenAt(const QPoint &position) const {
  return flow_.at(position - QPoint(kInset, kInset - verticalScrollBar()->value()));
}

void TokenStrip::setHovered(int token) {
  if (token == hovered_) return;
  hovered_ = token;
  viewport()->update();
  emit tokenHovered(token);
}

void TokenStrip::mouseMoveEvent(QMouseEvent *event) {
  setHovered(tokenAt(event->position().toPoint()));
}

void TokenStrip::mousePressEvent(QMouseEvent *event) {
  const int token = tokenAt(event->position().toPoint());
  if (event->button() != Qt::LeftButton || token < 0) return;
  setHighlighted(token);
  emit tokenClicked(token);
}

void TokenStrip::keyPressEvent(QKeyEvent *event) {
  const int last = static_cast<int>(tokens_.size()) - 1;
  int target = highlighted_;
  switch (event->key()) {
    case Qt::Key_Left:
      target = std::max(0, highlighted_ - 1);
      break;
    case Qt::Key_Right:
      target = std::min(last, highlighted_ + 1);
      break;
    case Qt::Key_Home:
      target = 0;
      break;
    case Qt::Key_End:
      target = last;
      break;
    case Qt::Key_Up:
    case Qt::Key_Down: {
      const QRect from = chipRect(std::max(0, highlighted_));
      const int step = (event->key() == Qt::Key_Up ? -1 : 1) * (chipHeight() + kGap);
      const int found = tokenAt(QPoint(from.left() + from.width() / 2, from.center().y() + step));
      if (found >= 0) target = found;
      break;
    }
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
      if (highlighted_ >= 0) emit tokenClicked(highlighted_);
      return;
    default:
      QAbstractScrollArea::keyPressEvent(event);
      return;
  }
  if (target >= 0 && target <= last && target != highlighted_) {
    setHighlighted(target);
    emit tokenHovered(target);
  }
}

bool TokenStrip::viewportEvent(QEvent *event) {
  if (event->type() == QEvent::Leave) {
    setHovered(-1);
  } else if (event->type() == QEvent::ToolTip) {
    const auto *help = static_cast<QHelpEvent *>(event);
    const int token = tokenAt(help->pos());
    if (token >= 0 && !tokens_[token].tip.isEmpty()) {
      QToolTip::showText(help->globalPos(), tokens_[token].tip, viewport(), chipRect(token));
    } else {
      QToolTip::hideText();
    }
    return true;
  }
  return QAbstractScrollArea::viewportEvent(event);
}

void TokenStrip::paintEvent(QPaintEvent *event) {
  QPainter painter(viewport());
  painter.setRenderHint(QPainter::Antialiasing);
  const Theme theme = themeFor(this);
  if (tokens_.isEmpty()) {
    painter.setFont(theme.body);
    painter.setPen(theme.mutedText);
    const QRect room = viewport()->rect().adjusted(kInset + kPadding, 0, -kPadding, 0);
    painter.drawText(room, Qt::AlignLeft | Qt::AlignVCenter,
                     QFontMetrics(theme.body).elidedText(placeholder_, Qt::ElideRight, room.width()));
    return;
  }
  painter.setFont(theme.mono);
  for (int token = 0; token < tokens_.size(); ++token) {
    if (chipRect(token).intersects(event->rect())) paintChip(painter, theme, token);
  }
}

void TokenStrip::paintChip(QPainter &painter, const Theme &theme, int token) const {
  const TokenChip &shown = tokens_[token];
  const QRect chip = chipRect(token);
  const bool lit = token == highlighted_ || token == hovered_;
  QColor ground = shown.sink ? theme.accent : lit ? theme.empty : theme.surface;
  QColor ink = shown.sink ? theme.onAccent : theme.text;
  if (tinted(token)) {
    ground = QColor::fromRgb(colourAt(tintMap_, tints_[static_cast<std::size_t>(token)]));
    ink = inkOn(ground.rgb());
  }
  const bool thick = token == highlighted_ || (shown.sink && tinted(token));
  const double inset = thick ? 1 : 0.5;
  painter.setBrush(ground);
  painter.setPen(QPen(lit ? theme.selection : shown.sink ? theme.accent : theme.line, thick ? 2 : 1));
  painter.drawRoundedRect(QRectF(chip).adjusted(inset, inset, -inset, -inset), kRadius, kRadius);
  if (hasFocus() && token == std::max(0, highlighted_)) {
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme.selection, 1));
    painter.drawRoundedRect(QRectF(chip).adjusted(-1.5, -1.5, 1.5, 1.5), kRadius + 2, kRadius + 2);
  }
  painter.setPen(ink);
  const QRect room = chip.adjusted(kPadding - 1, 0, -kPadding + 1, 0);
  const QFontMetrics metrics(theme.mono);
  painter.drawText(room, Qt::AlignCenter, metrics.elidedText(shown.text, Qt::ElideRight, room.width()));
}

}  // namespace sinkscope
