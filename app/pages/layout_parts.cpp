#include "app/pages/layout_parts.h"

#include "widgets/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QStackedWidget>
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

void addLabelled(QHBoxLayout& row, const QString& words, QWidget* field, int stretch) {
  auto* label = new QLabel(words, field->parentWidget());
  label->setBuddy(field);
  row.addWidget(label);
  row.addWidget(field, stretch);
  row.addSpacing(kSpacing);
}

void tabThrough(std::initializer_list<QWidget*> widgets) {
  QWidget* before = nullptr;
  for (QWidget* widget : widgets) {
    if (before) QWidget::setTabOrder(before, widget);
    before = widget;
  }
}

void fitToCurrent(QStackedWidget* stack) {
  const auto fit = [stack] {
    for (int i = 0; i < stack->count(); ++i) {
      const auto policy = i == stack->currentIndex() ? QSizePolicy::Preferred : QSizePolicy::Ignored;
      stack->widget(i)->setSizePolicy(policy, policy);
    }
  };
  fit();
  QObject::connect(stack, &QStackedWidget::currentChanged, stack, fit);
}

}  // namespace sinkscope
