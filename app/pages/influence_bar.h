#pragma once

#include "app/document.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;

namespace sinkscope {

struct InfluenceRun;

/// What is asked of an influence: from which layer to which, measured how well, on one token or on all; and what that
/// costs.
class InfluenceBar : public QWidget {
  Q_OBJECT

 public:
  explicit InfluenceBar(Document& document, QWidget* parent = nullptr);

  /// Takes the layers that there are and the speed that was measured from a run.
  void setRun(const InfluenceRun& run);

 private:
  void follow();
  void fillLayers();
  void chooseFrom();
  void chooseTo();
  void chooseAll(bool all);
  bool isExactOffered(bool all) const;

  Document& document_;
  int layers_ = 0, width_ = 0;  // of the model of the last run; 0: none yet
  int tokens_ = 0;              // that were asked about, with <bos> and without
  int conditions_ = 1;
  double productsPerSecond_ = 0;
  QString measured_;  // how well the last run measured
  QLabel* token_;
  QComboBox* from_;
  QComboBox* to_;
  QComboBox* probes_;
  QCheckBox* all_;
  QLabel* cost_;
};

}  // namespace sinkscope
