#pragma once

#include <QWidget>

namespace sinkscope {

/// A panel that lies over the window's content, set off from it by its ground and an edge.
class Overlay : public QWidget {
  Q_OBJECT

 public:
  using QWidget::QWidget;

 protected:
  void paintEvent(QPaintEvent* event) override;
};

}  // namespace sinkscope
