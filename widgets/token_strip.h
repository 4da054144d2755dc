#pragma once

#include <QAbstractScrollArea>
#include <QRect>
#include <QString>
#include <QVector>
#include <vector>

#include "widgets/colour_map.h"

class QPainter;

namespace sinkscope {

struct Theme;

/** One token as the strip shows it. */
struct TokenChip {
  QString text;
  QString tip;        ///< for the tooltip: id, bytes, position
  bool sink = false;  ///< drawn in amber
  bool operator==(const TokenChip &) const = default;
};

/** Where the chips stand: a flow from left to right that wraps. Plain numbers, so that it can be tested. */
struct ChipFlow {
  std::vector<QRect> chips;
  int rows = 0;
  int height = 0;  ///< of the content, without the outer margin

  /** Lays chips of these widths into `width` pixels; a chip wider than that is cut to it. */
  static ChipFlow lay(const std::vector<int> &widths, int width, int chipHeight, int gap);
  /** The chip at a point of the content, -1 when none. */
  int at(const QPoint &point) const;
};

/** The tokens of a prompt as a wrapping row of chips; at most four rows, then it scrolls. */
class TokenStrip : public QAbstractScrollArea {
  Q_OBJECT

 public:
  explicit TokenStrip(QWidget *parent = nullptr);

  /** Other tokens than before lose their tints. */
  void setTokens(QVector<TokenChip> tokens);
  const QVector<TokenChip> &tokens() const { return tokens_; }
  /** Marks a token (that another view points at) and scrolls to it; -1 marks none. */
  void setHighlighted(int token);
  int highlighted() const { return highlighted_; }
  /** Colours each chip by a value in 0..1; NaN leaves a chip as it is, no values leave all. The sink keeps an amber
   * frame.
   */
  void setTints(std::vector<double> values, ColourMap map);
  const std::vector<double> &tints() const { return tints_; }
  /** Said in place of the chips when there are none. */
  void setPlaceholder(const QString &text);
  /** Where a token's chip stands in the viewport; empty when there is none. */
  QRect chipRect(int token) const;

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;
  bool hasHeightForWidth() const override { return true; }
  int heightForWidth(int width) const override;

 signals:
  void tokenHovered(int token);  ///< -1 when the pointer leaves
  void tokenClicked(int token);

 protected:
  void paintEvent(QPaintEvent *event) override;
  void resizeEvent(QResizeEvent *event) override;
  void mouseMoveEvent(QMouseEvent *event) override;
  void mousePressEvent(QMouseEvent *event) override;
  void keyPressEvent(QKeyEvent *event) override;
  void changeEvent(QEvent *event) override;
  bool viewportEvent(QEvent *event) override;

 private:
  ChipFlow flowFor(int width) const;
  int chipHeight() const;
  void measure();
  void relayout();
  void setHovered(int token);
  int tokenAt(const QPoint &position) const;
  bool tinted(int token) const;
  void paintChip(QPainter &painter, const Theme &theme, int token) const;

  QVector<TokenChip> tokens_;
  std::vector<int> widths_;
  std::vector<double> tints_;  // [token]
  ColourMap tintMap_ = ColourMap::Viridis;
  ChipFlow flow_;
  QString placeholder_;
  int hovered_ = -1;
  int highlighted_ = -1;
};

}  // namespace sinkscope
