#pragma once

#include <QWidget>

class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QLineEdit;
class QSpinBox;

namespace sinkscope {

/// Puts an intervention together: what is done, to which heads, at which positions.
class InterventionBar : public QWidget {
  Q_OBJECT

 public:
  explicit InterventionBar(QWidget* parent = nullptr);

  /// Fills in heads, such as "3.2" of a click; another call adds to them.
  void addHeads(const QString& heads);

 signals:
  /// In the notation of interventions; it was understood.
  void added(const QString& notation);

 private:
  void arrange();
  void take();
  QString notation() const;

  QComboBox* kind_;
  QComboBox* replacement_;
  QDoubleSpinBox* factor_;
  QLineEdit* token_;
  QSpinBox* last_;
  QSpinBox* first_;
  QLabel* firstLabel_;
  QLineEdit* heads_;
  QLineEdit* positions_;
  QLabel* fault_;
};

}  // namespace sinkscope
