#pragma once

#include "app/run_library.h"

#include <QListWidget>
#include <optional>
#include <string>

namespace sinkscope {

/// The values of the column by which runs are put together, with how many runs each has; one can be chosen. Hidden
/// where they are not put together.
class RunGroups : public QListWidget {
  Q_OBJECT

 public:
  explicit RunGroups(QWidget* parent = nullptr);

  /// What is chosen stays so, as long as it is there.
  void setGroups(const ListedRuns& runs, bool grouped);
  /// Nothing: all runs.
  const std::optional<std::string>& chosen() const { return chosen_; }
  /// Another column's groups come.
  void forget() { chosen_.reset(); }

 signals:
  void chosenChanged();

 private:
  std::optional<std::string> chosen_;
};

}  // namespace sinkscope
