#include "app/pages/headed.h"

#include "widgets/theme.h"

#include <QVBoxLayout>
#include <QWidget>

namespace sinkscope {

QWidget* headed(QWidget* heading, QWidget* view, QWidget* under, QWidget* parent) {
  auto* panel = new QWidget(parent);
  auto* column = new QVBoxLayout(panel);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(kSpacing);
  column->addWidget(heading, 0, Qt::AlignLeft);
  column->addWidget(view, 1);
  if (under) column->addWidget(under);
  return panel;
}

}  // namespace sinkscope
