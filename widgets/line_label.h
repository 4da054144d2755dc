#pragma once

#include <QLabel>

namespace sinkscope {

/** One line of plain text. Where it has no room it ends in "…", and a tool tip tells all of it; its menu copies it. */
class LineLabel : public QLabel {
  Q_OBJECT

 public:
  explicit LineLabel(QWidget *parent = nullptr) : LineLabel(QString(), parent) {}
  explicit LineLabel(const QString &text, QWidget *parent = nullptr);

  /** Of a few letters. */
  QSize minimumSizeHint() const override;

 protected:
  void paintEvent(QPaintEvent *event) override;
  bool event(QEvent *event) override;

 private:
  QString shown() const;
};

}  // namespace sinkscope
