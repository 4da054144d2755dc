#pragma once

class QTableView;
class QWidget;

namespace sinkscope {

/// A table to choose whole rows of and not to write into: rows of one height, room between columns, no grid, no
/// frame, headers above only.
QTableView* plainTable(QWidget* parent);

}  // namespace sinkscope
