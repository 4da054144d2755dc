#pragma once

#include "app/document.h"
#include "app/explored.h"
#include "core/array.h"

#include <QWidget>
#include <array>

class QCheckBox;
class QComboBox;
class QLabel;

namespace sinkscope {

class HeadMap;
class Session;

/// The selected head: its map, or two maps side by side on one scale with <bos> on and off.
class HeadPanel : public QWidget {
  Q_OBJECT

 public:
  HeadPanel(Session& session, Document& document, QWidget* parent = nullptr);

  void setResult(ExploredPtr result, int prompt);
  /// The same prompt with <bos> the other way; null while there is none.
  void setComparison(ExploredPtr result);
  void setHead(int layer, int head);
  int layer() const { return layer_; }
  int head() const { return head_; }

  /// Points at a key of the main map from outside; -1: none.
  void pointAt(int key);
  HeadMap* map(int side = 0) const { return maps_[static_cast<std::size_t>(side)]; }

 signals:
  void keyHovered(int key);  ///< of the main map; -1 when the pointer leaves

 private:
  void follow(const Inputs& now, const Inputs& before);
  void showMaps();
  void showHeading();
  void shareScale();
  void link(int from, int query, int key);

  Document& document_;
  std::array<ExploredPtr, 2> explored_;
  Array<double, 2> drain_;  // [layer, head], of the shown prompt
  int prompt_ = 0, layer_ = 0, head_ = 0;
  std::array<HeadMap*, 2> maps_;
  QLabel* heading_;
  QLabel* facts_;
  QLabel* row_;
  QCheckBox* log_;
  QCheckBox* hide_;
  QCheckBox* compare_;
  QComboBox* colours_;
};

}  // namespace sinkscope
