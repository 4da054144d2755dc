#pragma once

#include <QObject>
#include <QPointF>
#include <QScrollArea>
#include <vector>

namespace sinkscope {

/// Shows a view at a multiple of the room that there is, with scroll bars where it is larger.
class ZoomArea : public QScrollArea {
  Q_OBJECT

 public:
  explicit ZoomArea(QWidget* view, QWidget* parent = nullptr);

  /// Makes the view so many times as large; the point of it (0 ... 1 of its sides) comes to that place of the viewport.
  void zoomTo(double factor, const QPointF& point, const QPointF& place);
  /// How far it is scrolled, 0 ... 1 of the way of each bar.
  QPointF scrolled() const;
  void scrollTo(const QPointF& way);

 signals:
  /// The wheel was turned with Ctrl: times so much about a point of the view.
  void zoomWanted(double times, const QPointF& point, const QPointF& place);
  void moved();

 protected:
  void resizeEvent(QResizeEvent* event) override;
  bool eventFilter(QObject* object, QEvent* event) override;

 private:
  void fit();

  double factor_ = 1.0;
};

/// Several views that are zoomed and scrolled together.
class LinkedZoom : public QObject {
  Q_OBJECT

 public:
  static constexpr double kMost = 8.0;

  using QObject::QObject;

  void setAreas(std::vector<ZoomArea*> areas);
  double factor() const { return factor_; }
  /// About the middle.
  void zoom(double times);

 signals:
  void zoomed(double factor);

 private:
  void zoomAbout(double times, const QPointF& point, const QPointF& place);
  void follow(const ZoomArea* moved);

  std::vector<ZoomArea*> areas_;
  double factor_ = 1.0;
  bool moving_ = false;
};

}  // namespace sinkscope
