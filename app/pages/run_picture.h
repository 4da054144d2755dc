#pragma once

#include "core/array.h"
#include "widgets/colour_map.h"

#include <QWidget>
#include <cstdint>

namespace sinkscope {

/// The small picture of a saved run: cells as a map, one row of them as a curve, or that there is none.
class RunPicture : public QWidget {
  Q_OBJECT

 public:
  explicit RunPicture(QWidget* parent = nullptr);

  /// `what`: said to whoever cannot see it.
  void setPicture(const Array<std::uint8_t, 2>& picture, const QString& what);
  void setColourMap(ColourMap map);

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  Array<std::uint8_t, 2> picture_;
  ColourMap map_ = ColourMap::Viridis;
};

}  // namespace sinkscope
