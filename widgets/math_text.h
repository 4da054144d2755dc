#pragma once

#include <QFont>
#include <QPainter>
#include <QString>
#include <vector>

namespace sinkscope {

/** One line of text in which `_` between the bars of a norm makes the next letter a subscript: "‖W_O v‖". */
class MathText {
 public:
  /** Whether a text has such a subscript. */
  static bool isIn(const QString &text);

  MathText(const QString &text, const QFont &font);

  double width(const QPaintDevice *device) const;
  /** Draws it from the left end of its base line, in the painter's pen. */
  void paint(QPainter &painter, const QPointF &baseline) const;

 private:
  struct Run {
    QString text;
    bool lowered = false;
  };
  QFont fontOf(const Run &run) const;

  QFont font_;
  std::vector<Run> runs_;
};

}  // namespace sinkscope
