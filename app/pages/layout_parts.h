#pragma once

#include <initializer_list>

class QHBoxLayout;
class QStackedWidget;
class QString;
class QWidget;

namespace sinkscope {

/// A view under its heading, with a line of words below where there is one.
QWidget* headed(QWidget* heading, QWidget* view, QWidget* under, QWidget* parent);

/// Adds a field to a row of controls, its label before it and some room behind; "&" in the words gives the field a key.
void addLabelled(QHBoxLayout& row, const QString& words, QWidget* field, int stretch = 0);

/// The Tab key goes through the widgets in this order. None may hold others that take the focus: they stay behind.
void tabThrough(std::initializer_list<QWidget*> widgets);

/// A stack that asks for the room of the page that it shows; else it asks for the most of all of them. After the pages.
void fitToCurrent(QStackedWidget* stack);

}  // namespace sinkscope
