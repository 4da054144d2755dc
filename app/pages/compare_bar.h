#pragma once

#include "app/compare_views.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;

namespace sinkscope {

/// The row above runs that lie beside each other: the way back, and what of them is shown.
class CompareBar : public QWidget {
  Q_OBJECT

 public:
  explicit CompareBar(QWidget* parent = nullptr);

  /// Offers what there is to choose of these runs, and chooses the first of it.
  void setRuns(const ComparedRuns& runs, bool logarithmic);
  /// Puts what is chosen into a look.
  void putInto(CompareLook& look) const;
  /// Shows what has a meaning: `hasMaps`, that is all but the way back.
  void offer(bool hasMaps, bool hasScale, bool hasPairs);
  bool isFirstMeasure() const;
  /// "A − B"
  QString pairTitle() const;

 signals:
  void changed();
  void leaveWanted();
  void zoomWanted(double times);

 private:
  QWidget* zoomButtons();

  QLabel* title_;
  QComboBox* measure_;
  QComboBox* condition_;
  QCheckBox* logarithmic_;
  QComboBox* pair_;
  QWidget* zoom_;
};

}  // namespace sinkscope
