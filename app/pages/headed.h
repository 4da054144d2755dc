#pragma once

class QWidget;

namespace sinkscope {

/// A view under its heading, and a line under the view where there is one.
QWidget* headed(QWidget* heading, QWidget* view, QWidget* under, QWidget* parent);

}  // namespace sinkscope
