#pragma once

class QWidget;

namespace sinkscope {

/// A view under its heading, with a line of words below where there is one.
QWidget* headed(QWidget* heading, QWidget* view, QWidget* under, QWidget* parent);

}  // namespace sinkscope
