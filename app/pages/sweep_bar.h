#pragma once

#include "app/document.h"

#include <QWidget>

class QSpinBox;
class QToolButton;

namespace sinkscope {

/// What a sweep draws: how many replacements a position, and from which seed; and a way to begin anew.
class SweepBar : public QWidget {
  Q_OBJECT

 public:
  explicit SweepBar(Document& document, QWidget* parent = nullptr);

 signals:
  void runWanted();

 private:
  void follow(const Inputs& now);

  Document& document_;
  QSpinBox* draws_;
  QSpinBox* seed_;
  QToolButton* run_;
};

}  // namespace sinkscope
