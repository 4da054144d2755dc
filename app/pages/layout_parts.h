#pragma once

class QHBoxLayout;
class QString;
class QWidget;

namespace sinkscope {

/// A view under its heading, with a line of words below where there is one.
QWidget* headed(QWidget* heading, QWidget* view, QWidget* under, QWidget* parent);

/// Adds a field to a row of controls, its label before it and some room behind; "&" in the words gives the field a key.
void addLabelled(QHBoxLayout& row, const QString& words, QWidget* field, int stretch = 0);

}  // namespace sinkscope
