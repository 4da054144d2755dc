#pragma once

#include <QLayout>
#include <QList>

namespace sinkscope {

/// Widgets beside each other, in as many rows as the width asks for.
class FlowLayout : public QLayout {
 public:
  explicit FlowLayout(int spacing);
  ~FlowLayout() override;

  void addItem(QLayoutItem* item) override;
  int count() const override;
  QLayoutItem* itemAt(int index) const override;
  QLayoutItem* takeAt(int index) override;
  Qt::Orientations expandingDirections() const override { return {}; }
  bool hasHeightForWidth() const override { return true; }
  int heightForWidth(int width) const override;
  QSize sizeHint() const override;     ///< in one row
  QSize minimumSize() const override;  ///< of the widest
  void setGeometry(const QRect& rect) override;

 private:
  /// Goes through the items' places in rows as wide as `rect`; the height of them all.
  template <typename Place>
  int flow(const QRect& rect, Place place) const;

  QList<QLayoutItem*> items_;
};

}  // namespace sinkscope
