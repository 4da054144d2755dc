#pragma once

#include <vector>

class QMenu;
class QWidget;

namespace sinkscope {

/// Fills a menu with what the controls in some widgets do, section by section: an entry for each button in sight, a
/// menu for each choice, and one that goes to the fields. Made from the controls themselves, so that none can be
/// forgotten; an entry is enabled and checked as its control is. A button that opens a menu of the menu bar is left
/// out.
void fillFromControls(QMenu& menu, const std::vector<QWidget*>& sections);

}  // namespace sinkscope
