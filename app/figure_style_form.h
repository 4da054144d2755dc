#pragma once

#include "widgets/figure_style.h"

#include <QLineEdit>
#include <QWidget>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QFontComboBox;
class QFormLayout;

namespace sinkscope {

/// A line for a range of layers, heads or tokens: "3-7", "3-", "-7", "5"; empty is all. What is none is told by its
/// look.
class RangeEdit : public QLineEdit {
  Q_OBJECT

 public:
  explicit RangeEdit(const QString& name, QWidget* parent = nullptr);
  /// All where the text is no range.
  FigureRange range() const;
  void setRange(const FigureRange& range);

 signals:
  void rangeChanged();
};

/// How a figure is set, to be edited: size, text, lines, colours, legend, and the part of it that is drawn.
class FigureStyleForm : public QWidget {
  Q_OBJECT

 public:
  explicit FigureStyleForm(QWidget* parent = nullptr);

  FigureStyle style() const;
  /// Tells of it as one change.
  void setStyle(const FigureStyle& style);
  void setTitle(const QString& title);

 signals:
  void styleChanged();

 private:
  void followColumn();
  void nameColumn();
  QWidget* sizeRow();

  bool setting_ = false;
  QComboBox* column_;
  QDoubleSpinBox* width_;
  QDoubleSpinBox* height_;  // its least: what suits the drawing
  QComboBox* unit_;
  QFontComboBox* family_;
  QCheckBox* ownFamily_;
  QDoubleSpinBox* font_;
  QDoubleSpinBox* line_;
  QComboBox* colours_;
  QComboBox* legend_;
  QLineEdit* panel_;
  QLineEdit* title_;
  QCheckBox* conventions_;
  RangeEdit* layers_;
  RangeEdit* heads_;
  RangeEdit* tokens_;
};

}  // namespace sinkscope
