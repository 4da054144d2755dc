#pragma once

#include "app/document.h"

#include <QString>
#include <QWidget>

class QComboBox;
class QLabel;
class QMenu;
class QToolButton;

namespace sinkscope {

class EpsSlider;

/// What all pages share: the model, <bos>, eps, the device and, always in sight, the conventions of the numbers.
class TopBar : public QWidget {
  Q_OBJECT

 public:
  TopBar(Document& document, QMenu* models, const QStringList& devices, QWidget* parent = nullptr);

  /// `text` is the name of the model's <bos>; empty when it has none.
  void setBosText(const QString& text);
  void setModelTip(const QString& text);
  void setConventions(const QString& line);
  QString conventions() const;

 signals:
  void helpWanted();  ///< on what the page shows

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void restyle();
  void follow(const Inputs& inputs);

  Document& document_;
  QToolButton* model_;
  QToolButton* bos_;
  QToolButton* query0_;
  EpsSlider* eps_;
  QComboBox* device_;
  QLabel* conventions_;
};

}  // namespace sinkscope
